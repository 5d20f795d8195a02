import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { binomialBand } from '../../src/measure/stats/binomial.ts';
import type { Rule } from '../../src/model/policy.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { needLabels, noHarm, nonInferior, verdictOf } from './evaluations.ts';

// Each test judges many evaluations whose truth is known and asks whether the rate of wrong verdicts lies where a
// binomial count at the stated rate would. Bands leave out 0.1 % on each side; seeds are fixed.
const BAND = 0.998;

interface Scene {
  readonly name: string;
  readonly needs: number;
  /** Paraphrases of each need. */
  readonly queries: number;
  /** One difference a query and measure. */
  readonly draw: (random: Random) => Readonly<Record<string, number[]>>;
  readonly rules: readonly Rule[];
  readonly slices?: Readonly<Record<string, readonly string[]>>;
  readonly runs: number;
  readonly resamples: number;
}

function simulate(scene: Scene): Verdict[] {
  const needs = needLabels(scene.needs, scene.queries);
  const zero = needs.map(() => 0);
  return Array.from({ length: scene.runs }, (_, run) => {
    const differences = scene.draw(seededRandom(run, scene.name));
    const quality = Object.fromEntries(Object.entries(differences).map(([name, values]) => [name, [zero, values] as const]));
    return verdictOf({ needs, quality, slices: scene.slices ?? {}, seed: run }, scene.rules, { resamples: scene.resamples });
  });
}

/** Sum of 12 uniforms less 6: standard normal but for the far tails. */
function gauss(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.next();
  return sum;
}

/** Differences of needs with their paraphrases, at the given mean, spread and correlation within a need. */
function clustered(random: Random, needs: number, queries: number, mean: number, spread: number, correlation: number): number[] {
  return Array.from({ length: needs }, () => {
    const shared = Math.sqrt(correlation) * gauss(random);
    return Array.from({ length: queries }, () => mean + spread * (shared + Math.sqrt(1 - correlation) * gauss(random)));
  }).flat();
}

/** Most needs barely move, one in seven loses much: what retrieval metrics look like. */
function skewed(random: Random, needs: number, mean: number): number[] {
  return Array.from({ length: needs }, () => mean + 0.045 + (random.next() < 0.15 ? -0.6 * random.next() : 0) + 0.02 * gauss(random));
}

function expectAtMost(count: number, runs: number, rate: number): void {
  expect(count).toBeLessThanOrEqual(binomialBand(runs, rate, BAND)[1]);
}

function expectInside(count: number, runs: number, rate: number): void {
  const [low, high] = binomialBand(runs, rate, BAND);
  expect(count).toBeGreaterThanOrEqual(low);
  expect(count).toBeLessThanOrEqual(high);
}

const M = 0.02;
const rule = nonInferior('nDCG@10', M);

