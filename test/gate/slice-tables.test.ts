import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { judge } from '../../src/gate/judge.ts';
import { leadOf } from '../../src/gate/lead.ts';
import { sliceTables } from '../../src/gate/slice-tables.ts';
import { compareSlices } from '../../src/measure/slices/slice-comparison.ts';
import type { SliceRow } from '../../src/model/verdict.ts';
import { type Cells, CONTEXT, column, evaluationOf, limit, noHarm, nonInferior, policyOf, type Spec } from './evaluations.ts';

const POLICY = policyOf([nonInferior('nDCG@10', 0.02)]);

/** Slices under nDCG@10, worst first. */
function ranked(
  needs: readonly string[],
  [old, fresh]: readonly [old: Cells, fresh: Cells],
  slices: Spec['slices'],
  automatic: Spec['automatic'] = {},
): readonly SliceRow[] {
  const evaluation = evaluationOf({ needs, quality: { 'nDCG@10': [old, fresh] }, slices: slices ?? {}, automatic });
  return sliceTables(evaluation, POLICY)[0]?.rows ?? [];
}

/** Roughly normal, mean 0, standard deviation 1. */
function normals(seed: number): () => number {
  const random = seededRandom(seed, 'test');
  return () => Array.from({ length: 12 }, () => random.next()).reduce((a, b) => a + b, -6);
}

/** 600 needs of two queries each in twelve topics of fifty and in five styles of 120; the bump gains 0.02 but loses 0.05 on one style. */
function planted(seed: number) {
  const next = normals(seed);
  const needs = Array.from({ length: 1200 }, (_, i) => `n${String(Math.floor(i / 2)).padStart(3, '0')}`);
  const styles = needs.map((need) => ['keywords', 'question', 'typo', 'error code', 'negation'][Number(need.slice(1)) % 5] ?? '');
  const topics = needs.map((need) => `topic ${Math.floor(Number(need.slice(1)) / 50)}`);
  const lengths = needs.map((_, i) => (i % 2 === 0 ? 'short' : 'long'));
  const old = needs.map(() => 0.5 + 0.1 * next());
  const fresh = old.map((value, i) => value + (styles[i] === 'typo' ? -0.05 : 0.02) + 0.1 * next());
  return { needs, old, fresh, slices: { style: styles, topic: topics }, automatic: { length: lengths } };
}

describe('a bump that gains on average and loses on one slice', () => {
  it.each([1, 2, 3])('is found: the slice comes first and its band over all slices is below 0 (seed %d)', (seed) => {
    const { needs, old, fresh, slices, automatic } = planted(seed);
    expect((column(fresh).mean ?? 0) - (column(old).mean ?? 0)).toBeGreaterThan(0);
    const [worst, ...others] = ranked(needs, [old, fresh], slices, automatic);
    expect(worst).toMatchObject({ field: 'style', value: 'typo', canDecide: true, needs: 120 });
    expect(worst?.difference).toBeCloseTo(-0.05, 1);
    expect(worst?.difference).toBeCloseTo((worst?.new ?? 0) - (worst?.old ?? 0), 12);
    expect(worst?.simultaneous?.upper).toBeLessThan(0);
    for (const { simultaneous } of others) expect(simultaneous?.upper).toBeGreaterThan(0);
  });

  it('has a band wider than the interval of the slice alone', () => {
    const { needs, old, fresh, slices, automatic } = planted(1);
    for (const { interval, simultaneous } of ranked(needs, [old, fresh], slices, automatic)) {
      const width = (bounds: { lower: number; upper: number } | null) => (bounds?.upper ?? 0) - (bounds?.lower ?? 0);
      expect(width(simultaneous)).toBeGreaterThan(width(interval));
    }
  });

  it('keeps declared and automatic slices, and says which can decide', () => {
    const { needs, old, fresh, slices, automatic } = planted(1);
    const rows = ranked(needs, [old, fresh], slices, automatic);
    expect(rows).toHaveLength(5 + 12 + 2);
    expect(rows.filter(({ canDecide }) => !canDecide).map(({ field }) => field)).toEqual(['length', 'length']);
  });
});

