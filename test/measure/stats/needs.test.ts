import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clusterStandardError,
  columnByNeed,
  columnMean,
  indexNeeds,
  needMeans,
  pairedDifferences,
} from '../../../src/measure/stats/needs.ts';

describe('columns by need', () => {
  const needs = ['b', 'a', 'b', 'c'];

  it('sums by need, needs ascending, nulls and other slices left out', () => {
    const column = columnByNeed(indexNeeds(needs), [1, 2, 3, null]);
    expect([...column.needs]).toEqual([0, 1]);
    expect([...column.sums]).toEqual([2, 2]);
    expect([...column.counts]).toEqual([1, 1]);
    expect(columnMean(column)).toBe(2);
    expect([...needMeans(column)]).toEqual([2, 2]);
    const byQuery = columnByNeed(indexNeeds(needs), [1, 2, 3, null], undefined, 'queries');
    expect([[...byQuery.sums], [...byQuery.counts]]).toEqual([
      [2, 4],
      [1, 2],
    ]);
    const slice = columnByNeed(indexNeeds(needs), [1, 2, 3, 9], [false, false, true, true]);
    expect([...slice.needs]).toEqual([1, 2]);
    expect([...slice.sums]).toEqual([3, 9]);
  });

  it('the mean is over needs, each once; over queries where that is asked for', () => {
    const index = indexNeeds(['a', 'a', 'a', 'b']);
    expect(columnMean(columnByNeed(index, [0, 0, 0, 1]))).toBe(0.5);
    expect(columnMean(columnByNeed(index, [0, 0, 0, 1], undefined, 'queries'))).toBe(0.25);
  });

  it('leaves excluded queries out of the index and refuses values for them', () => {
    const index = indexNeeds(needs, [true, true, true, false]);
    expect(index.labels).toEqual(['a', 'b']);
    expect(() => columnByNeed(index, [1, 1, 1, 1])).toThrow(RangeError);
  });

  it('refuses NaN, other lengths and means of nothing', () => {
    expect(() => columnByNeed(indexNeeds(needs), [1, 2, Number.NaN, 4])).toThrow(RangeError);
    expect(() => columnByNeed(indexNeeds(needs), [1])).toThrow(RangeError);
    expect(() => indexNeeds(needs, [true])).toThrow(RangeError);
    expect(() => pairedDifferences([1], [])).toThrow(RangeError);
    expect(() => columnMean(columnByNeed(indexNeeds(['a']), [null]))).toThrow(RangeError);
  });

  it('pairs only where both have a value', () => {
    expect(pairedDifferences([0.5, null, 1], [0.75, 1, null])).toEqual([0.25, null, null]);
  });
});

describe('clusterStandardError', () => {
  it('is s/√n with one query a need: 1, 2, 3, 4 has s² = 5/3', () => {
    const column = columnByNeed(indexNeeds(['a', 'b', 'c', 'd']), [1, 2, 3, 4]);
    expect(clusterStandardError(column)).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });

  it('takes two identical paraphrases a need for one query each', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }), (values) => {
        const labels = values.map((_, i) => `n${i}`);
        const once = clusterStandardError(columnByNeed(indexNeeds(labels), values));
        const twice = clusterStandardError(columnByNeed(indexNeeds([...labels, ...labels]), [...values, ...values]));
        expect(twice).toBeCloseTo(once, 12);
      }),
    );
  });

  it('needs two needs', () => {
    expect(() => clusterStandardError(columnByNeed(indexNeeds(['a', 'a']), [1, 2]))).toThrow(RangeError);
  });
});
