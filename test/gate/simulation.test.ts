import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error the scenes are plain JavaScript, shared
import * as scenes from '../../benchmarks/verdict/scenes.mjs';
import { seededRandom } from '../../src/core/random.ts';
import { judge } from '../../src/gate/judge.ts';
import { binomialBand } from '../../src/measure/stats/distributions.ts';
import { isAbove } from '../../src/measure/stats/unseen-need.ts';
import { CONTEXT, evaluationOf, needLabels, noHarm, nonInferior, policyOf } from './evaluations.ts';

// Rates are counted in the scenes where they could fail, at a truth of exactly the margin. Bands leave out 0.1 % above;
// seeds are fixed.
const M = 0.02;
const ALPHA = 0.05;
const BAND = 0.998;
const RUNS = 250;

type Draw = (random: { next(): number }) => [old: number, difference: number];
const pairs = JSON.parse(readFileSync(new URL('../../benchmarks/verdict/helpdesk.json', import.meta.url), 'utf8'));
const atMargin: Readonly<Record<string, Draw>> = scenes.scenesAt(-M, pairs);

function expectAtMost(count: number, runs: number, rate = ALPHA): void {
  expect(count).toBeLessThanOrEqual(binomialBand(runs, rate, BAND)[1]);
}

/** Whether a rule with margin M would pass, and whether it would fail alone. */
function decided({ old, difference }: { old: Float64Array; difference: Float64Array }): readonly [pass: boolean, fail: boolean] {
  const had = old.reduce((sum, value) => sum + value, 0) / old.length;
  const gain = { values: difference.map((d) => -d), typical: had - 1, floor: -1 };
  return [isAbove({ values: difference, typical: -had, floor: -1 }, -M, ALPHA), isAbove(gain, M, ALPHA)];
}

describe('truth exactly at the margin: at most 5 % pass, and at most 5 % fail', () => {
  it.each(Object.entries(atMargin))('%s', (name, draw) => {
    for (const needs of [20, 50, 156]) {
      const random = seededRandom(needs, name);
      const outcomes = Array.from({ length: RUNS }, () => decided(scenes.sampleOf(draw, needs, random)));
      expectAtMost(outcomes.filter(([pass]) => pass).length, RUNS);
      expectAtMost(outcomes.filter(([, fail]) => fail).length, RUNS);
    }
  });

  it('paraphrases: 30 needs of 4 queries', () => {
    const random = seededRandom(1, 'clustered');
    const draw = scenes.clustered(atMargin['70 % zeros, jumps'], 4);
    const outcomes = Array.from({ length: RUNS }, () => decided(scenes.sampleOf(draw, 30, random)));
    expectAtMost(outcomes.filter(([pass]) => pass).length, RUNS);
    expectAtMost(outcomes.filter(([, fail]) => fail).length, RUNS);
  });
});

it('looking again buys nothing: any of ten looks at what judging raises and lowers passes at most 5 % of the time', () => {
  const draw = atMargin['70 % zeros, jumps'] as Draw;
  const random = seededRandom(3, 'looks');
  const runs = 400;
  const passed = Array.from({ length: runs }, () => {
    const { old, difference } = scenes.sampleOf(draw, 100, random) as { old: Float64Array; difference: Float64Array };
    // Before a need is judged in full, its worst case is below what it will turn out to be, by less with every look.
    const doubt = difference.map((d, i) => Math.max(0, Math.min(0.5, d + (old[i] ?? 0))) * random.next());
    return Array.from(
      { length: 10 },
      (_, look) => decided({ old, difference: difference.map((d, i) => d - (doubt[i] ?? 0) * (1 - look / 9)) })[0],
    );
  });
  expectAtMost(passed.filter((looks) => looks.some(Boolean)).length, runs);
  // Every pass at an earlier look is one at the last.
  expect(passed.filter((looks) => looks.some(Boolean)).every((looks) => looks.at(-1))).toBe(true);
});

describe('the gate', () => {
  function verdictOf(draw: Draw, needs: number, seed: number, slices: number) {
    const sample = scenes.sampleOf(draw, needs, seededRandom(seed, 'gate'));
    const fresh = sample.difference.map((d: number, i: number) => d + sample.old[i]);
    const quality = { 'nDCG@10': [[...sample.old], [...fresh]] as const };
    const rule = nonInferior('nDCG@10', M);
    if (slices === 0) return judge(evaluationOf({ needs: needLabels(needs), quality }), policyOf([rule]), CONTEXT);
    const style = Array.from({ length: needs }, (_, i) => `s${i % slices}`);
    const rules = [rule, noHarm('nDCG@10', M)];
    return judge(evaluationOf({ needs: needLabels(needs), quality, slices: { style } }), policyOf(rules), CONTEXT);
  }

  it('one error rate over a rule and six slices of 30 needs, all of them exactly at the margin', () => {
    const runs = 40;
    for (const name of ['70 % zeros, jumps', 'plus lognormal']) {
      const verdicts = Array.from({ length: runs }, (_, seed) => verdictOf(atMargin[name] as Draw, 180, seed, 6));
      expect(verdicts[0]?.rules.filter((rule) => rule.decides)).toHaveLength(7);
      expectAtMost(verdicts.filter(({ outcome }) => outcome === 'fail').length, runs);
      expectAtMost(verdicts.filter(({ outcome }) => outcome === 'pass').length, runs);
    }
  });

  it('states the power that it has: real differences of 156 needs, none on average', () => {
    const draw = scenes.scenesAt(0, pairs)['helpdesk nDCG@10, tilted'];
    const runs = 100;
    const verdicts = Array.from({ length: runs }, (_, seed) => verdictOf(draw, 156, seed, 0));
    const stated = verdicts.reduce((sum, { rules }) => sum + (rules[0]?.power?.passIfEqual ?? 0), 0) / runs;
    expect(stated).toBeGreaterThan(0.65);
    const [low, high] = binomialBand(runs, stated, BAND);
    const passes = verdicts.filter(({ rules }) => rules[0]?.outcome === 'pass').length;
    expect(passes).toBeGreaterThanOrEqual(low);
    expect(passes).toBeLessThanOrEqual(high);
  });
});
