import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlapValues, pairedValues, resamplesFor, sideValues } from '../../../src/features/compare/values.ts';
import { columnOf } from '../../../src/measure/columns.ts';
import type { SidedColumn } from '../../../src/model/evaluation.ts';

function sided(old: readonly (number | null)[], fresh: readonly (number | null)[]): SidedColumn {
  return { old: columnOf(old), new: columnOf(fresh) };
}

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `q${String(i).padStart(3, '0')}`);

describe('paired values', () => {
  test('differences of +1, +1, +1: no spread, and 2 of 8 sign patterns are as extreme', () => {
    const { paired, notes } = pairedValues([['P@1', sided([0, 0, 0], [1, 1, 1])]], names(3), 7);
    expect(paired['P@1']).toEqual({ n: 3, mean: 1, ci95: [1, 1], permutationP: 0.25 });
    // Rule of three: 1 − 0.05^(1/3) = 63.2 %.
    expect(notes).toEqual([expect.stringMatching(/^P@1: .* 3 queries.*63\.2 %/)]);
  });

  test('one query shows no spread: not applicable, never a number', () => {
    const { paired, notes } = pairedValues([['P@1', sided([0.5], [0.75])]], ['q'], 7);
    expect(paired['P@1']).toEqual({ n: 1, mean: 0.25, ci95: { notApplicable: expect.any(String) }, permutationP: 1 });
    expect(notes).toHaveLength(1);
  });

  test('no difference anywhere: interval of zero, p of 1', () => {
    const { paired } = pairedValues([['P@1', sided([0, 1, 0.5], [0, 1, 0.5])]], names(3), 7);
    expect(paired['P@1']).toMatchObject({ mean: 0, ci95: [0, 0], permutationP: 1 });
  });

  test('queries without judgement are left out', () => {
    const { paired } = pairedValues([['P@1', sided([0, null, 1, 0], [1, null, 1, 0])]], names(4), 7);
    expect(paired['P@1']?.n).toBe(3);
    expect(paired['P@1']?.mean).toBeCloseTo(1 / 3, 12);
  });

  test('the interval holds the mean, turns round with the sides, and does not depend on other measures', () => {
    const values = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 2,
      maxLength: 10,
    });
    fc.assert(
      fc.property(values, (rows) => {
        const column = sided(
          rows.map(([a]) => a),
          rows.map(([, b]) => b),
        );
        const ids = names(rows.length);
        const alone = pairedValues([['P@1', column]], ids, 7).paired['P@1'];
        const both = pairedValues([['P@1', column] as const, ['R@1', { old: column.new, new: column.old }] as const], ids, 7).paired;
        expect(both['P@1']).toEqual(alone);
        expect(both['R@1']?.mean).toBeCloseTo(-(alone?.mean ?? Number.NaN), 12);
        expect(both['R@1']?.permutationP).toBeCloseTo(alone?.permutationP ?? Number.NaN, 2);
        const ci = alone?.ci95;
        if (ci === undefined || 'notApplicable' in ci) throw new Error('an interval was expected');
        expect(ci[0]).toBeLessThanOrEqual(ci[1]);
        expect(ci[1] - ci[0]).toBeLessThanOrEqual(2);
      }),
      { numRuns: 8 },
    );
  });

  test('few queries get more resamples', () => {
    expect([1, 56, 500, 100_000].map(resamplesFor)).toEqual([50_000, 50_000, 20_000, 10_000]);
  });
});

test('a side lists judged queries only; an id that objects treat as special stays one', () => {
  const ids = ['__proto__', 'a', 'b'];
  const side = sideValues([['P@1', sided([1, null, 0.5], [0, null, 0])]], 'old', ids);
  expect(side.aggregate).toEqual({ 'P@1': 0.75 });
  expect(Object.entries(side.perQuery['P@1'] ?? {})).toEqual([
    ['__proto__', 1],
    ['b', 0.5],
  ]);
});

test('overlap lists the queries that both runs answer; what is not defined is left out', () => {
  const neighbours = {
    'overlap@1': { served: columnOf([1, null, 0]) },
    'kendall@50': { served: columnOf([0.5, null, null]) },
  };
  expect(overlapValues(neighbours, ['overlap@1', 'kendall@50'], ['a', 'b', 'c'])).toEqual({
    a: { 'overlap@1': 1, 'kendall@50': 0.5 },
    c: { 'overlap@1': 0 },
  });
});
