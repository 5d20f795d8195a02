import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { across, orthogonalBridge, type Pairs, rounded } from '../../../src/measure/spaces/bridge.ts';
import { netBridge } from '../../../src/measure/spaces/net-bridge.ts';
import { lowRankBridge, ridgeBridge } from '../../../src/measure/spaces/regression-bridge.ts';

function normals(count: number, of: string): Float64Array {
  const random = seededRandom(3, of);
  return Float64Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()));
}

/** Rotation by 0.7 in dimensions 0 and 1, exchange of 2 and 3. */
function turned(row: ArrayLike<number>): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = Array.from(row);
  return [Math.cos(0.7) * a - Math.sin(0.7) * b, Math.sin(0.7) * a + Math.cos(0.7) * b, d, c];
}

function pairsOf(old: Float64Array, from: number, map: (row: Float64Array) => number[]): Pairs {
  const rows = Array.from({ length: old.length / from }, (_, i) => map(old.subarray(i * from, (i + 1) * from)));
  return { old, new: rows.flat(), from, to: rows[0]?.length ?? 0 };
}

describe('an orthogonal bridge', () => {
  it('by hand: the exchange of two axes', () => {
    const { weights, pairs } = orthogonalBridge({ old: [1, 0, 0, 2], new: [0, 1, 2, 0], from: 2, to: 2 });
    expect([...weights].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0, 1, 1, 0]);
    expect(pairs).toBe(2);
  });

  it('finds the rotation that made the new space, and carries unseen vectors', () => {
    const bridge = orthogonalBridge(pairsOf(normals(40, 'fit'), 4, turned));
    const unseen = Float32Array.from(normals(20, 'unseen'));
    const carried = across(bridge, unseen);
    for (let row = 0; row < 5; row++)
      turned(unseen.subarray(row * 4, row * 4 + 4)).forEach((value, j) => {
        expect(carried[row * 4 + j]).toBeCloseTo(value, 5);
      });
  });

  it('of fewer pairs than dimensions keeps what they span and drops the rest', () => {
    const bridge = orthogonalBridge({ old: [1, 0, 0], new: [0, 0, 1], from: 3, to: 3 });
    expect([...across(bridge, Float32Array.of(2, 0, 0))]).toEqual([0, 0, 2]);
    expect([...across(bridge, Float32Array.of(0, 5, 7))]).toEqual([0, 0, 0]);
  });

  it('of few pairs is the orthogonal factor of AᵀC, by its singular vectors', () => {
    const [n, from, to] = [4, 7, 6];
    const [old, fresh] = [normals(n * from, 'few old'), normals(n * to, 'few new')];
    const product = Matrix.from1DArray(n, from, old)
      .transpose()
      .mmul(Matrix.from1DArray(n, to, fresh));
    const { leftSingularVectors: u, rightSingularVectors: v } = new SVD(product, { autoTranspose: true });
    const first = (of: Matrix) => of.subMatrix(0, of.rows - 1, 0, n - 1);
    const expected = first(u).mmul(first(v).transpose()).to1DArray();
    orthogonalBridge({ old, new: fresh, from, to }).weights.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 8);
    });
  });

  it('goes between spaces of other dimensions: no length grows', () => {
    const bridge = orthogonalBridge(pairsOf(normals(60, 'wide'), 3, ([a = 0, b = 0, c = 0]) => [a, b, c, 0, 0]));
    expect([bridge.from, bridge.to]).toEqual([3, 5]);
    expect([...across(bridge, Float32Array.of(1, 2, 3))].map((value) => Math.round(value * 1e5) / 1e5)).toEqual([1, 2, 3, 0, 0]);
  });
});

