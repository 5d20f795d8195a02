import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { crossProduct, rowProducts, transposed } from './linear-algebra.ts';

/** Kinds of bridges, by how they are fitted. */
export type BridgeMethod = 'orthogonal' | 'ridge' | 'low-rank' | 'net';

/** A layer of rectified units: max(0, x·weights + offset). */
export interface Layer {
  /** Float64Array [from × units], row-major. */
  readonly weights: Float64Array;
  /** Float64Array [units]. */
  readonly offset: Float64Array;
}

/** A map from the old space to the new one: x·weights + offset, of a net [x, hidden(x)]·weights + offset. */
export interface Bridge {
  readonly method: BridgeMethod;
  /** Pairs it was fitted on. */
  readonly pairs: number;
  /** Dimensions from and to. */
  readonly from: number;
  readonly to: number;
  /** Float64Array [from × to], of a net [(from + units) × to]; row-major. */
  readonly weights: Float64Array;
  /** Float64Array [to]. */
  readonly offset: Float64Array;
  /** The first layer of a net. */
  readonly hidden?: Layer;
}

/** Vectors of the same texts under both versions, row by row. */
export interface Pairs {
  /** [n × from] and [n × to], row-major. */
  readonly old: ArrayLike<number>;
  readonly new: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

/** Directions that hold less than this share of the largest are ones that the pairs don't reach. */
const NEGLIGIBLE = 1e-10;
/** @throws RangeError unless both sides have the same number of rows, one at least */
export function checked({ old, new: fresh, from, to }: Pairs): {
  readonly rows: number;
  readonly a: Float64Array;
  readonly c: Float64Array;
} {
  const rows = old.length / from;
  if (rows !== fresh.length / to || !Number.isInteger(rows) || rows === 0)
    throw new RangeError(`${old.length} values of ${from} and ${fresh.length} of ${to} are no pairs.`);
  return { rows, a: Float64Array.from(old), c: Float64Array.from(fresh) };
}

/** Eigenvalues and eigenvectors, by column, of a symmetric matrix [d × d]. */
function eigen(symmetric: Float64Array, d: number): { readonly values: readonly number[]; readonly vectors: Float64Array } {
  const found = new EigenvalueDecomposition(Matrix.from1DArray(d, d, symmetric), { assumeSymmetric: true });
  return { values: found.realEigenvalues, vectors: Float64Array.from(found.eigenvectorMatrix.to1DArray()) };
}

/** Column j of a row-major matrix [n × d] times factor j. */
export function scaled(matrix: Float64Array, factors: readonly number[]): Float64Array {
  return matrix.map((value, i) => value * (factors[i % factors.length] as number));
}

/** 1/√ of each eigenvalue; 0 for those that are nothing beside the largest. */
function inverseRoots(values: readonly number[]): number[] {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return values.map((value) => (value > NEGLIGIBLE * largest ? 1 / Math.sqrt(value) : 0));
}

/** Squared singular values of a matrix [n × d] and its right singular vectors by column, as many as the smaller side has. */
interface Right {
  readonly values: readonly number[];
  /** Float64Array [d × r], r = values.length. */
  readonly vectors: Float64Array;
}

/** By the smaller of AᵀA and A·Aᵀ: a few rows in many dimensions cost what few dimensions would. */
export function rightOf(a: Float64Array, d: number): Right {
  const rows = a.length / d;
  if (rows >= d) return eigen(crossProduct(a, d, a, d), d);
  const { values, vectors } = eigen(rowProducts(a, a, d), rows);
  return { values, vectors: scaled(crossProduct(a, d, vectors, rows), inverseRoots(values)) };
}

/** The orthogonal factor of a matrix [p × q]; nothing where its singular values are nothing. */
function orthogonalFactor(matrix: Float64Array, q: number): Float64Array {
  const { values, vectors } = eigen(crossProduct(matrix, q, matrix, q), q);
  return rowProducts(scaled(rowProducts(matrix, transposed(vectors, q), q), inverseRoots(values)), vectors, q);
}

/**
 * The rotation (or reflection) that brings old vectors nearest to their new ones: the orthogonal factor of AᵀC. Directions that the pairs
 * don't reach go to zero instead of anywhere, so that fewer pairs than dimensions do.
 * Source: Schönemann 1966, doi:10.1007/BF02289451; the factor by the eigenvectors of (AᵀC)ᵀ(AᵀC), Higham 1986, doi:10.1137/0907079.
 * @throws RangeError unless both sides have the same number of rows, one at least
 * @example orthogonalBridge({ old: [1, 0, 0, 1], new: [0, 1, 1, 0], from: 2, to: 2 }).weights // 0, 1, 1, 0
 */
export function orthogonalBridge(pairs: Pairs): Bridge {
  const { from, to } = pairs;
  const { rows, a, c } = checked(pairs);
  const bridge = { method: 'orthogonal', pairs: rows, from, to, offset: new Float64Array(to) } as const;
  if (rows >= to) return { ...bridge, weights: orthogonalFactor(crossProduct(a, from, c, to), to) };
  // Of few pairs the factor is found between what the two sides span.
  const [left, right] = [rightOf(a, from), rightOf(c, to)];
  const [p, q] = [left.values.length, right.values.length];
  const core = crossProduct(rowProducts(a, transposed(left.vectors, p), from), p, rowProducts(c, transposed(right.vectors, q), to), q);
  const turned = rowProducts(left.vectors, transposed(orthogonalFactor(core, q), q), p);
  return { ...bridge, weights: rowProducts(turned, right.vectors, q) };
}

/** Takes the mean of every column off, in place. @returns the means */
export function takeMean(data: Float64Array, d: number): Float64Array {
  const mean = new Float64Array(d);
  const rows = data.length / d;
  for (let i = 0; i < data.length; i++) mean[i % d] = (mean[i % d] as number) + (data[i] as number) / rows;
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) - (mean[i % d] as number);
  return mean;
}

