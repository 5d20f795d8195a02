import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topMargin } from '../../src/measure/metrics/margin/topMargin.ts';
import { auc } from '../../src/measure/metrics/separation/auc.ts';
import { ks } from '../../src/measure/metrics/shift/ks.ts';
import { psi } from '../../src/measure/metrics/shift/psi.ts';
import { wasserstein } from '../../src/measure/metrics/shift/wasserstein.ts';
import { scoreShift, scoreSummary, sharedHistogram } from '../../src/measure/score-shift.ts';
import { goldenJson, goldenScores } from './golden.ts';

const of = (...values: number[]) => Float64Array.from(values);

test('goldens: ks, wasserstein and psi of all scores of both runs', () => {
  const expected = goldenJson('expected.json').shift;
  const { distances, old, histogram } = scoreShift('all', 'All scores', goldenScores('old.run'), goldenScores('new.run'));
  expect(Object.keys(distances)).toEqual(['ks', 'wasserstein', 'psi']);
  for (const [id, value] of Object.entries(distances)) expect(value, id).toBeCloseTo(expected[id], 9);
  expect(old.n).toBe(5027);
  expect(histogram.edges.length).toBe(histogram.old.length + 1);
});

describe('hand-worked', () => {
  test('topMargin needs two scores', () => {
    expect(topMargin.compute([0.75])).toBeNull();
  });

  test('scoreSummary', () => {
    expect(scoreSummary([4, 1, 3, 2])).toEqual({
      n: 4,
      mean: 2.5,
      min: 1,
      p05: expect.closeTo(1.15, 12),
      p25: 1.75,
      median: 2.5,
      p75: 3.25,
      p95: expect.closeTo(3.85, 12),
      max: 4,
    });
  });

  test('sharedHistogram closes the last bin', () => {
    expect(sharedHistogram([0, 1], [2, 4], 2)).toEqual({ edges: [0, 2, 4], old: [1, 0], new: [0, 1] });
    expect(sharedHistogram([3], [3, 3], 2)).toEqual({ edges: [2.5, 3, 3.5], old: [0, 1], new: [0, 1] });
  });
});

describe('bad input', () => {
  test.each([ks, wasserstein, psi, auc])('$id refuses empty samples and scores that are not finite', (metric) => {
    expect(() => metric.compute(of(), of(1))).toThrow(RangeError);
    expect(() => metric.compute(of(1), of())).toThrow(RangeError);
    expect(() => metric.compute(of(1), of(Number.NaN))).toThrow(RangeError);
    expect(() => metric.compute(of(Number.POSITIVE_INFINITY), of(1))).toThrow(RangeError);
  });

  test('a histogram without bins', () => {
    expect(() => sharedHistogram([1], [2], 0)).toThrow(RangeError);
    expect(() => sharedHistogram([], [2])).toThrow(RangeError);
    expect(() => scoreSummary([])).toThrow(RangeError);
  });
});

describe('properties', () => {
  const sample = fc
    .array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 })
    .map((values) => of(...values.map((value) => value / 8)));

  test('equal samples have no distance, and order does not matter', () => {
    fc.assert(
      fc.property(sample, (values) => {
        for (const metric of [ks, wasserstein, psi]) expect(metric.compute(values, values.slice().reverse())).toBe(0);
        expect(auc.compute(values, values)).toBeCloseTo(0.5, 12);
      }),
    );
  });

  test('ks and wasserstein are symmetric and bounded, auc turns over', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(ks.compute(a, b)).toBeCloseTo(ks.compute(b, a), 12);
        expect(ks.compute(a, b)).toBeLessThanOrEqual(1);
        expect(wasserstein.compute(a, b)).toBeCloseTo(wasserstein.compute(b, a), 12);
        expect(wasserstein.compute(a, b)).toBeGreaterThanOrEqual(Math.abs(scoreSummary(a).mean - scoreSummary(b).mean) - 1e-12);
        expect(auc.compute(a, b) + auc.compute(b, a)).toBeCloseTo(1, 12);
        expect(psi.compute(a, b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('histogram shares add up', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 40 }), (a, b, bins) => {
        const histogram = sharedHistogram(a, b, bins);
        for (const shares of [histogram.old, histogram.new]) expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      }),
    );
  });
});
