import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile, quantileSorted } from '../../../src/measure/stats/quantile.ts';

// numpy.quantile([1, 2, 3, 10], q), NumPy 1.26
test.each([
  [0, 1],
  [0.1, 1.3],
  [0.25, 1.75],
  [0.5, 2.5],
  [0.9, 7.9],
  [1, 10],
])('level %d of 1, 2, 3, 10 is %d', (q, value) => {
  expect(quantileSorted([1, 2, 3, 10], q)).toBeCloseTo(value, 12);
  expect(quantile([10, 3, 1, 2], q)).toBeCloseTo(value, 12);
});

test('one value is every quantile', () => {
  expect(quantile([4], 0.3)).toBe(4);
});

test('bad input is refused', () => {
  expect(() => quantileSorted([], 0.5)).toThrow(RangeError);
  expect(() => quantileSorted([1], 1.1)).toThrow(RangeError);
  expect(() => quantileSorted([1], Number.NaN)).toThrow(RangeError);
  expect(() => quantile([1, Number.NaN], 0.5)).toThrow(RangeError);
  expect(() => quantile([1, Number.POSITIVE_INFINITY], 0.5)).toThrow(RangeError);
});

test('is between lowest and highest, and grows with the level', () => {
  const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
  const level = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(sample, level, level, (values, a, b) => {
      const [low, high] = [quantile(values, Math.min(a, b)), quantile(values, Math.max(a, b))];
      expect(low).toBeLessThanOrEqual(high + 1e-9);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
    }),
  );
});
