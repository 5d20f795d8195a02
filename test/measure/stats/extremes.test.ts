import { expect, it } from 'vitest';
import { largest, smallest } from '../../../src/measure/stats/extremes.ts';

it('finds the ends of 200,000 values, where a spread would throw', () => {
  const values = Float64Array.from({ length: 200_000 }, (_, i) => ((i * 7919) % 200_003) - 100_000);
  const sorted = values.slice().sort();
  expect([smallest(values), largest(values)]).toEqual([sorted[0], sorted.at(-1)]);
  expect(() => Math.min(...values)).toThrow(RangeError);
});

it('starts from the value given; nothing has no ends', () => {
  expect([smallest([3, 1], 2), smallest([3, 4], 2), largest([3, 1], 4), largest([3, 5], 4)]).toEqual([1, 2, 4, 5]);
  expect([smallest([]), largest([])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});
