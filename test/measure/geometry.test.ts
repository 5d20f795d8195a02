import fc from 'fast-check';
import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { anisotropy } from '../../src/measure/metrics/geometry/anisotropy.ts';
import { cka } from '../../src/measure/metrics/geometry/cka.ts';
import { effectiveRank } from '../../src/measure/metrics/geometry/effectiveRank.ts';
import { hubness } from '../../src/measure/metrics/geometry/hubness.ts';
import { knnJaccard } from '../../src/measure/metrics/geometry/knnJaccard.ts';
import { meanNorm } from '../../src/measure/metrics/geometry/meanNorm.ts';
import { procrustes, procrustesFit } from '../../src/measure/metrics/geometry/procrustes.ts';
import { rsa } from '../../src/measure/metrics/geometry/rsa.ts';
import { nearestRows, neighbourSetJaccard } from '../../src/measure/neighbour-sets.ts';
import { REGISTRY } from '../../src/measure/registry.ts';
import { crossProduct } from '../../src/measure/spaces/linear-algebra.ts';
import { singularValues } from '../../src/measure/spaces/singular-values.ts';
import { type Space, spaceOf } from '../../src/measure/spaces/space.ts';
import { goldenJson } from './golden.ts';

const golden = goldenJson('expected.json').geometry;
const space = (rows: number[][]): Space => spaceOf(Float32Array.from(rows.flat()), rows[0]?.length ?? 0);
const [A, B, C] = [space(golden.A), space(golden.B), space(golden.C)];

describe('goldens', () => {
  test.each([
    ['cka_A_B', () => cka.compute(A, B)],
    ['cka_A_C', () => cka.compute(A, C)],
    ['rsa_A_B', () => rsa.compute(A, B)],
    ['procrustes_residual_A_C', () => procrustes.compute(A, C)],
    ['hubness_A', () => hubness.compute(A)],
    ['hubness_B', () => hubness.compute(B)],
    ['effective_rank_A', () => effectiveRank.compute(A)],
    ['effective_rank_B', () => effectiveRank.compute(B)],
    ['anisotropy_A', () => anisotropy.compute(A)],
    ['anisotropy_B', () => anisotropy.compute(B)],
    ['knn_jaccard10_A_B', () => knnJaccard.compute(A, B)],
  ])('%s', (name, compute) => {
    expect(compute()).toBeCloseTo(golden[name], 9);
  });
});

