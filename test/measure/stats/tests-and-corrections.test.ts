import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectSize } from '../../../src/measure/stats/effect-size.ts';
import { benjaminiHochberg, holm, holmLevels } from '../../../src/measure/stats/multiple.ts';
import { columnByNeed, indexNeeds, type NeedColumn } from '../../../src/measure/stats/needs.ts';
import { signFlipTest } from '../../../src/measure/stats/permutation.ts';
import { needsToSettle } from '../../../src/measure/stats/power.ts';

const columnOf = (values: readonly number[], needs = values.map((_, i) => `n${i}`)): NeedColumn => columnByNeed(indexNeeds(needs), values);
const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 10));

describe('signFlipTest', () => {
  it('1, 1, 1 by hand: one of eight patterns is as high, one as low', () => {
    expect(signFlipTest(columnOf([1, 1, 1]), 1, 7)).toEqual({ twoSided: 0.25, less: 1, greater: 0.125, exact: true });
  });

  it('1, 2, −4 by hand: the sum −1 is reached or undercut by 4 of 8 patterns', () => {
    // ±1 ±2 ±4: −7, −5, −3, −1, 1, 3, 5, 7
    expect(signFlipTest(columnOf([1, 2, -4]), 1, 7)).toMatchObject({ less: 0.5, greater: 0.625, twoSided: 1 });
  });

  it('flips a need’s queries together', () => {
    const test = signFlipTest(columnOf([1, 1, 1, 1], ['a', 'a', 'b', 'b']), 1, 7);
    expect(test).toMatchObject({ greater: 0.25, twoSided: 0.5 });
  });

  it('needs without a difference change nothing, and all of them give p = 1', () => {
    expect(signFlipTest(columnOf([1, 0, 1, 0, 1]), 1, 7)).toEqual(signFlipTest(columnOf([1, 1, 1]), 1, 7));
    expect(signFlipTest(columnOf([0, 0]), 1, 7)).toMatchObject({ twoSided: 1, less: 1, greater: 1 });
    expect(signFlipTest(columnOf([0.4]), 1, 7).twoSided).toBe(1);
  });

  it('matches SciPy on the golden differences within 0.003, by Monte Carlo', () => {
    const golden = JSON.parse(readFileSync(new URL('../../golden/expected.json', import.meta.url), 'utf8'));
    const old: Record<string, number> = golden.measures.old.per_query['nDCG@10'];
    const fresh: Record<string, number> = golden.measures.new.per_query['nDCG@10'];
    const ids = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
    const test = signFlipTest(
      columnOf(
        ids.map((id) => (fresh[id] ?? 0) - (old[id] ?? 0)),
        ids,
      ),
      50_000,
      7,
    );
    expect(test.exact).toBe(false);
    expect(Math.abs(test.twoSided - golden.paired_ndcg10.permutation_p)).toBeLessThan(0.0006);
  });

  it('Monte Carlo never says 0: all of 40 needs gain, p is 1/(1 + resamples) one-sided', () => {
    const test = signFlipTest(columnOf(Array.from({ length: 40 }, (_, i) => 1 + i / 100)), 999, 7);
    expect(test).toEqual({ twoSided: 0.002, less: 1, greater: 0.001, exact: false });
  });

  it('Monte Carlo nears the exact test', () => {
    const values = Array.from({ length: 20 }, (_, i) => ((i * 7) % 11) / 10 - 0.35);
    const exact = signFlipTest(columnOf(values), 1, 7);
    const near = signFlipTest(columnOf([...values, 1e-13]), 40_000, 7);
    expect([exact.exact, near.exact]).toEqual([true, false]);
    expect(Math.abs(near.twoSided - exact.twoSided)).toBeLessThan(0.01);
  });

  it('refuses nothing to flip', () => {
    expect(() => signFlipTest(columnByNeed(indexNeeds(['a']), [null]), 10, 7)).toThrow(RangeError);
    expect(() => signFlipTest(columnOf([1]), 0, 7)).toThrow(RangeError);
  });
});