it('the band covers every slice at once as often as it says', () => {
  // With no true difference anywhere, some slice's band excludes 0 in about 5 % of 200 data sets; 19 or more have a chance of 1 %.
  let misses = 0;
  for (let run = 0; run < 200; run++) {
    const next = normals(run);
    const needs = Array.from({ length: 60 }, (_, i) => `n${i}`);
    const differences = needs.map(() => next());
    const fields = [needs.map((_, i) => i % 4), needs.map((_, i) => Math.floor(i / 20))];
    const members = fields.flatMap((field) => [...new Set(field)].map((value) => field.map((other) => other === value)));
    const compared = compareSlices(needs, differences, members, { seed: run, resamples: 2000 });
    if (compared.some((one) => (one?.simultaneous?.lower ?? 0) > 0 || (one?.simultaneous?.upper ?? 0) < 0)) misses++;
  }
  expect(misses).toBeLessThan(19);
});

it('a loss of the size that is said to be detectable is found in 8 of 10 cases', () => {
  const needs = Array.from({ length: 60 }, (_, i) => `n${i}`);
  const members = [0, 1, 2].map((slice) => needs.map((_, i) => i % 3 === slice));
  const first = (run: number, loss: number) => {
    const next = normals(run);
    const differences = needs.map((_, i) => next() - (i % 3 === 0 ? loss : 0));
    return compareSlices(needs, differences, members, { seed: run, resamples: 2000 })[0];
  };
  const runs = Array.from({ length: 100 }, (_, run) => run);
  const loss = runs.reduce((sum, run) => sum + (first(run, 0)?.detectable ?? 0), 0) / runs.length;
  const found = runs.filter((run) => (first(run + 1_000, loss)?.simultaneous?.upper ?? 0) < 0).length;
  // 80 ± 3 standard errors of 4.
  expect(found).toBeGreaterThan(68);
  expect(found).toBeLessThan(92);
});

