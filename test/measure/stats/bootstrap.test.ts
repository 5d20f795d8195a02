import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { type BootstrapSample, bootstrap } from '../../../src/measure/stats/bootstrap.ts';
import { binomialBand } from '../../../src/measure/stats/distributions.ts';
import { lowerBound, pNotWorse, pWorse, twoSidedInterval, upperBound } from '../../../src/measure/stats/interval.ts';
import { columnByNeed, indexNeeds, type NeedColumn } from '../../../src/measure/stats/needs.ts';
import { bootstrapMeans } from '../../../src/measure/stats/resampling.ts';

const labels = (n: number): string[] => Array.from({ length: n }, (_, i) => `n${String(i).padStart(4, '0')}`);
const columnOf = (values: readonly (number | null)[], needs = labels(values.length)): NeedColumn => columnByNeed(indexNeeds(needs), values);

function means(columns: readonly NeedColumn[], needs: number, resamples: number, seed = 7): number[][] {
  const found: number[][] = columns.map(() => []);
  bootstrapMeans(columns, { needs, resamples, seed }, (i, values) => {
    found[i] = [...values];
  });
  return found;
}

function sampleOf(values: readonly number[], resamples = 2000, needs = labels(values.length)): BootstrapSample {
  const [sample] = bootstrap([columnOf(values, needs)], { needs: new Set(needs).size, resamples, seed: 7 }, (s) => s);
  if (!sample) throw new Error('no sample');
  return sample;
}

const skewed = (n: number, seed: number): number[] => {
  const random = seededRandom(seed, 'test values');
  return Array.from({ length: n }, () => -Math.log(1 - random.next()) - 1);
};

describe('bootstrapMeans', () => {
  it('two needs 0 and 3: means 0, 1.5 and 3 as often as 1 : 2 : 1', () => {
    const [found = []] = means([columnOf([0, 3])], 2, 4000);
    const count = (value: number): number => found.filter((mean) => mean === value).length;
    expect(count(0) + count(1.5) + count(3)).toBe(4000);
    for (const [value, p] of [
      [0, 0.25],
      [1.5, 0.5],
      [3, 0.25],
    ] as const) {
      const [low, high] = binomialBand(4000, p, 0.999);
      expect(count(value)).toBeGreaterThanOrEqual(low);
      expect(count(value)).toBeLessThanOrEqual(high);
    }
  });

  it('keeps a need’s queries together: identical paraphrases change nothing', () => {
    const values = skewed(9, 1);
    const needs = labels(9);
    const [once, twice] = means([columnOf(values), columnOf([...values, ...values], [...needs, ...needs])], 9, 50);
    expect(twice).toEqual(once?.map((mean) => expect.closeTo(mean, 12)));
  });

  it('shares resamples: every column moves with the same draws, however many others there are', () => {
    const values = skewed(20, 2);
    const many = Array.from({ length: 130 }, (_, i) => columnOf(values.map((v) => v * i + 1)));
    const slice = columnOf(values.map((v, i) => (i % 2 ? v : null)));
    const [alone = []] = means([columnOf(values)], 20, 100);
    const [first, ...rest] = means([columnOf(values), slice, ...many], 20, 100);
    expect(first).toEqual(alone);
    expect(rest[130]).toEqual(alone.map((mean) => expect.closeTo(mean * 129 + 1, 10)));
  });

  it('a resample without any need of a slice has no mean', () => {
    const [found = []] = means([columnOf([1, null, null, null])], 4, 200);
    const empty = found.filter(Number.isNaN).length;
    const [low, high] = binomialBand(200, 0.75 ** 4, 0.999);
    expect(empty).toBeGreaterThanOrEqual(low);
    expect(empty).toBeLessThanOrEqual(high);
    expect(found.filter((mean) => !Number.isNaN(mean)).every((mean) => mean === 1)).toBe(true);
  });

  it('depends on the seed alone and refuses what it cannot draw', () => {
    const column = columnOf(skewed(5, 3));
    expect(means([column], 5, 33, 1)).toEqual(means([column], 5, 33, 1));
    expect(means([column], 5, 33, 1)).not.toEqual(means([column], 5, 33, 2));
    expect(() => means([column], 0, 10)).toThrow(RangeError);
    expect(() => means([column], 5, 0)).toThrow(RangeError);
    expect(() => means([column], 4, 10)).toThrow(RangeError);
    expect(() => bootstrap([columnOf([null, null])], { needs: 2, resamples: 10, seed: 1 }, (s) => s)).toThrow(RangeError);
  });
});

