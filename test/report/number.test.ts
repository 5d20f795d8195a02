import { describe, expect, it } from 'vitest';
import { bounds, count, decimal, estimate, percent, plain, probability, signed, threshold } from '../../src/report/number.ts';

describe('numbers', () => {
  it.each([
    [count(0), '0'],
    [count(1234567), '1,234,567'],
    [count(-1234), '−1,234'],
    [decimal(0.53719), '0.537'],
    [decimal(1234.5), '1,234.500'],
    [decimal(0.00042), '0.0004'],
    [decimal(-0.0000001), '−1e−7'],
    [decimal(0), '0.000'],
    [decimal(null), 'n/a'],
    [decimal(148.25, 1), '148.3'],
    [signed(0.0021), '+0.002'],
    [signed(-0.01), '−0.010'],
    [signed(0), '0.000'],
    [signed(-0.00001), '−0.00001'],
    [signed(0.00042), '+0.0004'],
    [bounds({ lower: 0.0071, upper: 0.0291 }, signed), '[+0.007, +0.029]'],
    [estimate(0.0174, { lower: 0.0071, upper: 0.0291 }, signed), '+0.017 [+0.007, +0.029]'],
    [estimate(0.8, null, decimal), '0.800'],
    [threshold(0.68681), '0.6868'],
    [signed(null), 'n/a'],
    [percent(0.625), '62.5\u00a0%'],
    [percent(0.95), '95\u00a0%'],
    [percent(1), '100\u00a0%'],
    [percent(0), '0\u00a0%'],
    [percent(0.00064), '0.064\u00a0%'],
    [percent(-0.004), '−0.4\u00a0%'],
    [percent(0.0717), '7.2\u00a0%'],
    [percent(null), 'n/a'],
    [plain(-0.02), '−0.02'],
    [plain(-0), '0'],
    [probability(0.5), '0.500'],
    [probability(0.00001), '< 0.001'],
  ])('%s is %s', (found, expected) => {
    expect(found).toBe(expected);
  });

  it('refuses what is not finite: absence is null', () => {
    for (const write of [count, decimal, signed, percent, plain]) {
      expect(() => write(Number.NaN)).toThrow(RangeError);
      expect(() => write(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    }
  });
});