describe('edges', () => {
  const needs = Array.from({ length: 24 }, (_, i) => `n${i}`);
  const style = needs.map((_, i) => (i < 2 ? 'tiny' : i < 12 ? 'ten' : 'twelve'));

  it('a slice of two needs that lost much does not lead', () => {
    const fresh = needs.map((_, i) => (i < 2 ? -0.5 - i / 10 : i < 12 ? -0.1 + i / 1000 : 0.1 + i / 1000));
    const results = ranked(needs, [needs.map(() => 0), fresh], { style });
    expect(results.map(({ value }) => value)).toEqual(['ten', 'twelve', 'tiny']);
    expect(results[2]).toMatchObject({ needs: 2, simultaneous: null });
    expect(results[2]?.difference).toBeCloseTo(-0.55, 12);
  });

  it('a slice in which every need lost the same is degenerate and its band is that value', () => {
    const fresh = needs.map((_, i) => (i >= 12 ? 0.5 + (i % 3) : 0.25));
    const old = needs.map(() => 0.5);
    const results = ranked(needs, [old, fresh], { style });
    expect(results[0]).toMatchObject({ value: 'ten', difference: -0.25, interval: { method: 'degenerate' } });
    expect(results[0]?.simultaneous).toEqual({ lower: -0.25, upper: -0.25 });
  });

  it('queries without a value are left out, and a slice of them has no difference and comes last', () => {
    const old = needs.map((_, i) => (i < 12 && i >= 2 ? null : 0.5));
    const results = ranked(needs, [old, needs.map(() => 0.75)], { style });
    expect(results.at(-1)).toMatchObject({ value: 'ten', needs: 0, old: null, new: null, difference: null });
  });

  it('of two sure losses the one that is larger for sure leads, though the other is surer', () => {
    const half = needs.map((_, i) => (i < 12 ? 'twelve large' : 'twelve small'));
    const fresh = needs.map((_, i) => (i < 12 ? -0.5 + (i % 3) / 20 : -0.1 + (i % 3) / 1000));
    const results = ranked(needs, [needs.map(() => 0), fresh], { half });
    expect(results.map(({ value }) => value)).toEqual(['twelve large', 'twelve small']);
  });

  it('`weight: queries` counts each query once, in means and bounds; else each need', () => {
    // One need of four queries loses 0.4 with each, eleven of one query gain 0.1.
    const labels = ['a', 'a', 'a', 'a', ...Array.from({ length: 11 }, (_, i) => `n${i}`)];
    const fresh = labels.map((label) => (label === 'a' ? -0.4 : 0.1));
    const evaluation = evaluationOf({
      needs: labels,
      quality: { 'nDCG@10': [labels.map(() => 0), fresh] },
      slices: { all: labels.map(() => 'x') },
    });
    const rowOf = (weight: { readonly weight?: 'queries' }) =>
      sliceTables({ ...evaluation, queries: { ...evaluation.queries, ...weight } }, POLICY)[0]?.rows[0] as SliceRow;
    const [needs, queries] = [rowOf({}), rowOf({ weight: 'queries' })];
    expect([needs.difference, needs.new]).toEqual([expect.closeTo(0.7 / 12, 12), expect.closeTo(0.7 / 12, 12)]);
    expect([queries.difference, queries.new]).toEqual([expect.closeTo(-0.5 / 15, 12), expect.closeTo(-0.5 / 15, 12)]);
    expect([needs.needs, queries.needs]).toEqual([12, 12]);
    expect(queries.simultaneous?.lower).toBeLessThan(needs.simultaneous?.lower ?? 0);
  });

  it('one need shows no spread', () => {
    const results = ranked(['n'], [[0.5], [0.25]], { style: ['a'] });
    expect(results[0]).toMatchObject({ difference: -0.25, needs: 1, interval: null, simultaneous: null, canDecide: false });
  });

  it('no slices, nothing to rank', () => {
    expect(sliceTables(evaluationOf({ needs, quality: { 'nDCG@10': [needs.map(() => 0), needs.map(() => 0)] } }), POLICY)).toEqual([]);
  });
});

