import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialBand,
  binomialCdf,
  couldDiffer,
  incompleteBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from '../../../src/measure/stats/distributions.ts';

const relative = (found: number, wanted: number): number => Math.abs(found / wanted - 1);

describe('normal distribution', () => {
  // Values of R 4: pnorm(x, log.p = FALSE), printed with 16 digits.
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.5, 0.0668072012688581],
    [-2.5, 0.006209665325776135],
    [-5, 2.866515718791939e-7],
    [-8, 6.220960574271785e-16],
    [-30, 4.906713927148187e-198],
  ])('cdf at %f', (x, wanted) => {
    expect(relative(normalCdf(x), wanted)).toBeLessThan(1e-12);
  });

  it('is continuous where the series gives way to the continued fraction', () => {
    expect(relative(normalCdf(-2.5), normalCdf(-2.5 + 1e-15))).toBeLessThan(1e-12);
  });

  it.each([
    [0.975, 1.959963984540054],
    [0.05, -1.6448536269514722],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470964],
  ])('quantile at %f', (p, wanted) => {
    expect(relative(normalQuantile(p), wanted)).toBeLessThan(wanted < -30 ? 1e-7 : 1e-12);
  });

  it('is its own inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-14);
      }),
    );
  });

  it('knows its ends and refuses the rest', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
    expect(() => normalCdf(Number.NaN)).toThrow(RangeError);
  });
});

describe('gamma and beta', () => {
  it('logGamma is ln (n − 1)! and knows Γ(1/2) = √π', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(() => logGamma(0)).toThrow(RangeError);
  });

  it('incompleteBeta: I_0.5(2, 3) = 11/16 by hand, symmetric, with ends', () => {
    expect(incompleteBeta(0.5, 2, 3)).toBeCloseTo(11 / 16, 13);
    expect(incompleteBeta(0.2, 2.5, 7) + incompleteBeta(0.8, 7, 2.5)).toBeCloseTo(1, 13);
    expect([incompleteBeta(0, 1, 1), incompleteBeta(1, 1, 1)]).toEqual([0, 1]);
    expect(() => incompleteBeta(-0.1, 1, 1)).toThrow(RangeError);
  });
});

describe('Student’s t', () => {
  // Any statistics textbook's table; one degree of freedom is Cauchy: tan(π(p − 1/2)); two: (2p − 1)√(2 / (1 − (2p − 1)²)).
  it.each([
    [0.95, 1, 6.313751514675043],
    [0.975, 2, 4.302652729911275],
    [0.975, 29, 2.045229642132703],
    [0.05, 59, -1.671093032195],
  ])('quantile at %f with %i degrees of freedom', (p, df, wanted) => {
    expect(studentQuantile(p, df)).toBeCloseTo(wanted, 9);
    expect(studentCdf(wanted, df)).toBeCloseTo(p, 10);
  });

  it('nears the normal distribution and refuses nonsense', () => {
    expect(studentQuantile(0.95, 1e6)).toBeCloseTo(normalQuantile(0.95), 5);
    expect(studentQuantile(0.5, 3)).toBe(0);
    expect(studentCdf(Number.NEGATIVE_INFINITY, 3)).toBe(0);
    expect(() => studentCdf(0, 0)).toThrow(RangeError);
  });
});

describe('binomial distribution', () => {
  it('cdf: three coins by hand', () => {
    expect([0, 1, 2, 3].map((k) => binomialCdf(k, 3, 0.5))).toEqual([0.125, 0.5, 0.875, 1].map((p) => expect.closeTo(p, 12)));
    expect(binomialCdf(-1, 3, 0.5)).toBe(0);
    expect(() => binomialCdf(0, 0, 0.5)).toThrow(RangeError);
  });

  it('band leaves out at most half of the rest on each side, and is the narrowest such', () => {
    const [low, high] = binomialBand(400, 0.05, 0.99);
    expect(binomialCdf(low - 1, 400, 0.05)).toBeLessThanOrEqual(0.005);
    expect(binomialCdf(low, 400, 0.05)).toBeGreaterThan(0.005);
    expect(1 - binomialCdf(high, 400, 0.05)).toBeLessThanOrEqual(0.005);
    expect(1 - binomialCdf(high - 1, 400, 0.05)).toBeGreaterThan(0.005);
    expect(() => binomialBand(10, 0.5, 1)).toThrow(RangeError);
  });

  it('couldDiffer is near 3/n at 95 % and exact: (1 − share)^n = 5 %', () => {
    expect(couldDiffer(100, 0.95)).toBeCloseTo(0.03, 2);
    expect((1 - couldDiffer(60, 0.95)) ** 60).toBeCloseTo(0.05, 12);
    expect(() => couldDiffer(0, 0.95)).toThrow(RangeError);
  });
});
