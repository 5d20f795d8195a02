import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { dirichletAtMost, dirichletBelow } from '../../../src/measure/stats/dirichlet-mean.ts';
import { isAbove, meanAtLeast, pAtMost } from '../../../src/measure/stats/unseen-need.ts';

const minus = (values: readonly number[], c: number): Float64Array => Float64Array.from(values, (value) => value - c);

describe('dirichletBelow', () => {
  it('by hand: a uniform weight between 0 and 1; one of k alike is Beta(1, n − 1); ends', () => {
    expect(dirichletBelow(minus([0, 1], 0.3))).toBeCloseTo(0.3, 10);
    // The weight of the lone 1 among 101 is at most 0.02 with probability 1 − 0.98^100.
    expect(dirichletBelow(minus([...Array(100).fill(0), 1], 0.02))).toBeCloseTo(1 - 0.98 ** 100, 10);
    // Two of 102: Beta(2, 100).
    expect(1 - dirichletBelow(minus([...Array(100).fill(0), 1, 1], 0.02))).toBeCloseTo(0.98 ** 101 + 101 * 0.02 * 0.98 ** 100, 10);
    expect(dirichletBelow(minus([...Array(156).fill(0), 1], 0.3))).toBeCloseTo(1 - 0.7 ** 156, 12);
    expect([dirichletBelow(minus([1, 2], 0.5)), dirichletBelow(minus([1, 2], 2)), dirichletBelow(minus([1], 1))]).toEqual([0, 1, 1]);
    expect(() => dirichletBelow(new Float64Array())).toThrow(RangeError);
  });

  it('small tails keep their digits: 0.7^156 of the weight is above 0.3', () => {
    const tail = dirichletBelow(Float64Array.from([...Array(156).fill(0.3), -0.7]));
    expect(tail / 0.7 ** 156).toBeCloseTo(1, 8);
  });

  it('one outlier among n alike, in both tails: 1 − (1 − c)^n, from far below the mean to far above', () => {
    for (const n of [2, 10, 100, 1000, 10_000])
      for (const times of [0.3, 0.99, 1, 1.01, 3, 20]) {
        const c = Math.min(0.5, times / n);
        const alike = Array(n).fill(-c);
        const above = (1 - c) ** n;
        expect(dirichletBelow(Float64Array.from([...alike, 1 - c])) / -Math.expm1(n * Math.log1p(-c))).toBeCloseTo(1, 7);
        expect(dirichletBelow(Float64Array.from([...alike.map((v) => -v), c - 1])) / above).toBeCloseTo(1, 6);
      }
  });

  it.each([
    { kind: 'spread out', n: 30, value: (u: number) => u ** 3 - 0.22 },
    { kind: 'a few gains and losses among needs that stay', n: 157, value: (u: number) => (u < 0.01 ? -1 : u > 0.99 ? 1 : 0) - 0.007 },
    { kind: 'a few losses among many small gains', n: 200, value: (u: number) => (u < 0.01 ? -0.8 : 0.02 * u) },
  ])('agrees with weights drawn at random: $kind', ({ n, value }) => {
    const random = seededRandom(5, 'weights');
    const values = Array.from({ length: n }, () => value(random.next()));
    const draws = 20_000;
    let below = 0;
    for (let i = 0; i < draws; i++) if (values.reduce((sum, v) => sum - Math.log(1 - random.next()) * v, 0) <= 0) below++;
    expect(Math.abs(dirichletBelow(Float64Array.from(values)) - below / draws)).toBeLessThan(0.012);
  });

  it('counts stand for repeated values, also of a hundred thousand', () => {
    const [values, counts] = [Float64Array.of(-0.02, 0.98, -0.52, 0.11), Float64Array.of(90, 2, 1, 7)];
    const repeated = [...values].flatMap((v, i) => Array<number>(counts[i] ?? 0).fill(v));
    expect(dirichletBelow(values, counts) / dirichletBelow(Float64Array.from(repeated))).toBeCloseTo(1, 10);
    const [n, c] = [100_000, 2e-5];
    expect(dirichletBelow(Float64Array.of(-c, 1 - c), Float64Array.of(n, 1)) / -Math.expm1(n * Math.log1p(-c))).toBeCloseTo(1, 7);
    // 60 % zeros and 40 % ones: a Beta(40,000, 60,000) weight, whose median is its mean but for 1/n.
    expect(dirichletBelow(Float64Array.of(-0.4, 0.6), Float64Array.of(60_000, 40_000))).toBeCloseTo(0.5, 2);
  });

  it('200,000 different values in order do not overflow: normal around their mean, one standard error below and above', () => {
    const n = 200_000;
    const random = seededRandom(2, 'many');
    const values = Float64Array.from({ length: n }, () => random.next()).sort();
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    const error = Math.sqrt(1 / 12 / n);
    expect(dirichletBelow(values.map((v) => v - mean - error))).toBeCloseTo(0.8413, 3);
    expect(dirichletBelow(values.map((v) => v - mean + error))).toBeCloseTo(0.1587, 3);
  });

  it('ends on values of any size, and does not depend on the unit', () => {
    expect(dirichletBelow(Float64Array.of(1, -5e-324, 0.2))).toBe(0);
    expect(dirichletBelow(Float64Array.of(-1, 5e-324, -0.2))).toBe(1);
    expect(dirichletBelow(Float64Array.of(5e-324, -5e-324))).toBeCloseTo(0.5, 9);
    expect(dirichletBelow(Float64Array.of(1, -1e-14, 0.3))).toBeLessThan(1e-13);
    expect(dirichletBelow(Float64Array.of(7e305, -3e305))).toBeCloseTo(0.3, 9);
    expect(dirichletBelow(new Float64Array(3))).toBe(1);
  });
});