describe('the measure that is led with', () => {
  const needs = Array.from({ length: 60 }, (_, i) => `n${String(i).padStart(2, '0')}`);
  const topic = needs.map((_, i) => (i % 2 === 0 ? 'api' : 'apps'));
  const falls = (where: string, by: number) => needs.map((_, i) => (topic[i] === where ? 0.5 - by + (i % 5) / 100 : 0.5));
  const flat = needs.map(() => 0.5);
  const evaluation = evaluationOf({
    needs,
    slices: { topic },
    // nDCG falls on apps, AP on api; loss is better when lower and rises on api.
    quality: {
      'nDCG@10': [flat, falls('apps', 0.1)],
      'AP@100': [flat, falls('api', 0.2)],
      'Judged@10': [flat, falls('apps', 0.3)],
    },
    index: { loss: [flat, needs.map((_, i) => (topic[i] === 'api' ? 0.7 + (i % 5) / 100 : 0.5))] },
    exact: { 'nDCG@10': [flat, flat] },
    metrics: { loss: 'lower', Judged: 'none' },
  });

  it('is that of the first nonInferior rule, and order, figures and bounds of slices are of it', () => {
    const policy = policyOf([limit('loss', 'atMost', 1), nonInferior('AP@100', 0.05), nonInferior('nDCG@10', 0.02)]);
    const { lead, slices } = judge(evaluation, policy, CONTEXT);
    expect(lead).toEqual({ measure: 'AP@100', on: 'served', direction: 'higher' });
    expect(slices.map(({ measure, on, rows }) => [measure, on, rows[0]?.value])).toEqual([
      ['AP@100', 'served', 'api'],
      ['loss', 'served', 'api'],
      ['nDCG@10', 'served', 'apps'],
    ]);
    const [worst] = slices[0]?.rows ?? [];
    expect(worst).toMatchObject({ field: 'topic', value: 'api', needs: 30, old: 0.5, canDecide: true });
    expect(worst?.difference).toBeCloseTo(-0.18, 12);
    expect(worst?.simultaneous?.upper).toBeLessThan(0);
    expect(worst?.interval?.lower).toBeGreaterThan(-0.2);
  });

  it('has bounds in its own direction where lower is better', () => {
    const [worst] = sliceTables(evaluation, policyOf([limit('loss', 'atMost', 1)]))[1]?.rows ?? [];
    expect(worst?.value).toBe('api');
    expect(worst?.difference).toBeCloseTo(0.22, 12);
    expect(worst?.simultaneous?.lower).toBeGreaterThan(0);
  });

  it.each([
    ['its own neighbours', [nonInferior('nDCG@10', 0.02, { on: 'exact' })], 'nDCG@10', 'exact'],
    ['a noHarm rule where nothing is to be non-inferior', [limit('nDCG@10', 'atLeast', 0.1), noHarm('AP@100', 0.05)], 'AP@100', 'served'],
    ['a limit', [limit('AP@100', 'atLeast', 0.1)], 'AP@100', 'served'],
    ['nDCG@10 without a rule on quality', [limit('overlap@10', 'atLeast', 0.1)], 'nDCG@10', 'served'],
    ['none that has no better and no worse', [limit('Judged@10', 'atLeast', 0.1)], 'nDCG@10', 'served'],
    ['none that was not measured', [nonInferior('R@100', 0.1), nonInferior('AP@100', 0.1)], 'AP@100', 'served'],
  ])('is of %s', (_, rules, measure, on) => {
    expect(leadOf(evaluation, policyOf(rules))).toMatchObject({ measure, on });
  });

  it('is none without judgements, and the verdict says what nobody can say', () => {
    const unjudged = { ...evaluation, quality: { notApplicable: 'no judgements' } };
    const verdict = judge(unjudged, policyOf([limit('loss', 'atMost', 1)]), CONTEXT);
    expect(verdict).toMatchObject({ lead: null, slices: [{ measure: 'loss' }] });
    expect(verdict.unknownQuality).toContain('Without a judgement');
    expect(verdict.reasons).toContain(verdict.unknownQuality);
    expect(judge(evaluation, policyOf([]), CONTEXT)).not.toHaveProperty('unknownQuality');
  });

  it('a rule on what has no direction cannot be a comparison', () => {
    const [result] = judge(evaluation, policyOf([nonInferior('Judged@10', 0.02)]), CONTEXT).rules;
    expect(result).toMatchObject({ outcome: 'fail', state: 'fail', direction: 'none', found: 'a metric without a good direction' });
  });
});

describe('the state of a slice', () => {
  const needs = Array.from({ length: 40 }, (_, i) => `n${String(i).padStart(2, '0')}`);
  const style = needs.map((_, i) => (i === 0 ? 'one' : 'many'));
  const stateUnder = (margin: number, direction: 'higher' | 'lower', fresh: Cells) => {
    const old = needs.map(() => 0.5);
    const quality = { 'nDCG@10': [old, fresh] as const };
    const evaluation = evaluationOf({ needs, quality, slices: { style }, metrics: { nDCG: direction } });
    const { rules } = judge(evaluation, policyOf([noHarm('nDCG@10', margin)]), CONTEXT);
    return Object.fromEntries(rules.map(({ slice, state }) => [slice?.value, state]));
  };
  const noisy = needs.map((_, i) => 0.5 + (i % 2 === 0 ? 0.1 : -0.1));

  it.each(['higher', 'lower'] as const)('is a pass only where harm is excluded (%s is better)', (direction) => {
    expect(stateUnder(0.3, direction, noisy)).toEqual({ many: 'pass', one: 'not-shown-safe' });
    expect(stateUnder(0.01, direction, noisy)).toEqual({ many: 'not-shown-safe', one: 'not-shown-safe' });
  });
});
