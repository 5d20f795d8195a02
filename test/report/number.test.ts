import { describe, expect, it } from 'vitest';
import { count, decimal, percent, plain, probability, signed } from '../../src/report/number.ts';

describe('numbers', () => {
  it.each([
    [count(0), '0'],
    [count(1234567), '1,234,567'],
    [count(-1234), '−1,234'],
    [decimal(0.53719), '0.5372'],
    [decimal(1234.5), '1,234.5000'],
    [decimal(null), 'n/a'],
    [decimal(148.25, 1), '148.3'],
    [signed(0.0021), '+0.0021'],
    [signed(-0.01), '−0.0100'],
    [signed(0), '0.0000'],
    [signed(-0.00001), '0.0000'],
    [signed(0.00001), '0.0000'],
    [signed(null), 'n/a'],
    [percent(0.625), '62.5\u00a0%'],
    [percent(null), 'n/a'],
    [plain(-0.02), '−0.02'],
    [plain(-0), '0'],
    [probability(0.5), '0.5000'],
    [probability(0.00001), '< 0.0001'],
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