describe('a ridge bridge', () => {
  it('by hand: a line, shrunk by the smallest penalty', () => {
    // Centred x is −1, 0, 1, so Σx² = 2 is the only eigenvalue: 4/(2 + 0.001 · 2) of y = 1 + 2x, and the offset follows.
    const { weights, offset } = ridgeBridge({ old: [0, 1, 2], new: [1, 3, 5], from: 1, to: 1 });
    expect(weights[0]).toBeCloseTo(4 / 2.002, 10);
    expect(offset[0]).toBeCloseTo(3 - 4 / 2.002, 10);
  });

  it.each([
    { n: 24, d: 3 },
    { n: 7, d: 9 },
  ])('of $n pairs in $d dimensions takes the penalty under which each pair is predicted best from the others', ({ n, d }) => {
    const x = normals(n * d, 'x');
    const noise = normals(n, 'noise');
    const y = Array.from({ length: n }, (_, i) => 0.4 * (x[i * d] ?? 0) - 0.1 * (x[i * d + 1] ?? 0) + 2 * (noise[i] ?? 0) + 5);
    const found = ridgeBridge({ old: x, new: y, from: d, to: 1 });
    const unit = meanEigenvalue(x, d);
    const errors = [0.001, 0.01, 0.1, 1, 10].map((penalty) => leaveOneOut(x, y, d, penalty * unit));
    const best = [0.001, 0.01, 0.1, 1, 10][errors.indexOf(Math.min(...errors))] ?? 0;
    const expected = solve(x, y, d, best * unit);
    for (let j = 0; j < d; j++) expect(found.weights[j]).toBeCloseTo(expected.weights[j] ?? Number.NaN, 9);
    expect(best).toBeGreaterThan(0.001);
  });
});

describe('a low-rank bridge', () => {
  /** Two directions of the old space decide all of the new one; the rest of the new one is noise. */
  const pairs = () => {
    const x = normals(60 * 5, 'low-rank x');
    const noise = normals(60 * 6, 'low-rank noise');
    const y = noise.map((value, at) => {
      const [i, j] = [Math.floor(at / 6), at % 6];
      return (j + 1) * (x[i * 5] ?? 0) - (j % 2) * 3 * (x[i * 5 + 1] ?? 0) + value;
    });
    return { old: x, new: y, from: 5, to: 6 };
  };

  it('keeps to the directions that predict left-out pairs: two of two here', () => {
    const { weights } = lowRankBridge(pairs());
    const rows = Array.from({ length: 5 }, (_, i) => [...weights.subarray(6 * i, 6 * i + 6)]);
    // Of rank two every 3 × 3 minor vanishes; the ridge bridge has other ones.
    const minor = (of: number[][]) => determinant([0, 1, 2].map((i) => [0, 1, 2].map((j) => of[i]?.[j] ?? 0)));
    expect(Math.abs(minor(rows))).toBeLessThan(1e-9);
    const full = ridgeBridge(pairs()).weights;
    expect(Math.abs(minor(Array.from({ length: 5 }, (_, i) => [...full.subarray(6 * i, 6 * i + 6)])))).toBeGreaterThan(1e-6);
  });

  it('is the ridge bridge where the new space has one direction', () => {
    const line = { old: [0, 1, 2], new: [1, 3, 5], from: 1, to: 1 };
    const [low, full] = [lowRankBridge(line), ridgeBridge(line)];
    expect(low.weights[0]).toBeCloseTo(full.weights[0] ?? 0, 12);
    expect(low.offset[0]).toBeCloseTo(full.offset[0] ?? 0, 12);
    expect([low.method, low.pairs]).toEqual(['low-rank', 3]);
  });
});

function determinant([a, b, c]: readonly (readonly number[])[]): number {
  const [p = [], q = [], r = []] = [a, b, c];
  const at = (row: readonly number[], j: number): number => row[j] ?? 0;
  const two = (i: number, j: number) => at(q, i) * at(r, j) - at(q, j) * at(r, i);
  return at(p, 0) * two(1, 2) - at(p, 1) * two(0, 2) + at(p, 2) * two(0, 1);
}

it('pairs that are none are refused', () => {
  for (const fitting of [orthogonalBridge, ridgeBridge, lowRankBridge]) {
    expect(() => fitting({ old: [], new: [], from: 2, to: 2 })).toThrow(RangeError);
    expect(() => fitting({ old: [1, 2, 3], new: [1, 2], from: 2, to: 2 })).toThrow(RangeError);
    expect(() => fitting({ old: [1, 2, 3, 4], new: [1, 2], from: 2, to: 2 })).toThrow(RangeError);
  }
  expect(() => ridgeBridge({ old: [1, 2], new: [1, 2], from: 2, to: 2 })).toThrow(RangeError);
});

