import { normalCdf, normalQuantile } from './distributions.ts';

/**
 * What a query set can show. The estimate is taken as normal around the truth; its bounds are taken to keep their distance
 * from it. The distances are those of the sample, so they hold what it says of skew and of unseen needs.
 * Source: Chow, Shao & Wang 2008, Sample Size Calculations in Clinical Research, 3.1 (non-inferiority, one mean).
 */
export interface PowerInput {
  /** `clusterStandardError` of the differences. */
  readonly standardError: number;
  readonly needs: number;
  /** How far the lower bound is below the estimate, at the level that a pass asks for. */
  readonly below: number;
  /** How far the upper bound is above the estimate, at the level that a fail asks for. */
  readonly above: number;
}

function share({ standardError }: PowerInput, room: number): number {
  return standardError === 0 ? Number(room > 0) : normalCdf(room / standardError);
}

/**
 * Smallest true loss that would have been told from zero with the given probability.
 * @example smallestDetectable({ standardError: 0.01, needs: 100, below: 0.02, above: 0.02 }) // 0.0284
 */
export function smallestDetectable(input: PowerInput, power = 0.8): number {
  return input.above + normalQuantile(power) * input.standardError;
}

/**
 * Probability that the lower bound is above −margin when the true difference is 0.
 * @example passIfEqual({ standardError: 0.01, needs: 100, below: 0.02, above: 0.02 }, 0.03) // 0.841
 */
export function passIfEqual(input: PowerInput, margin: number): number {
  return share(input, margin - input.below);
}

/** Probability that the upper bound is not below −margin when the true difference is 0. */
export function noFailIfEqual(input: PowerInput, margin: number): number {
  return share(input, margin + input.above);
}

/**
 * How many needs in all would settle a rule if estimate and spread stayed as they are. A bound's distance has a part that
 * falls with √n, z standard errors, and the rest, owed to needs that were not seen, that falls with n.
 * @param distance from the margin to the estimate; below 0 a fail is what would settle it
 * @param confidence one-sided, of the bounds
 * @returns null when the estimate is at the margin: no number of needs would settle it
 * @example needsToSettle({ standardError: 0.01, needs: 100, below: 0.0164, above: 0.0164 }, 0.01, 0.95) // 270
 */
export function needsToSettle(input: PowerInput, distance: number, confidence: number): number | null {
  const reach = distance > 0 ? input.below : input.above;
  const room = Math.abs(distance);
  if (room < 1e-12) return null;
  const spread = Math.min(reach, normalQuantile(confidence) * input.standardError);
  const unseen = reach - spread;
  // spread · x + unseen · x² = room, where x = √(needs now / needs then).
  const x = unseen < 1e-12 ? room / spread : (Math.sqrt(spread ** 2 + 4 * unseen * room) - spread) / (2 * unseen);
  const needs = Math.ceil(input.needs / x ** 2);
  return Number.isSafeInteger(needs) ? Math.max(needs, input.needs + 1) : null;
}
