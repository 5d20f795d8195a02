import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error the scenes are plain JavaScript, shared
import * as scenes from '../../benchmarks/verdict/scenes.mjs';
import { seededRandom } from '../../src/core/random.ts';
import { isWorse } from '../../src/gate/bounds.ts';
import { decide } from '../../src/gate/decision.ts';
import type { Comparison } from '../../src/gate/item.ts';
import { simulatedPower } from '../../src/gate/power.ts';
import { binomialBand } from '../../src/measure/stats/distributions.ts';
import { columnByNeed, indexNeeds } from '../../src/measure/stats/needs.ts';
import { isAbove } from '../../src/measure/stats/unseen-need.ts';
import type { NoHarmRule, NonInferiorRule } from '../../src/model/policy.ts';
import { needLabels, noHarm, nonInferior } from './evaluations.ts';

// Rates are counted in the scenes where they could fail, at a truth of exactly the margin. Bands leave out 0.1 % above;
// seeds are fixed.
const M = 0.02;
const ALPHA = 0.05;
const BAND = 0.998;
/** Fewer where a sample takes longer. */
const RUNS = { 20: 250, 50: 200, 156: 120 } as const;

type Sample = { readonly old: Float64Array; readonly difference: Float64Array };
type Draw = (random: { next(): number }) => [old: number, difference: number];
const pairs = JSON.parse(readFileSync(new URL('../../benchmarks/verdict/helpdesk.json', import.meta.url), 'utf8'));
const atMargin: Readonly<Record<string, Draw>> = scenes.scenesAt(-M, pairs);

function expectAtMost(count: number, runs: number, rate = ALPHA): void {
  expect(count).toBeLessThanOrEqual(binomialBand(runs, rate, BAND)[1]);
}

/** Whether a rule with margin M would pass, and whether it would fail alone. */
function decided({ old, difference }: Sample): readonly [pass: boolean, fail: boolean] {
  const had = old.reduce((sum, value) => sum + value, 0) / old.length;
  const gain = { values: difference.map((d) => -d), typical: had - 1, floor: -1 };
  return [isAbove({ values: difference, typical: -had, floor: -1 }, -M, ALPHA), isAbove(gain, M, ALPHA)];
}

describe('truth exactly at the margin: at most 5 % pass, and at most 5 % fail', () => {
  it.each(Object.entries(atMargin))('%s', (name, draw) => {
    for (const needs of [20, 50, 156] as const) {
      const random = seededRandom(needs, name);
      const outcomes = Array.from({ length: RUNS[needs] }, () => decided(scenes.sampleOf(draw, needs, random)));
      expectAtMost(outcomes.filter(([pass]) => pass).length, RUNS[needs]);
      expectAtMost(outcomes.filter(([, fail]) => fail).length, RUNS[needs]);
    }
  });

  it('paraphrases: 30 needs of 4 queries', () => {
    const random = seededRandom(1, 'clustered');
    const draw = scenes.clustered(atMargin['70 % zeros, jumps'], 4);
    const outcomes = Array.from({ length: RUNS[20] }, () => decided(scenes.sampleOf(draw, 30, random)));
    expectAtMost(outcomes.filter(([pass]) => pass).length, RUNS[20]);
    expectAtMost(outcomes.filter(([, fail]) => fail).length, RUNS[20]);
  });
});

it('looking again buys nothing: any of ten looks at what judging raises and lowers passes at most 5 % of the time', () => {
  const draw = atMargin['70 % zeros, jumps'] as Draw;
  const random = seededRandom(3, 'looks');
  const runs = 150;
  const passed = Array.from({ length: runs }, () => {
    const { old, difference } = scenes.sampleOf(draw, 100, random) as Sample;
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

/** A comparison as the gate has it, of some needs of a sample. */
function comparison(rule: NonInferiorRule | NoHarmRule, sample: Sample, members?: (i: number) => boolean): Comparison {
  const taken = [...sample.old.keys()].filter((i) => members?.(i) ?? true);
  // Rounded, since equal values cost once.
  const differences = taken.map((i) => Math.round(100 * (sample.difference[i] ?? 0)) / 100);
  const counted = columnByNeed(indexNeeds(needLabels(taken.length)), differences);
  const had = taken.reduce((sum, i) => sum + (sample.old[i] ?? 0), 0) / taken.length;
  const room = { loss: had, gain: 1 - had, width: 1, isBounded: true };
  const improvement = { counted, least: counted, most: counted, pairs: null };
  return {
    kind: 'comparison',
    id: 'x',
    slice: null,
    decides: true,
    sign: 1,
    needs: taken.length,
    old: had,
    new: had,
    rule,
    improvement,
    room,
  };
}

describe('the gate', () => {
  it('one error rate over a rule and six slices of 30 needs, all of them exactly at the margin', () => {
    const runs = 40;
    for (const name of ['70 % zeros, jumps', 'plus lognormal']) {
      const slices = noHarm('nDCG@10', M) as NoHarmRule;
      const families = Array.from({ length: runs }, (_, seed) => {
        const sample = scenes.sampleOf(atMargin[name] as Draw, 180, seededRandom(seed, 'gate'));
        const own = Array.from({ length: 6 }, (_, slice) => comparison(slices, sample, (i) => i % 6 === slice));
        return [comparison(nonInferior('nDCG@10', M) as NonInferiorRule, sample), ...own];
      });
      // Holm rejects something exactly when its first step does: half of the error for a rule, a sixth of the other half for a slice.
      const anyFails = families.map((family) => family.some((item, i) => isWorse(item, i === 0 ? ALPHA / 2 : ALPHA / 12)));
      expectAtMost(anyFails.filter(Boolean).length, runs);
      for (const at of new Set([0, 1, Math.max(0, anyFails.indexOf(true))]))
        expect(decide(families[at] ?? [], 1 - ALPHA).some(({ outcome }) => outcome === 'fail')).toBe(anyFails[at]);
    }
  });

  it('states the power that it has: real differences of 156 needs, none on average', () => {
    const draw = scenes.scenesAt(0, pairs)['helpdesk nDCG@10, tilted'];
    const rule = nonInferior('nDCG@10', M) as NonInferiorRule;
    const sampled = (seed: number): Sample => scenes.sampleOf(draw, 156, seededRandom(seed, 'power'));
    const powers = Array.from({ length: 12 }, (_, seed) => simulatedPower(comparison(rule, sampled(seed)), { level: ALPHA }, seed, ALPHA));
    const stated = powers.reduce((sum, { passIfEqual }) => sum + passIfEqual / powers.length, 0);
    const runs = 150;
    const passes = Array.from({ length: runs }, (_, seed) => decided(sampled(100 + seed))[0]).filter(Boolean).length;
    expect(stated).toBeGreaterThan(0.6);
    const [low, high] = binomialBand(runs, stated, BAND);
    expect(passes).toBeGreaterThanOrEqual(low);
    expect(passes).toBeLessThanOrEqual(high);
  });
});