describe('dirichletAtMost', () => {
  it('never below the probability, and at most five times it, for many values, few, and one far out', () => {
    expect(dirichletAtMost(minus([0, 1], 0.3))).toBeCloseTo(0.531, 3);
    const random = seededRandom(4, 'bound');
    const ratios = Array.from({ length: 800 }, (_, i) => {
      const [size, stay] = [2 + random.below([3, 6, 40, 200][i % 4] ?? 1), random.next()];
      const far = () => (random.next() - 0.4) * (random.next() < 0.1 ? 1 : 0.2);
      const y = Float64Array.from({ length: size }, () => (random.next() < stay ? 0.02 : far()));
      return dirichletBelow(y) < 1e-9 ? 1 : dirichletAtMost(y) / dirichletBelow(y);
    });
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...ratios)).toBeLessThan(5);
    expect([dirichletAtMost(minus([1, 2], 0.5)), dirichletAtMost(minus([1, 2], 2)), dirichletAtMost(minus([1], 1))]).toEqual([0, 1, 0]);
    expect(() => dirichletAtMost(new Float64Array())).toThrow(RangeError);
  });
});

describe('bounds with an unseen need', () => {
  it('is above a limit exactly where the p-value is below the level, near the level and far from it', () => {
    const random = seededRandom(3, 'decisions');
    let above = 0;
    for (let i = 0; i < 400; i++) {
      const [size, stay] = [[5, 20, 37, 156][i % 4] ?? 1, random.next()];
      const values = Float64Array.from({ length: size }, () => (random.next() < stay ? 0 : random.next() - 0.5));
      const sample = { values, typical: -random.next(), floor: -1 };
      const limit = values.reduce((sum, v) => sum + v, 0) / size - random.next() * 0.3;
      const level = [0.5, 0.05, 0.007][i % 3] ?? 1;
      const is = isAbove(sample, limit, level);
      above += Number(is);
      expect([i, is]).toEqual([i, pAtMost(sample, limit) < level]);
    }
    expect([above > 100, above < 300]).toEqual([true, true]);
    expect(isAbove({ values: new Float64Array(149), typical: -0.5, floor: -1 }, -0.02, 0.05)).toBe(true);
    expect(isAbove({ values: new Float64Array(148), typical: -0.5, floor: -1 }, -0.02, 0.05)).toBe(false);
  });

  it('n needs that stay as they are: 1 − 0.05^(1/n) of the needs could lose all that the measure allows', () => {
    const still = { values: new Float64Array(50), typical: -0.5, floor: -1 };
    expect(pAtMost(still, -0.02)).toBeCloseTo(0.98 ** 50, 8);
    expect(meanAtLeast(still, 0.95)).toBeCloseTo(0.05 ** (1 / 50) - 1, 7);
    expect(pAtMost({ ...still, values: new Float64Array(149) }, -0.02)).toBeLessThan(0.05);
    expect(pAtMost({ ...still, values: new Float64Array(148) }, -0.02)).toBeGreaterThan(0.05);
  });

  it('the bound is where the p-value is the level, for one need too', () => {
    const samples = [[0.1], [0, 0, -0.5, 0.3], Array.from({ length: 60 }, (_, i) => Math.sin(i) / 5)];
    for (const values of samples.map((each) => Float64Array.from(each)))
      for (const confidence of [0.9, 0.95, 0.998]) {
        const sample = { values, typical: -0.4, floor: -1 };
        const bound = meanAtLeast(sample, confidence);
        expect(pAtMost(sample, bound)).toBeCloseTo(1 - confidence, 5);
      }
    expect(() => meanAtLeast({ values: new Float64Array(), typical: 0, floor: -1 }, 0.95)).toThrow(RangeError);
  });

  it('weights of 2 count a need twice in the mean', () => {
    const weighted = { values: Float64Array.from([0.4, -0.2]), weights: Float64Array.from([1.5, 0.5]), typical: -0.5, floor: -1 };
    const even = { ...weighted, weights: Float64Array.from([1, 1]) };
    expect(pAtMost(weighted, 0)).toBeLessThan(pAtMost(even, 0));
  });

  it('no improvement of any need ever raises the p-value', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true });
    const property = fc.property(
      fc.array(value, { minLength: 2, maxLength: 40 }),
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: -0.3, max: 0.1, noNaN: true }),
      (values, at, gain, limit) => {
        const raised = values.map((v, i) => (i === at % values.length ? Math.min(1, v + gain) : v));
        const p = (of: readonly number[]) => pAtMost({ values: Float64Array.from(of), typical: -0.5, floor: -1 }, limit);
        // The peak is found to about 1e-5 of its height.
        expect(p(raised)).toBeLessThanOrEqual(p(values) * (1 + 1e-4) + 1e-9);
      },
    );
    fc.assert(property, { numRuns: 60, seed: 4 });
  });
});
