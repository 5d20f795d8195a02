import { transposed } from './linear-algebra.ts';

/**
 * Makes a Householder vector in place: afterwards I − β·v·vᵀ sends the old x to (α, 0, …, 0).
 * @returns β (0 when x is zero) and α
 */
function householder(x: Float64Array): { alpha: number; beta: number } {
  let square = 0;
  for (const value of x) square += value * value;
  if (square === 0) return { alpha: 0, beta: 0 };
  const head = x[0] as number;
  // The sign that doesn't cancel against the head.
  const alpha = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  x[0] = head - alpha;
  return { alpha, beta: 1 / (square - alpha * head) };
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Clears row `k` right of its superdiagonal; returns the superdiagonal. */
function clearRow(columns: readonly Float64Array[], k: number): number {
  const row = Float64Array.from(columns.slice(k + 1), (column) => column[k] as number);
  const { alpha, beta } = householder(row);
  const below = columns.slice(k + 1).map((column) => column.subarray(k + 1));
  const mixed = new Float64Array((columns[k] as Float64Array).length - k - 1);
  below.forEach((column, j) => {
    addScaled(mixed, column, row[j] as number);
  });
  below.forEach((column, j) => {
    addScaled(column, mixed, -beta * (row[j] as number));
  });
  return alpha;
}

/**
 * Reduces a matrix to upper bidiagonal form with the same singular values, columns overwritten.
 * @param columns n columns of m ≥ n values
 * @returns the interleaved bidiagonal: d₀, e₀, d₁, e₁, … d₍ₙ₋₁₎
 */
function bidiagonal(columns: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(2 * columns.length - 1);
  for (let k = 0; k < columns.length; k++) {
    const pivot = (columns[k] as Float64Array).subarray(k);
    const { alpha, beta } = householder(pivot);
    for (const column of columns.slice(k + 1)) {
      const rest = column.subarray(k);
      addScaled(rest, pivot, -beta * dot(pivot, rest));
    }
    result[2 * k] = alpha;
    if (k + 1 < columns.length) result[2 * k + 1] = clearRow(columns, k);
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
  const [flat, length, count] = rows >= d ? [transposed(data, d), rows, d] : [data.slice(), d, rows];
  const columns = Array.from({ length: count }, (_, j) => flat.subarray(j * length, (j + 1) * length));
  const eigenvalues = tridiagonalEigenvalues(bidiagonal(columns)).sort().reverse();
  return eigenvalues.slice(0, count).map((value) => Math.max(0, value));
}
