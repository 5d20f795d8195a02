import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { binomialBand } from '../../../src/measure/stats/distributions.ts';
import { ratioBounds } from '../../../src/measure/stats/ratio-bounds.ts';

const ten = (count: number): number[] => Array.from({ length: count }, () => 10);

describe('bounds of a ratio of costs', () => {
  test('by hand: of 13 blocks the fourth from either end', () => {
    // P(X ≤ 3) of 13 tosses is 378/8192 = 0.046, P(X ≤ 4) is 0.133.
    const fresh = [8, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 14, 15, 16];
    expect(ratioBounds(ten(13), fresh, 0.95)).toEqual({ ratio: 1.15, lower: 1, upper: 1.3 });
  });

  test('fewer than five blocks bound nothing at 95 %', () => {
    expect(ratioBounds(ten(4), ten(4), 0.95)).toBeNull();
    expect(ratioBounds(ten(5), ten(5), 0.95)).toEqual({ ratio: 1, lower: 1, upper: 1 });
  });

  test('load that adds to both pulls the ratio towards 1, and the upper bound does not follow', () => {
    // 10 and 12 on a quiet machine; 90 more in all blocks but the first.
    const busy = (value: number) => [value, ...Array.from({ length: 12 }, () => value + 90)];
    const found = ratioBounds(busy(10), busy(12), 0.95);
    expect(found?.ratio).toBeCloseTo(1.02, 12);
    expect(found?.upper).toBeCloseTo(1.2, 12);
    expect(found?.lower).toBeCloseTo(1.02, 12);
  });

  test('what is faster is not called slower by such load either', () => {
    const busy = (value: number) => [value, ...Array.from({ length: 12 }, () => value + 90)];
    expect(ratioBounds(busy(10), busy(7), 0.95)?.lower).toBeCloseTo(0.7, 12);
  });

  test.each([
    ['lists of unequal length', [1, 2], [1]],
    ['a time of nothing', [1, 0], [1, 1]],
    ['NaN', [1, Number.NaN], [1, 1]],
  ])('refuses %s', (_, old, fresh) => {
    expect(() => ratioBounds(old, fresh, 0.95)).toThrow(RangeError);
  });

  test('of two equal versions neither bound leaves 1 out more often than stated, while the load drifts and bursts', () => {
    const random = seededRandom(11, 'ratio-bounds');
    const runs = 2_000;
    let [above, below] = [0, 0];
    for (let run = 0; run < runs; run++) {
      let load = 1;
      const time = () => {
        load = 0.9 * load + 0.3 * random.next();
        return 5 * (1 + load) + (random.next() < 0.2 ? 40 * random.next() : 0);
      };
      const [old, fresh]: [number[], number[]] = [[], []];
      for (let block = 0; block < 13; block++) {
        const [first, second] = [time(), time()];
        const isOldFirst = random.next() < 0.5;
        old.push(isOldFirst ? first : second);
        fresh.push(isOldFirst ? second : first);
      }
      const found = ratioBounds(old, fresh, 0.95);
      if ((found?.lower ?? 0) > 1) above++;
      if ((found?.upper ?? 0) < 1) below++;
    }
    const [, most] = binomialBand(runs, 0.05, 0.999);
    expect(above).toBeLessThanOrEqual(most);
    expect(below).toBeLessThanOrEqual(most);
    // The exact rate is 0.046, so that the bounds are no wider than they need be.
    expect(above).toBeGreaterThan(0.025 * runs);
  });
});
