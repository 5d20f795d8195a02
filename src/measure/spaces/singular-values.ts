import { transposed } from './linear-algebra.ts';

/** Columns that are gone through together, so that each value of the vector they share is loaded once for all. */
const TOGETHER = 4;

/** A matrix, column after column, with columns of zeros behind, so that four can always be taken. */
interface Columns {
  readonly data: Float64Array;
  /** Values of a column. */
  readonly rows: number;
  /** Columns before those of zeros. */
  readonly count: number;
}

/**
 * Makes a Householder vector in place, of the values from `first` on: afterwards I − β·v·vᵀ sends the old x to (α, 0, …, 0).
 * @returns β (0 when x is zero) and α
 */
function householder(x: Float64Array, first: number): { alpha: number; beta: number } {
  let square = 0;
  for (let i = first; i < x.length; i++) square += (x[i] as number) * (x[i] as number);
  if (square === 0) return { alpha: 0, beta: 0 };
  const head = x[first] as number;
  // The sign that doesn't cancel against the head.
  const alpha = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  x[first] = head - alpha;
  return { alpha, beta: 1 / (square - alpha * head) };
}

/** Factor j of `into` = −β · v · column j, from row `top` down, for the four columns from `first` on. */
function project({ data, rows }: Columns, first: number, v: Float64Array, beta: number, top: number, into: Float64Array): void {
  const [a, b, c, d] = [first * rows, (first + 1) * rows, (first + 2) * rows, (first + 3) * rows];
  let [sa, sb, sc, sd] = [0, 0, 0, 0];
  for (let i = top; i < rows; i++) {
    const x = v[i] as number;
    sa += x * (data[a + i] as number);
    sb += x * (data[b + i] as number);
    sc += x * (data[c + i] as number);
    sd += x * (data[d + i] as number);
  }
  into[first] = -beta * sa;
  into[first + 1] = -beta * sb;
  into[first + 2] = -beta * sc;
  into[first + 3] = -beta * sd;
}

/** Column j += factor j · v, from row `top` down, for the four columns from `first` on. */
function addTo({ data, rows }: Columns, first: number, v: Float64Array, factors: Float64Array, top: number): void {
  const [a, b, c, d] = [first * rows, (first + 1) * rows, (first + 2) * rows, (first + 3) * rows];
  const [fa = 0, fb = 0, fc = 0, fd = 0] = factors.subarray(first, first + TOGETHER);
  for (let i = top; i < rows; i++) {
    const x = v[i] as number;
    data[a + i] = (data[a + i] as number) + fa * x;
    data[b + i] = (data[b + i] as number) + fb * x;
    data[c + i] = (data[c + i] as number) + fc * x;
    data[d + i] = (data[d + i] as number) + fd * x;
  }
}

/** v += factor j · column j, from row `top` down, for the four columns from `first` on. */
function addFrom({ data, rows }: Columns, first: number, v: Float64Array, factors: Float64Array, top: number): void {
  const [a, b, c, d] = [first * rows, (first + 1) * rows, (first + 2) * rows, (first + 3) * rows];
  const [fa = 0, fb = 0, fc = 0, fd = 0] = factors.subarray(first, first + TOGETHER);
  for (let i = top; i < rows; i++) {
    const sum = (v[i] as number) + fa * (data[a + i] as number) + fb * (data[b + i] as number);
    v[i] = sum + fc * (data[c + i] as number) + fd * (data[d + i] as number);
  }
}

/** Clears column `k` below the diagonal, whose value is returned. */
function clearColumn(columns: Columns, k: number): number {
  const { data, rows, count } = columns;
  const pivot = data.slice(k * rows, (k + 1) * rows);
  const { alpha, beta } = householder(pivot, k);
  const factors = new Float64Array(count + TOGETHER);
  for (let j = k + 1; j < count; j += TOGETHER) {
    project(columns, j, pivot, beta, k, factors);
    addTo(columns, j, pivot, factors, k);
  }
  return alpha;
}