/** Normal equations by Gauss's elimination: the long way round. */
function solve(x: ArrayLike<number>, y: readonly number[], d: number, penalty: number) {
  const n = y.length;
  const mean = (of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i)).reduce((sum, value) => sum + value, 0) / n;
  const mx = Array.from({ length: d }, (_, j) => mean((i) => x[i * d + j] as number));
  const my = mean((i) => y[i] as number);
  const a = Array.from({ length: d }, (_, p) =>
    Array.from({ length: d + 1 }, (_, q) => {
      const right = (i: number) => (q === d ? (y[i] as number) - my : (x[i * d + q] as number) - (mx[q] as number));
      const sum = mean((i) => ((x[i * d + p] as number) - (mx[p] as number)) * right(i)) * n;
      return sum + (p === q ? penalty : 0);
    }),
  );
  for (let p = 0; p < d; p++)
    for (let r = 0; r < d; r++) {
      if (r === p) continue;
      const factor = (a[r]?.[p] ?? 0) / (a[p]?.[p] ?? 1);
      a[r] = (a[r] ?? []).map((value, q) => value - factor * (a[p]?.[q] ?? 0));
    }
  const weights = a.map((row, p) => (row[d] ?? 0) / (row[p] ?? 1));
  return { weights, offset: my - weights.reduce((sum, weight, j) => sum + weight * (mx[j] ?? 0), 0) };
}

function leaveOneOut(x: ArrayLike<number>, y: readonly number[], d: number, penalty: number): number {
  return y.reduce((sum, truth, i) => {
    const rest = y.map((_, row) => row).filter((row) => row !== i);
    const { weights, offset } = solve(
      rest.flatMap((row) => Array.from({ length: d }, (_, j) => x[row * d + j] as number)),
      rest.map((row) => y[row] as number),
      d,
      penalty,
    );
    const predicted = weights.reduce((of, weight, j) => of + weight * (x[i * d + j] as number), offset);
    return sum + (truth - predicted) ** 2;
  }, 0);
}

function meanEigenvalue(x: ArrayLike<number>, d: number): number {
  const n = x.length / d;
  let trace = 0;
  for (let j = 0; j < d; j++) {
    const column = Array.from({ length: n }, (_, i) => x[i * d + j] as number);
    const mean = column.reduce((sum, value) => sum + value, 0) / n;
    trace += column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  }
  return trace / d;
}

describe('a net', () => {
  /** The angle between two axes opens: no matrix does that. */
  const bent = (row: ArrayLike<number>): number[] => [Math.abs(row[0] ?? 0), Math.max(0, row[1] ?? 0) - 0.5 * (row[0] ?? 0)];
  const fit = pairsOf(normals(600, 'bent'), 2, bent);
  const error = (bridge: ReturnType<typeof netBridge>): number => {
    const unseen = Float32Array.from(normals(100, 'bent unseen'));
    const carried = across(bridge, unseen);
    const truth = Array.from({ length: 50 }, (_, i) => bent(unseen.subarray(2 * i, 2 * i + 2))).flat();
    return Math.sqrt(truth.reduce((sum, value, i) => sum + (value - (carried[i] ?? 0)) ** 2, 0) / truth.length);
  };

  it('follows a bend that ridge regression cuts off', () => {
    expect(error(netBridge(fit, seededRandom(7, 'net')))).toBeLessThan(0.1);
    expect(error(ridgeBridge(fit))).toBeGreaterThan(0.4);
  });

  it('the same seed gives the same numbers, another seed others', () => {
    const few = { ...fit, old: Array.from(fit.old).slice(0, 80), new: Array.from(fit.new).slice(0, 80) };
    expect(netBridge(few, seededRandom(7, 'net'))).toEqual(netBridge(few, seededRandom(7, 'net')));
    expect(netBridge(few, seededRandom(8, 'net')).weights).not.toEqual(netBridge(few, seededRandom(7, 'net')).weights);
  });

  it('rounded to float32 it has the numbers of its file', () => {
    const { weights, hidden } = rounded(netBridge(fit, seededRandom(7, 'net')));
    expect(weights.every((value) => value === Math.fround(value))).toBe(true);
    expect(hidden?.weights.every((value) => value === Math.fround(value))).toBe(true);
  });
});
