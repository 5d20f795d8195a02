import { centred, rowProducts, timesVector, transposed } from './linear-algebra.ts';

/** Rounds at most; a plane that has not settled by then has near-equal axes, and any of them shows as much. */
const ROUNDS = 200;
const SETTLED = 1e-14;
/** What is left of a vector after its part along the first axis is rounding below this share. */
const ROUNDING = 1e-9;

/** A cloud of points seen along its two widest directions. */
export interface PrincipalPlane {
  /** Float64Array [n × 2]. */
  readonly points: Float64Array;
  /** Share of the variance along each axis, widest first. */
  readonly explained: readonly [number, number];
}

/**
 * Principal component analysis to two axes, by orthogonal iteration on the covariance matrix. An axis points to where its
 * largest loading is positive, so the same rows give the same picture.
 * Source: Hotelling 1933, doi:10.1037/h0071325; Golub & Van Loan, Matrix Computations, 8.2.4 (orthogonal iteration).
 * @param data Float64Array [n × d], row-major
 * @returns null where all rows are equal
 * @example principalPlane(Float64Array.of(0, 0, 2, 0, 4, 0), 2)?.explained // [1, 0]
 */
export function principalPlane(data: Float64Array, d: number): PrincipalPlane | null {
  const rows = centred(data, d);
  if (rows === null) return null;
  const covariance = covarianceOf(rows, d);
  const [first, second] = widestAxes(covariance.times, d);
  const axes = new Float64Array(2 * d);
  axes.set(first, 0);
  axes.set(second, d);
  const share = (axis: Float64Array) => Math.max(0, dot(axis, covariance.times(axis)) / covariance.trace);
  return { points: rowProducts(rows, axes, d), explained: [share(first), share(second)] };
}

/** The covariance matrix C = XᵀX of centred rows X [n × d]. */
interface Covariance {
  /** C·x. */
  readonly times: (x: Float64Array) => Float64Array;
  readonly trace: number;
}

/** Of few rows in many dimensions, C is never made: Xᵀ·(X·x) costs less. */
function covarianceOf(rows: Float64Array, d: number): Covariance {
  const count = rows.length / d;
  const columns = transposed(rows, d);
  if (2 * count < d) return { times: (x) => timesVector(columns, timesVector(rows, x)), trace: dot(rows, rows) };
  const matrix = rowProducts(columns, columns, count);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += matrix[i * d + i] as number;
  return { times: (x) => timesVector(matrix, x), trace };
}

function widestAxes(times: Covariance['times'], d: number): [Float64Array, Float64Array] {
  // Any start that is not orthogonal to the answer will do; a fixed one gives the same bytes each time.
  let first = unit(Float64Array.from({ length: d }, (_, i) => 1 + Math.sin(i + 1)));
  let second = orthogonal(
    Float64Array.from({ length: d }, (_, i) => Math.cos(3 * i + 2)),
    first,
  );
  let image = times(first);
  for (let round = 0; round < ROUNDS; round++) {
    const nextFirst = unit(image);
    image = times(nextFirst);
    // Where everything is on one line, nothing but rounding is left of the second, and any axis across will do.
    const across = withoutPart(times(second), nextFirst);
    const nextSecond = orthogonal(Math.sqrt(dot(across, across)) > ROUNDING * Math.abs(dot(nextFirst, image)) ? across : second, nextFirst);
    const change = 2 - Math.abs(dot(first, nextFirst)) - Math.abs(dot(second, nextSecond));
    [first, second] = [nextFirst, nextSecond];
    if (change < SETTLED) break;
  }
  return [oriented(first), oriented(second)];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Twice, since one pass leaves a rounding error that is large beside a short rest. */
function orthogonal(vector: Float64Array, axis: Float64Array): Float64Array {
  return unit(withoutPart(unit(withoutPart(vector, axis)), axis));
}

function withoutPart(vector: Float64Array, axis: Float64Array): Float64Array {
  const along = dot(vector, axis);
  return vector.map((value, i) => value - along * (axis[i] as number));
}

function oriented(axis: Float64Array): Float64Array {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) + 1e-12 ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

/**
 * Turns and mirrors one picture so that its points lie as near to those of another as they can: orthogonal Procrustes in
 * two dimensions. Distances within the picture stay as they are; no vector of one version meets one of another.
 * Source: Schönemann 1966, doi:10.1007/BF02289451
 * @param points Float64Array [n × 2], centred
 * @param onto Float64Array [n × 2], centred
 * @throws RangeError when the two hold another number of points
 */
export function turnedOnto(points: Float64Array, onto: Float64Array): Float64Array {
  if (points.length !== onto.length) throw new RangeError(`${points.length / 2} points can't be turned onto ${onto.length / 2}.`);
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y, u, v] = [points[i] as number, points[i + 1] as number, onto[i] as number, onto[i + 1] as number];
    xx += x * u;
    xy += x * v;
    yx += y * u;
    yy += y * v;
  }
  // The better of the best rotation and the best mirrored one.
  const rotation = Math.hypot(xx + yy, xy - yx);
  const mirror = Math.hypot(xx - yy, xy + yx);
  const [cos, sin, flip] =
    mirror > rotation
      ? [(xx - yy) / mirror, (xy + yx) / mirror, -1]
      : [rotation === 0 ? 1 : (xx + yy) / rotation, rotation === 0 ? 0 : (xy - yx) / rotation, 1];
  const turned = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i] as number, flip * (points[i + 1] as number)];
    turned[i] = cos * x - sin * y;
    turned[i + 1] = sin * x + cos * y;
  }
  return turned;
}
