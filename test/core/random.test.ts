import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleWithout, seededRandom } from '../../src/core/random.ts';

describe('seededRandom', () => {
  it('repeats for the same seed and label and differs for another of either', () => {
    const draw = (seed: number, label: string) => {
      const random = seededRandom(seed, label);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(7, 'bootstrap')).toEqual(draw(7, 'bootstrap'));
    expect(draw(7, 'bootstrap')).not.toEqual(draw(8, 'bootstrap'));
    expect(draw(7, 'bootstrap')).not.toEqual(draw(7, 'sample'));
  });

  it('is uniform: each of 10 cells holds its share of 100,000 draws within 4 standard errors', () => {
    const random = seededRandom(1, 'uniform');
    const cells = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const cell = random.below(10);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    for (const count of cells) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(100_000 * 0.1 * 0.9));
  });
});

describe('sampleWithout', () => {
  it('gives distinct ascending integers below n, all of them when asked for more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 250 }), fc.integer(), (n, count, seed) => {
        const sample = sampleWithout(seededRandom(seed, 'sample'), n, count);
        expect(sample).toHaveLength(Math.min(n, count));
        expect(new Set(sample).size).toBe(sample.length);
        expect(sample.every((value, i) => value >= 0 && value < n && (i === 0 || value > (sample[i - 1] ?? -1)))).toBe(true);
      }),
    );
  });
});