/** Clears row `k` right of its superdiagonal, whose value is returned. */
function clearRow(columns: Columns, k: number): number {
  const { data, rows, count } = columns;
  const row = Float64Array.from({ length: count }, (_, j) => (j > k ? (data[j * rows + k] as number) : 0));
  const { alpha, beta } = householder(row, k + 1);
  const factors = new Float64Array(count + TOGETHER);
  factors.set(row);
  const mixed = new Float64Array(rows);
  for (let j = k + 1; j < count; j += TOGETHER) addFrom(columns, j, mixed, factors, k + 1);
  for (let j = 0; j < count; j++) factors[j] = -beta * (row[j] as number);
  for (let j = k + 1; j < count; j += TOGETHER) addTo(columns, j, mixed, factors, k + 1);
  return alpha;
}

/**
 * Reduces a matrix to upper bidiagonal form with the same singular values, columns overwritten.
 * @param columns no fewer rows than columns
 * @returns the interleaved bidiagonal: d₀, e₀, d₁, e₁, … d₍ₙ₋₁₎
 */
function bidiagonal(columns: Columns): Float64Array {
  const result = new Float64Array(2 * columns.count - 1);
  for (let k = 0; k < columns.count; k++) {
    result[2 * k] = clearColumn(columns, k);
    if (k + 1 < columns.count) result[2 * k + 1] = clearRow(columns, k);
  }
  return result;
}

/** One implicit QL sweep over rows low…high of a tridiagonal matrix with diagonal `d` and off-diagonal `e`, in place. */
function sweepTridiagonal(d: Float64Array, e: Float64Array, low: number, high: number): void {
  const at = (x: Float64Array, i: number): number => x[i] as number;
  const half = (at(d, low + 1) - at(d, low)) / (2 * at(e, low));
  const root = Math.hypot(half, 1);
  let g = at(d, high) - at(d, low) + at(e, low) / (half + (half < 0 ? -root : root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = sine * at(e, i);
    const b = cosine * at(e, i);
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The matrix split early: undo the pending shift and leave the rest to the next sweep.
      d[i + 1] = at(d, i + 1) - shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = at(d, i + 1) - shift;
    const t = (at(d, i) - g) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = g + shift;
    g = cosine * t - b;
  }
  d[low] = at(d, low) - shift;
  e[low] = g;
  e[high] = 0;
}

/** Eigenvalues of a symmetric tridiagonal matrix with zero diagonal, unordered. */
function tridiagonalEigenvalues(offDiagonal: Float64Array): Float64Array {
  const size = offDiagonal.length + 1;
  const d = new Float64Array(size);
  const e = new Float64Array(size);
  e.set(offDiagonal);
  const floor = offDiagonal.reduce((top, value) => Math.max(top, Math.abs(value)), 0) * Number.EPSILON;
  for (let low = 0; low < size; low++) {
    for (let sweeps = 0; ; sweeps++) {
      let high = low;
      while (high < size - 1 && Math.abs(e[high] as number) > floor) high++;
      if (high === low) break;
      if (sweeps === 100) throw new Error('Singular values did not converge.');
      sweepTridiagonal(d, e, low, high);
    }
  }
  return d;
}

/**
 * Singular values, high to low, to about 1e-15 of the largest. Golub-Kahan bidiagonalisation, then the eigenvalues ±σ
 * of the tridiagonal matrix with zero diagonal and the interleaved bidiagonal beside it (Golub & Kahan 1965,
 * doi:10.1137/0702016), by implicit QL (Dubrulle, Martin & Wilkinson 1968, doi:10.1007/BF02165404).
 * @param data Float64Array [n × d], row-major, finite
 * @returns min(n, d) values
 * @throws RangeError when the length is no multiple of d
 * @example singularValues(Float64Array.of(3, 0, 0, -4), 2) // 4, 3
 */
export function singularValues(data: Float64Array, d: number): Float64Array {
  const rows = data.length / d;
  if (!Number.isInteger(rows) || rows === 0) throw new RangeError(`${data.length} values are no matrix of ${d} columns.`);
  const [flat, length, count] = rows >= d ? [transposed(data, d), rows, d] : [data, d, rows];
  const padded = new Float64Array((count + TOGETHER - 1) * length);
  padded.set(flat);
  const eigenvalues = tridiagonalEigenvalues(bidiagonal({ data: padded, rows: length, count }))
    .sort()
    .reverse();
  return eigenvalues.slice(0, count).map((value) => Math.max(0, value));
}