describe('hand-worked', () => {
  const cross = space([
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]);

  test('a cross uses two directions evenly and points nowhere', () => {
    expect(effectiveRank.compute(cross)).toBeCloseTo(2, 12);
    expect(anisotropy.compute(cross)).toBeCloseTo((2 * (-1 - 1)) / 12, 12);
  });

  test('lengths count for meanNorm, not for cosines', () => {
    const long = space([
      [3, 4],
      [0, 1],
    ]);
    expect(meanNorm.compute(long)).toBe(3);
    expect(anisotropy.compute(long)).toBeCloseTo(4 / 5, 12);
    expect(long.cosines()[1]).toBeCloseTo(4 / 5, 12);
  });

  test('a Procrustes fit of few rows in many dimensions is that of the same rows ten times over', () => {
    const random = seededRandom(11, 'few rows');
    const few = (d: number) => {
      const rows = Array.from({ length: 5 }, () => Float32Array.from({ length: d }, () => random.next() - 0.5));
      return [...rows, rows[0] ?? new Float32Array(d)].flatMap((row) => [...row]);
    };
    const [old, fresh] = [few(40), few(30)];
    const residual = (times: number) => {
      const of = (rows: number[], d: number) => spaceOf(Float32Array.from(Array.from({ length: times }, () => rows).flat()), d);
      return procrustesFit(of(old, 40), of(fresh, 30)).residual;
    };
    expect(residual(1)).toBeGreaterThan(0.1);
    expect(residual(1)).toBeCloseTo(residual(10), 12);
  });

  test('a padded Procrustes fit says so', () => {
    const flat = space([
      [1, 0],
      [0, 1],
    ]);
    const deep = space([
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(procrustesFit(flat, deep)).toEqual({ residual: expect.closeTo(0, 7), padded: true });
    expect(procrustesFit(flat, flat).padded).toBe(false);
    const double = space([
      [2, 0],
      [0, 2],
    ]);
    expect(procrustesFit(flat, double).residual).toBeCloseTo(Math.SQRT2 / Math.sqrt(8), 12);
  });

  test('singular values', () => {
    expect([...singularValues(Float64Array.of(3, 0, 0, -4), 2)]).toEqual([expect.closeTo(4, 12), expect.closeTo(3, 12)]);
    // [[1, 1], [0, 1], [1, 0]]: AᵀA = [[2, 1], [1, 2]], eigenvalues 3 and 1.
    expect([...singularValues(Float64Array.of(1, 1, 0, 1, 1, 0), 2)]).toEqual([expect.closeTo(Math.sqrt(3), 12), expect.closeTo(1, 12)]);
    expect([...singularValues(Float64Array.of(3, 4), 2)]).toEqual([expect.closeTo(5, 12)]);
    expect([...singularValues(new Float64Array(6), 3)]).toEqual([0, 0]);
  });

  test('nearest rows, ties to the lower row', () => {
    expect([...nearestRows(cross, 2)]).toEqual([2, 3, 2, 3, 0, 1, 0, 1]);
  });

  test('neighbourSetJaccard goes row by row and knows gaps', () => {
    const old = Int32Array.of(1, 2, 0, -1, -1, -1);
    const fresh = Int32Array.of(2, 3, 0, -1, -1, -1);
    expect(neighbourSetJaccard(old, fresh, 2)).toEqual([1 / 3, 1, null]);
    expect(() => neighbourSetJaccard(old, fresh.subarray(2), 2)).toThrow(RangeError);
  });
});

describe('what has no value', () => {
  const one = space([[1, 0]]);
  const same = space(Array.from({ length: 15 }, () => [1, 2, 2]));

  test('one row', () => {
    for (const metric of REGISTRY.geometry) {
      if (metric.id === 'meanNorm' || metric.id === 'procrustes') continue;
      expect(metric.spaces === 1 ? metric.compute(one) : metric.compute(one, one), metric.id).toBeNull();
    }
  });

  test('equal rows', () => {
    expect([cka.compute(same, same), rsa.compute(same, same), effectiveRank.compute(same)]).toEqual([null, null, null]);
    expect(anisotropy.compute(same)).toBeCloseTo(1, 12);
  });

  test('as many neighbours as there are others', () => {
    const eleven = space(golden.A.slice(0, 11));
    expect([hubness.compute(eleven), knnJaccard.compute(eleven, eleven)]).toEqual([null, null]);
    expect(knnJaccard.compute(space(golden.A.slice(0, 12)), space(golden.A.slice(0, 12)))).toBe(1);
  });

  test('bad input', () => {
    expect(() => spaceOf(Float32Array.of(1, 2, 3), 2)).toThrow(RangeError);
    expect(() => spaceOf(new Float32Array(), 2)).toThrow(RangeError);
    expect(() => spaceOf(Float32Array.of(1, 0, 0, 0), 2)).toThrow('Row 1 is zero or not finite.');
    expect(() => spaceOf(Float32Array.of(1, Number.NaN), 2)).toThrow(RangeError);
    for (const metric of REGISTRY.geometry) if (metric.spaces === 2) expect(() => metric.compute(one, same), metric.id).toThrow(RangeError);
    expect(() => nearestRows(one, 1)).toThrow(RangeError);
    expect(() => singularValues(Float64Array.of(1, 2, 3), 2)).toThrow(RangeError);
  });
});

describe('properties', () => {
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
    .chain(([n, d]) =>
      fc
        .array(fc.integer({ min: -9, max: 9 }), { minLength: n * d, maxLength: n * d })
        .map((values) => ({ n, d, data: Float64Array.from(values) })),
    );

  test('singular values are those of ml-matrix', () => {
    fc.assert(
      fc.property(matrix, ({ n, d, data }) => {
        const values = singularValues(data, d);
        const { diagonal } = new SVD(Matrix.from1DArray(n, d, data), { autoTranspose: true });
        for (const [i, value] of values.entries())
          expect(Math.abs(value - (diagonal[i] ?? Number.NaN))).toBeLessThan(1e-12 * (1 + (values[0] ?? 0)));
      }),
    );
  });

  test('singular values carry the norms of a matrix and of its Gram matrix', () => {
    fc.assert(
      fc.property(matrix, ({ n, d, data }) => {
        const values = singularValues(data, d);
        const power = (exponent: number) => values.reduce((sum, value) => sum + value ** exponent, 0);
        expect(values.length).toBe(Math.min(n, d));
        expect(power(2)).toBeCloseTo(
          data.reduce((sum, value) => sum + value * value, 0),
          7,
        );
        const gram = crossProduct(data, d, data, d);
        expect(power(4) / 1e6).toBeCloseTo(gram.reduce((sum, value) => sum + value * value, 0) / 1e6, 9);
      }),
      { numRuns: 300 },
    );
  });

  test('what relates two spaces is blind to a rotation', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 6, noNaN: true }), (angle) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const turned = spaceOf(
          A.data.map((value, i) =>
            i % 24 === 0 ? c * value - s * (A.data[i + 1] as number) : i % 24 === 1 ? s * (A.data[i - 1] as number) + c * value : value,
          ),
          24,
        );
        expect(cka.compute(A, turned)).toBeCloseTo(1, 9);
        expect(rsa.compute(A, turned)).toBeCloseTo(1, 7);
        expect(procrustes.compute(A, turned)).toBeCloseTo(0, 6);
        expect(effectiveRank.compute(turned)).toBeCloseTo(golden.effective_rank_A, 9);
      }),
      { numRuns: 5 },
    );
  });
});
