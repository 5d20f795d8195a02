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
  if (!(p >= 0 && p <= 1)) throw new RangeError(`A probability must be between 0 and 1, got ${p}.`);
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

/**
 * Natural logarithm of the gamma function, to about 1e-15 relative: the argument is raised to 12 or more by
 * Γ(x + 1) = x Γ(x), where six terms of Stirling's series are enough.
 * Source: Abramowitz & Stegun 1964, 6.1.41.
 * @throws RangeError unless x > 0.
 * @example logGamma(5) // ln 24 = 3.1780538…
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs a positive number, got ${x}.`);
  let product = 1;
  let y = x;
  for (; y < 12; y++) product *= y;
  const r = 1 / (y * y);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - (r * 691) / 360360))))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** Continued fraction of the incomplete beta function, evaluated by Lentz's method (doi:10.1364/AO.15.000668). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (v: number): number => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 5000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

/**
 * Regularised incomplete beta function I_x(a, b), the distribution function of the beta distribution.
 * Source: Abramowitz & Stegun 1964, 26.5.8.
 * @throws RangeError unless 0 ≤ x ≤ 1 and a, b > 0.
 * @example incompleteBeta(0.5, 2, 3) // 0.6875
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0)) throw new RangeError(`incompleteBeta(${x}, ${a}, ${b}) is not defined.`);
  if (x === 0 || x === 1) return x;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast only below the mean; above it the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) is used.
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/**
 * Distribution function of Student's t with `df` degrees of freedom.
 * Source: Abramowitz & Stegun 1964, 26.7.1.
 * @throws RangeError unless df > 0.
 * @example studentCdf(2.0452296, 29) // 0.975
 */
export function studentCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) throw new RangeError(`studentCdf(${t}, ${df}) is not defined.`);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/**
 * Inverse of `studentCdf` by bisection, to 1e-12.
 * @throws RangeError outside [0, 1] or unless df > 0.
 * @example studentQuantile(0.975, 29) // 2.0452296
 */
export function studentQuantile(p: number, df: number): number {
  const z = normalQuantile(p);
  if (!Number.isFinite(z) || z === 0) return z;
  if (z > 0) return -studentQuantile(1 - p, df);
  // Student's tails are heavier than the normal's, so its quantile lies further out.
  let low = 2 * z;
  let high = z;
  while (studentCdf(low, df) > p) low *= 2;
  while (high - low > 1e-12 * Math.max(1, -low)) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, df) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/**
 * P(X ≤ k) of a binomial distribution of n trials, exact through the incomplete beta function.
 * @throws RangeError unless n is a whole number ≥ 1 and 0 ≤ p ≤ 1.
 * @example binomialCdf(1, 3, 0.5) // 0.5
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (!(Number.isInteger(n) && n >= 1 && p >= 0 && p <= 1)) throw new RangeError(`No binomial distribution of ${n} trials at ${p}.`);
  if (k < 0) return 0;
  if (k >= n) return 1;
  const whole = Math.floor(k);
  return incompleteBeta(1 - p, n - whole, whole + 1);
}

/**
 * The counts among which a binomial count falls with at least the given probability, at most half of the rest
 * on either side: what a simulated error rate may show when the true rate is p.
 * @returns [low, high], both inclusive.
 * @throws RangeError unless 0 < confidence < 1.
 * @example binomialBand(1000, 0.05, 0.99) // [33, 69]
 */
export function binomialBand(n: number, p: number, confidence: number): readonly [low: number, high: number] {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`A confidence must be between 0 and 1, got ${confidence}.`);
  const tail = (1 - confidence) / 2;
  let low = 0;
  while (low < n && binomialCdf(low, n, p) <= tail) low++;
  let high = low;
  while (1 - binomialCdf(high, n, p) > tail) high++;
  return [low, high];
}

/**
 * When all of n needs behave alike, the largest share of needs that could still behave differently: 1 − α^(1/n), near 3/n at 95 %.
 * Source: the one-sided bound of Clopper & Pearson 1934 at a count of 0, doi:10.1093/biomet/26.4.404; "rule of three",
 * Hanley & Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031.
 * @throws RangeError unless n ≥ 1 and 0 < confidence < 1.
 * @example couldDiffer(60, 0.95) // 0.0487
 */
export function couldDiffer(n: number, confidence: number): number {
  if (!(n >= 1 && confidence > 0 && confidence < 1)) throw new RangeError(`No bound for ${n} needs at confidence ${confidence}.`);
  return 1 - (1 - confidence) ** (1 / n);
}
