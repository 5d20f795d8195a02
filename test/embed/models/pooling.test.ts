import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolTokens } from '../../../src/embed/embed-task.ts';

// Three tokens of two dimensions.
const HIDDEN = Float32Array.of(1, -2, 3, 4, -1, 7);

describe('poolTokens', () => {
  it.each([
    ['cls', [1, -2]],
    ['last', [-1, 7]],
    ['mean', [1, 3]],
    ['max', [3, 7]],
  ] as const)('%s', (pooling, expected) => {
    expect([...poolTokens(HIDDEN, 3, 2, pooling)]).toEqual(expected);
  });

  it('is the token itself where there is one', () => {
    for (const pooling of ['cls', 'last', 'mean', 'max'] as const)
      expect([...poolTokens(Float32Array.of(5, 6), 1, 2, pooling)]).toEqual([5, 6]);
  });

  it('refuses no tokens and sizes that do not fit', () => {
    expect(() => poolTokens(new Float32Array(), 0, 2, 'cls')).toThrow(RangeError);
    expect(() => poolTokens(HIDDEN, 2, 2, 'mean')).toThrow(RangeError);
  });

  it('keeps the mean at or below the max, and both within the values', () => {
    const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(values, (list) => {
        const hidden = Float32Array.from(list);
        const mean = poolTokens(hidden, 3, 2, 'mean');
        const max = poolTokens(hidden, 3, 2, 'max');
        for (const column of [0, 1]) {
          const own = [0, 1, 2].map((token) => hidden[token * 2 + column] ?? 0);
          expect(max[column]).toBe(Math.max(...own));
          expect(mean[column]).toBeLessThanOrEqual(Math.max(...own) + 1e-9);
          expect(mean[column]).toBeGreaterThanOrEqual(Math.min(...own) - 1e-9);
        }
      }),
    );
  });
});
