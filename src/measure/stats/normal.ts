/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** P(Z > x) for x ≥ 0: a series of positive terms near the middle, Laplace's continued fraction in the tail. */
function upperTail(x: number): number {
  if (x > 39) return 0;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 - normalDensity(x) * sum;
  }
  let fraction = x;
  for (let k = 160; k > 0; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/**
 * Distribution function of the standard normal distribution, to about 1e-14 relative, tails too.
 * Source: Abramowitz & Stegun 1964, 26.2.11 (series) and 26.2.14 (continued fraction).
 * @throws RangeError on NaN.
 * @example normalCdf(1.959963984540054) // 0.975
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('normalCdf of NaN.');
  return x > 0 ? 1 - upperTail(x) : upperTail(-x);
}

/** A first guess good to 4.5e-4 for p ≤ 0.5 (Abramowitz & Stegun 26.2.23). */
function roughQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
}

/**
 * Inverse of `normalCdf`, to about 1e-14 relative: a rational guess and three steps of Halley's method.
 * @returns −Infinity at 0, Infinity at 1.
 * @throws RangeError outside [0, 1].
 * @example normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`A probability lies between 0 and 1, got ${p}.`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0.5) return 0;
  let x = roughQuantile(p);
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(x) - p) / normalDensity(x);
    if (!Number.isFinite(error)) break;
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}