describe('truth exactly at the margin', () => {
  const scenes: Pick<Scene, 'name' | 'needs' | 'queries' | 'draw'>[] = [
    { name: 'few needs', needs: 30, queries: 1, draw: (r) => ({ 'nDCG@10': clustered(r, 30, 1, -M, 0.1, 0) }) },
    { name: 'more needs', needs: 100, queries: 1, draw: (r) => ({ 'nDCG@10': clustered(r, 100, 1, -M, 0.1, 0) }) },
    { name: 'skewed', needs: 80, queries: 1, draw: (r) => ({ 'nDCG@10': skewed(r, 80, -M) }) },
    { name: 'clustered', needs: 40, queries: 4, draw: (r) => ({ 'nDCG@10': clustered(r, 40, 4, -M, 0.1, 0.5) }) },
  ];

  it.each(scenes)('$name: false passes and false fails are 5 % each', (scene) => {
    const runs = 800;
    const verdicts = simulate({ ...scene, rules: [rule], runs, resamples: 500 });
    expectInside(verdicts.filter((v) => v.outcome === 'pass').length, runs, 0.05);
    expectInside(verdicts.filter((v) => v.outcome === 'fail').length, runs, 0.05);
  });

  it('four rules: any false fail among them is at most 5 %, a false pass of all far rarer', () => {
    const names = ['nDCG@10', 'R@10', 'RR@10', 'P@10'];
    const runs = 400;
    const verdicts = simulate({
      name: 'four rules',
      needs: 50,
      queries: 1,
      draw: (random) => Object.fromEntries(names.map((name) => [name, clustered(random, 50, 1, -M, 0.1, 0)])),
      rules: names.map((name) => nonInferior(name, M)),
      runs,
      resamples: 800,
    });
    expectAtMost(verdicts.filter((v) => v.outcome === 'fail').length, runs, 0.05);
    expectAtMost(verdicts.filter((v) => v.outcome === 'pass').length, runs, 0.01);
  });

  it('six slices of 30 needs: any false fail among them is at most 5 %, paraphrases or not', () => {
    const slices = { style: Array.from({ length: 360 }, (_, i) => `s${Math.floor(i / 2) % 6}`) };
    const runs = 300;
    const verdicts = simulate({
      name: 'slices',
      needs: 180,
      queries: 2,
      draw: (random) => ({ 'nDCG@10': clustered(random, 180, 2, -0.05, 0.15, 0.5) }),
      rules: [noHarm('nDCG@10', 0.05)],
      slices,
      runs,
      resamples: 1000,
    });
    expect(verdicts[0]?.rules.filter((r) => r.decides)).toHaveLength(6);
    expectAtMost(verdicts.filter((v) => v.outcome === 'fail').length, runs, 0.05);
  });
});

describe('truth at zero', () => {
  it.each([
    { name: 'independent', needs: 80, queries: 1, correlation: 0 },
    { name: 'clustered', needs: 60, queries: 4, correlation: 0.5 },
  ])('$name: the pass rate is the stated power', ({ name, needs, queries, correlation }) => {
    const runs = 800;
    const draw = (random: Random) => ({ 'nDCG@10': clustered(random, needs, queries, 0, 0.09, correlation) });
    const verdicts = simulate({ name: `zero ${name}`, needs, queries, draw, rules: [rule], runs, resamples: 500 });
    const stated = verdicts.reduce((sum, v) => sum + (v.rules[0]?.power?.passIfEqual ?? 0), 0) / runs;
    expect(stated).toBeGreaterThan(0.5);
    expect(stated).toBeLessThan(0.9);
    expectInside(verdicts.filter((v) => v.outcome === 'pass').length, runs, stated);
    expectAtMost(verdicts.filter((v) => v.outcome === 'fail').length, runs, 0.001);
  });
});

describe('a planted loss of 0.05 in one slice of 120 needs, while the average gains', () => {
  const size = { typo: 120, long: 60, question: 60, keywords: 60 };
  const labels = Object.entries(size).flatMap(([name, count]) => Array<string>(count).fill(name));

  it('is found, and nothing else is', () => {
    const runs = 100;
    const verdicts = simulate({
      name: 'planted',
      needs: labels.length,
      queries: 1,
      draw: (random) => ({ 'nDCG@10': labels.map((name) => (name === 'typo' ? -0.05 : 0.06) + 0.08 * gauss(random)) }),
      rules: [noHarm('nDCG@10', 0.02), rule],
      slices: { style: labels },
      runs,
      resamples: 1000,
    });
    // Standard error 0.0073, Holm's first of four: the loss lies 4.1 standard errors beyond the margin, 2.3 are asked for.
    const failed = verdicts.map((v) => v.rules.filter((r) => r.outcome === 'fail').map((r) => r.slice?.value));
    expect(failed.filter((values) => values.includes('typo')).length).toBeGreaterThanOrEqual(binomialBand(runs, 0.965, BAND)[0]);
    expect(failed.flat().every((value) => value === 'typo')).toBe(true);
    expect(verdicts.every((v) => v.rules.at(-1)?.outcome !== 'fail')).toBe(true);
  });
});
