import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weightedKappa } from '../../../src/measure/stats/kappa.ts';

const grades = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 40 });
const split = (pairs: readonly (readonly [number, number])[]) => [pairs.map(([a]) => a), pairs.map(([, b]) => b)] as const;

describe('weighted kappa', () => {
  test("Cohen's own example (1968, Table 1): 200 patients, three diagnoses, his own costs; 0.348", () => {
    const counts = [
      [88, 14, 18],
      [10, 40, 10],
      [2, 6, 12],
    ];
    const cost = [
      [0, 1, 3],
      [1, 0, 6],
      [3, 6, 0],
    ];
    const [a, b] = split(counts.flatMap((row, i) => row.flatMap((n, j) => Array.from({ length: n }, () => [i, j] as const))));
    expect(a).toHaveLength(200);
    // By hand: observed 0.90, expected 1.38.
    expect(weightedKappa(a, b, (i, j) => cost[i]?.[j] ?? Number.NaN)).toBeCloseTo(1 - 0.9 / 1.38, 12);
  });

  test('quadratic weights, by hand: means 1.5 and 1.25, variances 1.25 and 0.6875, so 2 expected; 0.25 observed', () => {
    expect(weightedKappa([0, 1, 2, 3], [0, 1, 2, 2])).toBeCloseTo(0.875, 12);
  });

  test('full agreement is 1, the reverse order is −1, chance is 0', () => {
    expect(weightedKappa([0, 3, 1], [0, 3, 1])).toBe(1);
    expect(weightedKappa([0, 1, 2, 3], [3, 2, 1, 0])).toBeCloseTo(-1, 12);
    expect(weightedKappa([0, 0, 1, 1], [0, 1, 0, 1])).toBe(0);
  });

  test('one and the same grade throughout leaves nothing to agree on', () => {
    expect(weightedKappa([2, 2], [2, 2])).toBeNull();
    expect(weightedKappa([2], [3])).toBe(0);
  });

  test('symmetric, at most 1, blind to a shift of the scale, and 1 − 2·cov form (Fleiss & Cohen 1973)', () => {
    fc.assert(
      fc.property(grades, (pairs) => {
        const [a, b] = split(pairs);
        const kappa = weightedKappa(a, b);
        const other = weightedKappa(b, a);
        const shifted = weightedKappa(
          a.map((grade) => grade + 5),
          b.map((grade) => grade + 5),
        );
        if (kappa === null) return other === null && shifted === null && new Set([...a, ...b]).size === 1;
        expect(kappa).toBeLessThanOrEqual(1);
        expect(other).toBeCloseTo(kappa, 9);
        expect(shifted).toBeCloseTo(kappa, 9);
        const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const [m, n] = [mean(a), mean(b)];
        const covariance = mean(a.map((grade, i) => (grade - m) * ((b[i] ?? 0) - n)));
        const variances = mean(a.map((grade) => (grade - m) ** 2)) + mean(b.map((grade) => (grade - n) ** 2));
        expect(kappa).toBeCloseTo((2 * covariance) / (variances + (m - n) ** 2), 9);
        return true;
      }),
    );
  });

  test('nothing, other lengths and NaN are programming errors', () => {
    expect(() => weightedKappa([], [])).toThrow(RangeError);
    expect(() => weightedKappa([1], [1, 2])).toThrow(RangeError);
    expect(() => weightedKappa([Number.NaN], [1])).toThrow(RangeError);
  });
});