describe('BCa', () => {
  const golden = JSON.parse(readFileSync(new URL('../../golden/expected.json', import.meta.url), 'utf8'));
  const old: Record<string, number> = golden.measures.old.per_query['nDCG@10'];
  const fresh: Record<string, number> = golden.measures.new.per_query['nDCG@10'];
  const ids = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  const differences = ids.map((id) => (fresh[id] ?? 0) - (old[id] ?? 0));

  it('matches SciPy on the golden nDCG@10 differences within the stated 0.003', () => {
    const sample = sampleOf(differences, 10_000, ids);
    expect([sample.needs, sample.method]).toEqual([golden.paired_ndcg10.n, 'bca']);
    expect(sample.estimate).toBeCloseTo(golden.paired_ndcg10.mean, 9);
    const percentile = { ...sample, bias: 0, acceleration: 0 };
    for (const [found, wanted] of [
      [twoSidedInterval(sample, 0.95), golden.paired_ndcg10.bca95],
      [twoSidedInterval(percentile, 0.95), golden.paired_ndcg10.percentile95],
    ]) {
      expect(Math.abs(found[0] - wanted[0])).toBeLessThan(0.003);
      expect(Math.abs(found[1] - wanted[1])).toBeLessThan(0.003);
    }
  });

  it('acceleration of 0, 0, 3 by hand: u = −0.5, −0.5, 1, so a = 0.75 / (6 · 1.5^1.5)', () => {
    expect(sampleOf([0, 0, 3]).acceleration).toBeCloseTo(0.75 / (6 * 1.5 ** 1.5), 12);
  });

  it('p-values are the bounds inverted, with and without the small-sample correction', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        fc.double({ min: 0.5, max: 0.9995, noNaN: true }),
        fc.constantFrom('none' as const, 'student' as const),
        (seed, limit, confidence, correction) => {
          const sample = sampleOf(skewed(12, seed), 200);
          const upper = upperBound(sample, confidence, correction);
          const lower = lowerBound(sample, confidence, correction);
          fc.pre(Math.abs(upper - limit) > 1e-9 && Math.abs(lower - limit) > 1e-9);
          expect(pWorse(sample, limit, correction) < 1 - confidence).toBe(upper < limit);
          expect(pNotWorse(sample, limit, correction) < 1 - confidence).toBe(lower > limit);
          expect(lower).toBeLessThanOrEqual(upper);
        },
      ),
    );
  });

  it('bounds mirror when the values change sign', () => {
    const values = skewed(25, 9);
    const sample = sampleOf(values);
    const mirrored = sampleOf(values.map((value) => -value));
    expect(lowerBound(mirrored, 0.95)).toBeCloseTo(-upperBound(sample, 0.95), 10);
    expect(pWorse(mirrored, -0.1)).toBeCloseTo(pNotWorse(sample, 0.1), 10);
  });

  it('is wider with the small-sample correction, never zero beyond the resamples, and percentile at 0 bias and 0 acceleration', () => {
    const sample = sampleOf(skewed(10, 4), 500);
    expect(lowerBound(sample, 0.95, 'student')).toBeLessThan(lowerBound(sample, 0.95));
    expect(pWorse(sample, 50)).toBeGreaterThanOrEqual(0);
    expect(pWorse(sample, 50)).toBeLessThan(1 / 501);
    expect(pNotWorse(sample, 50)).toBeGreaterThan(0.99);
    const plain = { ...sample, bias: 0, acceleration: 0 };
    expect(lowerBound(plain, 0.9)).toBeCloseTo(sample.sorted[49] ?? 0, 1);
  });

  it('falls back to percentile where the estimate is outside all resamples', () => {
    const sample = sampleOf(skewed(12, 5), 1);
    expect(sample.method).toBe('percentile');
    expect(sample.sorted[0]).not.toBe(sample.estimate);
    expect(lowerBound(sample, 0.95)).toBe(sample.sorted[0]);
    expect(upperBound(sample, 0.95)).toBe(sample.sorted[0]);
  });

  it('all needs equal: degenerate, the interval is that value, rounding does not count', () => {
    const sample = sampleOf([0.1 + 0.2, 0.3, 0.3]);
    expect(sample.method).toBe('degenerate');
    expect(twoSidedInterval(sample, 0.95)).toEqual([sample.estimate, sample.estimate]);
    expect([pWorse(sample, 0.4), pWorse(sample, 0.2), pNotWorse(sample, 0.2), pNotWorse(sample, 0.3)]).toEqual([0, 1, 0, 1]);
  });

  it('refuses a confidence of 0 or 1', () => {
    const sample = sampleOf([1, 2, 3]);
    expect(() => lowerBound(sample, 1)).toThrow(RangeError);
    expect(() => upperBound(sample, 0, 'student')).toThrow(RangeError);
  });
});
