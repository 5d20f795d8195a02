import { expect, test } from 'vitest';
import { compareSlices } from '../../../src/measure/slices/slice-comparison.ts';

const NEEDS = Array.from({ length: 40 }, (_, i) => `n${i}`);
/** Every need lost something, one slice more than the other. */
const DIFFERENCES = NEEDS.map((_, i) => (i < 20 ? -0.3 : -0.1) + 0.01 * (i % 5));
const SLICES = [NEEDS.map((_, i) => i < 20), NEEDS.map((_, i) => i >= 20)];

test('a band lies around its mean, as far to one side as to the other, and is wider than the interval of the slice alone', () => {
  const compared = compareSlices(NEEDS, DIFFERENCES, SLICES, { seed: 7, resamples: 2000 });
  expect(compared.map((slice) => slice?.needs)).toEqual([20, 20]);
  for (const [i, slice] of compared.entries()) {
    const { mean = 0, simultaneous, interval } = slice ?? {};
    expect(mean).toBeCloseTo([-0.28, -0.08][i] as number, 12);
    const [lower, upper] = [simultaneous?.lower ?? 0, simultaneous?.upper ?? 0];
    expect(lower).toBeLessThan(mean);
    expect((lower + upper) / 2).toBeCloseTo(mean, 12);
    expect(upper - lower).toBeGreaterThan((interval?.upper ?? 0) - (interval?.lower ?? 0));
    // Twenty needs that all lost: no chance that the slice did not.
    expect(slice?.rank).toBeLessThan(1e-9);
  }
});

test('slices of fewer than ten needs have no band, and those without a value are none', () => {
  const few = [NEEDS.map((_, i) => i < 9), NEEDS.map((_, i) => i < 10), NEEDS.map(() => false)];
  const compared = compareSlices(NEEDS, DIFFERENCES, few, { seed: 7, resamples: 500 });
  expect(compared.map((slice) => slice && [slice.needs, slice.simultaneous !== null, slice.rank !== null])).toEqual([
    [9, false, false],
    [10, true, true],
    null,
  ]);
});
