/** Rows in blocks, so that both sides of a block of pairs stay in the processor's cache. A multiple of four. */
const BLOCK = 32;

/**
 * Dot products of rows i and i + 1 of `a` with rows j to j + 3 of `b`, or as many of them as exist, into `out`, row by row: eight at a
 * time share each load.
 */
function dotEight(a: Float64Array, b: Float64Array, d: number, i: number, j: number, out: Float64Array): void {
  const [lastA, lastB] = [a.length - d, b.length - d];
  const [a0, a1] = [i * d, Math.min(i * d + d, lastA)];
  const [b0, b1, b2, b3] = [j * d, Math.min(j * d + d, lastB), Math.min(j * d + 2 * d, lastB), Math.min(j * d + 3 * d, lastB)];
  let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < d; k++) {
    const x = a[a0 + k] as number;
    const y = a[a1 + k] as number;
    const u0 = b[b0 + k] as number;
    const u1 = b[b1 + k] as number;
    const u2 = b[b2 + k] as number;
    const u3 = b[b3 + k] as number;
    s0 += x * u0;
    s1 += x * u1;
    s2 += x * u2;
    s3 += x * u3;
    t0 += y * u0;
    t1 += y * u1;
    t2 += y * u2;
    t3 += y * u3;
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
  out[4] = t0;
  out[5] = t1;
  out[6] = t2;
  out[7] = t3;
}

/**
 * A·Bᵀ of two row-major matrices of d columns: every row of the one with every row of the other. The same matrix twice
 * is computed once and mirrored, so that the result is symmetric to the last bit.
 * @param a Float64Array [n × d]
 * @param b Float64Array [m × d]
 * @returns Float64Array [n × m], row-major
 */
export function rowProducts(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const [n, m] = [a.length / d, b.length / d];
  const product = new Float64Array(n * m);
  const eight = new Float64Array(8);
  for (let top = 0; top < n; top += BLOCK) {
    for (let left = a === b ? top : 0; left < m; left += BLOCK) {
      for (let i = top; i < Math.min(n, top + BLOCK); i += 2) {
        for (let j = left; j < Math.min(m, left + BLOCK); j += 4) {
          dotEight(a, b, d, i, j, eight);
          for (let k = j; k < Math.min(m, j + 4); k++) {
            product[i * m + k] = eight[k - j] as number;
            if (i + 1 < n) product[(i + 1) * m + k] = eight[4 + k - j] as number;
          }
        }
      }
    }
  }
  if (a === b) for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) product[j * n + i] = product[i * n + j] as number;
  return product;
}

/**
 * A·x of a row-major matrix and a vector.
 * @param a Float64Array [n × d]
 * @param x Float64Array [d]
 * @returns Float64Array [n]
 */
export function timesVector(a: Float64Array, x: Float64Array): Float64Array {
  const d = x.length;
  const product = new Float64Array(a.length / d);
  for (let i = 0; i < product.length; i++) {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (a[i * d + k] as number) * (x[k] as number);
    product[i] = sum;
  }
  return product;
}

/**
 * Aᵀ·B of two row-major matrices with the same rows.
 * @param a Float64Array [n × p]
 * @param b Float64Array [n × q]
 * @returns Float64Array [p × q], row-major
 */
export function crossProduct(a: Float64Array, p: number, b: Float64Array, q: number): Float64Array {
  const left = transposed(a, p);
  return rowProducts(left, a === b ? left : transposed(b, q), a.length / p);
}

/** Square root of the sum of squares, the Frobenius norm of a matrix. */
export function frobenius(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (values[i] as number);
  return Math.sqrt(sum);
}

/**
 * A matrix [n × d] with every column's mean taken off; a copy. Null where nothing but rounding is left: equal rows.
 * @example centred(Float64Array.of(1, 3), 1) // −1, 1
 */
export function centred(data: Float64Array, d: number): Float64Array | null {
  const rows = data.length / d;
  const means = new Float64Array(d);
  for (let i = 0; i < data.length; i++) means[i % d] = (means[i % d] as number) + (data[i] as number) / rows;
  const result = data.map((value, i) => value - (means[i % d] as number));
  return frobenius(result) <= 1e-12 * frobenius(data) ? null : result;
}

/** The transpose of a row-major matrix [n × d]. */
export function transposed(data: Float64Array, d: number): Float64Array {
  const rows = data.length / d;
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < d; j++) result[j * rows + i] = data[i * d + j] as number;
  return result;
}

/** What is left of a row after its part in the span of those before is rounding below this share. */
const ROUNDING = 1e-13;

/**
 * The rows of a matrix by their coordinates in an orthonormal basis of what they span: the same lengths and angles in as many
 * dimensions as there are rows, zeros where they span fewer. Gram-Schmidt, twice over.
 * Source: Giraud et al. 2005, doi:10.1007/s00211-005-0615-4 (twice is enough).
 * @param data Float64Array [n × d], row-major
 * @returns Float64Array [n × n], lower triangular
 * @example inSpan(Float64Array.of(0, 3, 0, 4, 0, 0), 3) // 3, 0, 0, 4
 */
export function inSpan(data: Float64Array, d: number): Float64Array {
  const count = data.length / d;
  const coordinates = new Float64Array(count * count);
  const basis: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const rest = data.slice(i * d, (i + 1) * d);
    const least = ROUNDING * frobenius(rest);
    for (let pass = 0; pass < 2; pass++)
      basis.forEach((axis, j) => {
        coordinates[i * count + j] = (coordinates[i * count + j] as number) + takePart(rest, axis);
      });
    const length = frobenius(rest);
    if (length <= least) continue;
    coordinates[i * count + basis.length] = length;
    basis.push(rest.map((value) => value / length));
  }
  return coordinates;
}

/** Takes the part along a unit vector off, in place. @returns its length */
function takePart(vector: Float64Array, axis: Float64Array): number {
  let along = 0;
  for (let k = 0; k < axis.length; k++) along += (vector[k] as number) * (axis[k] as number);
  for (let k = 0; k < axis.length; k++) vector[k] = (vector[k] as number) - along * (axis[k] as number);
  return along;
}