describe('corrections', () => {
  it('Holm by hand: 0.01·4, 0.015·3, 0.03·2, 0.04·1, made monotone', () => {
    expect(holm([0.04, 0.01, 0.03, 0.015])).toEqual(close([0.06, 0.04, 0.06, 0.045]));
    expect(holm([0.5, 0.9])).toEqual(close([1, 1]));
    expect(holm([])).toEqual([]);
  });

  it('Benjamini-Hochberg by hand: 0.01·4/1, 0.015·4/2, 0.03·4/3, 0.04·4/4, made monotone from above', () => {
    expect(benjaminiHochberg([0.04, 0.01, 0.03, 0.015])).toEqual(close([0.04, 0.03, 0.04, 0.03]));
  });

  it('Holm’s levels reject exactly what its adjusted p-values reject; BH never adjusts more than Holm', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const adjusted = holm(ps);
        const levels = holmLevels(ps, 0.05);
        fc.pre(adjusted.every((p) => Math.abs(p - 0.05) > 1e-12));
        expect(ps.map((p, i) => p < (levels[i] ?? 0))).toEqual(adjusted.map((p) => p < 0.05));
        const milder = benjaminiHochberg(ps);
        adjusted.forEach((p, i) => {
          expect(milder[i]).toBeLessThanOrEqual(p + 1e-15);
          expect(milder[i]).toBeGreaterThanOrEqual((ps[i] ?? 0) * (1 - 1e-12));
        });
      }),
    );
  });

  it('refuses what is no p-value', () => {
    expect(() => holm([0.1, Number.NaN])).toThrow(RangeError);
    expect(() => benjaminiHochberg([1.5])).toThrow(RangeError);
  });
});

describe('effectSize', () => {
  it('1, 2, 3 by hand: mean 2, s 1; J(2) = Γ(1)/(1·Γ(1/2)) = 1/√π', () => {
    expect(effectSize(columnOf([1, 2, 3]))).toEqual({ cohenDz: 2, hedgesGz: expect.closeTo(2 / Math.sqrt(Math.PI), 12) });
  });

  it('is undefined without spread', () => {
    expect(effectSize(columnOf([0.1, 0.1, 0.1]))).toBeNull();
    expect(effectSize(columnOf([1, 2]))).toBeNull();
  });
});

describe('power', () => {
  const input = { standardError: 0.01, needs: 100, below: 0.0164, above: 0.0164 };

  it('needs that settle: n · (z · SE / distance)², more than there are, none at the margin itself', () => {
    expect(needsToSettle({ ...input, below: 0.01 * 1.6448536 }, 0.01, 0.95)).toBe(Math.ceil(100 * 1.6448536 ** 2));
    expect(needsToSettle({ ...input, above: 0.01 * 1.6448536 }, -0.01, 0.95)).toBe(Math.ceil(100 * 1.6448536 ** 2));
    expect(needsToSettle({ ...input, below: 0.01 * 1.6448536 }, 0.01, 0.95, 0.9875)).toBe(Math.ceil(100 * 2.2414027 ** 2));
    expect(needsToSettle(input, 1, 0.95)).toBe(101);
    expect(needsToSettle(input, 0, 0.95)).toBeNull();
  });

  it('what is owed to unseen needs falls with n, not with √n', () => {
    // 0.02/4 of the spread's 0.02 at 16 times the needs, 0.01/16 of the rest
    const at = needsToSettle({ standardError: 0.02 / 1.6448536, needs: 100, below: 0.03, above: 0.03 }, 0.02 / 4 + 0.01 / 16, 0.95);
    expect(Math.abs((at ?? 0) - 1600)).toBeLessThan(3);
  });
});

it('Holm with weights: 0.01 of weight 3 is tested at 3/4 of the error', () => {
  expect(holm([0.01, 0.04], [3, 1])).toEqual(close([0.04 / 3, 0.04]));
  expect(holmLevels([0.01, 0.04], 0.05, [3, 1])).toEqual(close([0.0375, 0.05]));
  expect(holmLevels([0.04, 0.06], 0.05, [3, 1])).toEqual(close([0.0375, 0.0125]));
  expect(() => holm([0.1], [0])).toThrow(RangeError);
});
