import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '../../src/core/random.ts';
import type { Run } from '../../src/model/search.ts';
import { NoiseCollector } from '../../src/studies/noise/sample.ts';

describe('shuffled', () => {
  it('names every number once, and depends on the seed alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 200 }), (seed, n) => {
        const order = shuffled(seededRandom(seed, 'x'), n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(shuffled(seededRandom(seed, 'x'), n)).toEqual(order);
      }),
    );
    expect(shuffled(seededRandom(1, 'x'), 50)).not.toEqual(shuffled(seededRandom(2, 'x'), 50));
  });

  it('puts each of three numbers in each place equally often', () => {
    const counts = new Map<string, number>();
    const random = seededRandom(3, 'uniform');
    for (let i = 0; i < 6000; i++) {
      const key = shuffled(random, 3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 1000 expected; 5 standard deviations of a binomial with p 1/6 are 144.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(144);
  });
});

describe('NoiseCollector', () => {
  const run = (lists: Record<string, string>): Run =>
    new Map(Object.entries(lists).map(([id, letters]) => [id, { ids: [...letters], scores: [] }]));

  it('takes 1 − overlap@k and score differences over queries and repetitions', () => {
    const noise = new NoiseCollector([2, 4]);
    const served = run({ a: 'wxyz', b: 'wxyz' });
    noise.add(served, run({ a: 'wxyz', b: 'wyxz' }), [0, -0.25]);
    noise.add(served, run({ a: 'wxyz', b: 'vwxy' }), [0.5, 0]);
    // k 2: 0, 1/2, 0, 1/2; k 4: 0, 0, 0, 1/4. Quantile of type 7: position 2.85 of the sorted four.
    const { overlapLoss, scoreDifference, repetitions, queries } = noise.sample();
    expect([repetitions, queries]).toEqual([2, 2]);
    expect(overlapLoss['2']).toEqual({ mean: 0.25, p95: 0.5 });
    expect(overlapLoss['4']?.mean).toBeCloseTo(0.0625, 12);
    expect(overlapLoss['4']?.p95).toBeCloseTo(0.85 * 0.25, 12);
    expect(scoreDifference.max).toBe(0.5);
    expect(scoreDifference.p95).toBeCloseTo(0.25 + 0.85 * 0.25, 12);
  });

  it('refuses to say anything about nothing', () => {
    expect(() => new NoiseCollector([10]).sample()).toThrow(RangeError);
  });
});
