import { incompleteBeta } from './gamma.ts';

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
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`A confidence lies between 0 and 1, got ${confidence}.`);
  const tail = (1 - confidence) / 2;
  let low = 0;
  while (low < n && binomialCdf(low, n, p) <= tail) low++;
  let high = low;
  while (1 - binomialCdf(high, n, p) > tail) high++;
  return [low, high];
}

/**
 * When all of n needs behave alike, the largest share of needs that could still behave otherwise: 1 − α^(1/n), near 3/n at 95 %.
 * Source: the one-sided bound of Clopper & Pearson 1934 at a count of 0, doi:10.1093/biomet/26.4.404; "rule of three",
 * Hanley & Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031.
 * @throws RangeError unless n ≥ 1 and 0 < confidence < 1.
 * @example couldDiffer(60, 0.95) // 0.0487
 */
export function couldDiffer(n: number, confidence: number): number {
  if (!(n >= 1 && confidence > 0 && confidence < 1)) throw new RangeError(`No bound for ${n} needs at confidence ${confidence}.`);
  return 1 - (1 - confidence) ** (1 / n);
}
