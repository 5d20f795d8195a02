import { normalCdf, normalQuantile } from './normal.ts';
import { studentQuantile } from './student.ts';

/**
 * What a query set can show, by normal approximation: the estimate is taken as normal around the truth with the
 * cluster-robust standard error, the bound as t_{n−1} standard errors away from it (what the corrected bootstrap does on
 * average). Exact power of a bootstrap rule would need the truth's distribution.
 * Source: Chow, Shao & Wang 2008, Sample Size Calculations in Clinical Research, 3.1 (non-inferiority, one mean).
 */
export interface PowerInput {
  /** `clusterStandardError` of the differences. */
  readonly standardError: number;
  readonly needs: number;
  /** One-sided confidence of a bound. */
  readonly confidence: number;
  /** How many hypotheses share the error (Holm's first step); 1 for none. */
  readonly comparisons: number;
}

function reach({ needs, confidence, comparisons }: PowerInput): number {
  if (needs < 2) throw new RangeError('Power needs two needs or more.');
  return -studentQuantile((1 - confidence) / comparisons, needs - 1);
}

/**
 * Smallest true loss that would have been told from zero with the given probability: (t + z_power) · standard error.
 * @throws RangeError with fewer than two needs.
 * @example smallestDetectable({ standardError: 0.01, needs: 1000, confidence: 0.95, comparisons: 1 }) // 0.0249
 */
export function smallestDetectable(input: PowerInput, power = 0.8): number {
  return (reach(input) + normalQuantile(power)) * input.standardError;
}

/**
 * Probability that the lower bound lies above −margin when the true difference is 0: Φ(margin / standard error − t).
 * @throws RangeError with fewer than two needs.
 * @example passIfEqual({ standardError: 0.01, needs: 1000, confidence: 0.95, comparisons: 1 }, 0.02) // 0.638
 */
export function passIfEqual(input: PowerInput, margin: number): number {
  const t = reach(input);
  return input.standardError === 0 ? Number(margin > 0) : normalCdf(margin / input.standardError - t);
}

/**
 * Probability that the upper bound does not lie below −margin when the true difference is 0: Φ(margin / standard error + t).
 * @throws RangeError with fewer than two needs.
 */
export function noFailIfEqual(input: PowerInput, margin: number): number {
  const t = reach(input);
  return input.standardError === 0 ? 1 : normalCdf(margin / input.standardError + t);
}

/**
 * How many needs in all would settle a rule if estimate and spread stayed as they are: n · (t · standard error / distance)².
 * @param distance from the estimate to the margin, either sign
 * @returns null when the estimate lies on the margin: no number of needs would settle it.
 * @example needsToSettle({ standardError: 0.01, needs: 100, confidence: 0.95, comparisons: 1 }, 0.01) // 276
 */
export function needsToSettle(input: PowerInput, distance: number): number | null {
  if (Math.abs(distance) < 1e-12) return null;
  const needs = Math.ceil(input.needs * ((reach(input) * input.standardError) / distance) ** 2);
  return Number.isSafeInteger(needs) ? Math.max(needs, input.needs + 1) : null;
}