/** Every row with the values of the units behind it. */
export function extended(rows: Float64Array, d: number, { weights, offset }: Layer): Float64Array {
  const units = offset.length;
  const values = rowProducts(rows, transposed(weights, units), d);
  const result = new Float64Array((rows.length / d) * (d + units));
  for (let row = 0; row < rows.length / d; row++) {
    result.set(rows.subarray(row * d, (row + 1) * d), row * (d + units));
    for (let unit = 0; unit < units; unit++)
      result[row * (d + units) + d + unit] = Math.max(0, (values[row * units + unit] as number) + (offset[unit] as number));
  }
  return result;
}

/** A bridge as a file of float32 holds it: what is measured is then what is written. */
export function rounded(bridge: Bridge): Bridge {
  const { weights, offset, hidden } = bridge;
  const own = { ...bridge, weights: single(weights), offset: single(offset) };
  return hidden === undefined ? own : { ...own, hidden: { weights: single(hidden.weights), offset: single(hidden.offset) } };
}

function single(values: Float64Array): Float64Array {
  return values.map((value) => Math.fround(value));
}

/** Rows that are carried at a time, as float64. */
const BLOCK = 512;

/**
 * Old vectors as the new space would have them.
 * @param data Float32Array [n × from], row-major
 * @returns Float32Array [n × to], row-major
 */
export function across({ from, to, weights, offset, hidden }: Bridge, data: Float32Array): Float32Array {
  const columns = transposed(weights, to);
  const result = new Float32Array((data.length / from) * to);
  for (let first = 0; first < data.length / from; first += BLOCK) {
    const own = Float64Array.from(data.subarray(first * from, (first + BLOCK) * from));
    const rows = hidden === undefined ? own : extended(own, from, hidden);
    result.set(
      rowProducts(rows, columns, columns.length / to).map((value, i) => value + (offset[i % to] as number)),
      first * to,
    );
  }
  return result;
}
