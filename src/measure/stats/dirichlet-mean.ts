/** Step of the trapezoidal rule in u, where t = scale · sinh u; the integrand is analytic for |Im u| < π/2, so the error is e^(−π²/STEP). */
const STEP = 0.3;
/** Terms below this no longer change the sum. */
const NEGLIGIBLE = 1e-15;

/** Slope of g(s) = −Σ ln(1 − s·y) − ln|s|, whose minimum is the saddle point of the integrand. */
function slope(y: Float64Array, s: number): number {
  let sum = -1 / s;
  for (const v of y) sum += v / (1 - s * v);
  return sum;
}

/** The saddle point between 0 and the nearest pole on one side, by bisection: g is convex there. */
function saddlePoint(y: Float64Array, pole: number): number {
  const outwards = Math.sign(pole);
  let near = 0;
  let far = pole;
  while (Math.abs(far - near) > 1e-4 * Math.abs(far)) {
    const middle = (near + far) / 2;
    if (slope(y, middle) * outwards < 0) near = middle;
    else far = middle;
  }
  return (near + far) / 2;
}

/** Re of Π (1 − s0·y)/(1 − s·y) · s0/s at s = s0 + i·t: the integrand relative to the saddle point. */
function relativeHeight(y: Float64Array, s0: number, t: number): number {
  const norm = s0 * s0 + t * t;
  let re = (s0 * s0) / norm;
  let im = (-s0 * t) / norm;
  for (const v of y) {
    const a = 1 - s0 * v;
    const b = -t * v;
    const share = a / (a * a + b * b);
    const real = re * a + im * b;
    im = (im * a - re * b) * share;
    re = real * share;
  }
  return Math.hypot(re, im) < NEGLIGIBLE ? 0 : re;
}

/** (1/π) ∫ Re f(s)/|s| along the vertical line through the saddle point, f(s) = Π 1/(1 − s·y). */
function tailBeyond(y: Float64Array, s0: number): number {
  let curvature = 1 / (s0 * s0);
  let height = -Math.log(Math.abs(s0));
  for (const v of y) {
    const rest = 1 - s0 * v;
    curvature += (v / rest) ** 2;
    height -= Math.log(rest);
  }
  const scale = 1 / Math.sqrt(curvature);
  let sum = 0.5;
  for (let u = STEP; ; u += STEP) {
    const term = relativeHeight(y, s0, scale * Math.sinh(u));
    if (term === 0) break;
    sum += term * Math.cosh(u);
  }
  return Math.min(1, Math.max(0, (Math.exp(height) * scale * STEP * sum) / Math.PI));
}

/**
 * P(Σ W·y ≤ 0) where the weights W are Dirichlet(1, …, 1), exactly: W is a vector of independent unit exponentials divided by
 * its sum, so the event is Σ E·y ≤ 0, and the moment generating function of that sum, Π 1/(1 − s·y), is inverted along a
 * line through its saddle point, on the side of the smaller tail. A few dozen points give about ten digits, in small tails too.
 * Source: Rubin 1981, The Bayesian bootstrap, doi:10.1214/aos/1176345338; inversion: Lugannani & Rice 1980, doi:10.2307/1426607;
 * contour and trapezoidal rule: Trefethen & Weideman 2014, doi:10.1137/130932132.
 * @param y Float64Array [n], n ≥ 1, finite
 * @throws RangeError on an empty array
 * @example dirichletBelow(Float64Array.of(-0.3, 0.7)) // 0.3: the mean of 0 and 1 under uniform weights is at most 0.3
 */
export function dirichletBelow(y: Float64Array): number {
  if (y.length === 0) throw new RangeError('A weighted mean needs at least one value.');
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const v of y) {
    low = Math.min(low, v);
    high = Math.max(high, v);
    total += v;
  }
  if (high <= 0) return 1;
  if (low >= 0) return 0;
  return total > 0 ? tailBeyond(y, saddlePoint(y, 1 / low)) : 1 - tailBeyond(y, saddlePoint(y, 1 / high));
}
