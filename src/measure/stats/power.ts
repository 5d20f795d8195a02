import { normalQuantile } from './distributions.ts';

/** Bounds of a mean as they are now. */
export interface PowerInput {
  /** `clusterStandardError` of the differences. */
  readonly standardError: number;
  readonly needs: number;
  /** How far the lower bound is below the estimate, at the level that a pass asks for. */
  readonly below: number;
  /** How far the upper bound is above the estimate, at the level that a fail asks for. */
  readonly above: number;
}

/**
 * How many needs in all would settle a rule if estimate and spread stayed as they are. A bound's distance has a part that
 * falls with √n, z standard errors, and the rest, owed to needs that were not seen, that falls with n.
 * @param distance from the margin to the estimate; below 0 a fail is what would settle it
 * @param confidence one-sided, of the bounds
 * @param then of the bounds with that many needs, where adding needs costs certainty
 * @returns null when the estimate is at the margin: no number of needs would settle it
 * @example needsToSettle({ standardError: 0.01, needs: 100, below: 0.0164, above: 0.0164 }, 0.01, 0.95) // 270
 */
export function needsToSettle(input: PowerInput, distance: number, confidence: number, then = confidence): number | null {
  const reach = distance > 0 ? input.below : input.above;
  const room = Math.abs(distance);
  if (room < 1e-12) return null;
  const now = Math.min(reach, normalQuantile(confidence) * input.standardError);
  const spread = (now * normalQuantile(then)) / normalQuantile(confidence);
  // Needs like none seen, of which none is seen with probability 1 − confidence.
  const unseen = ((reach - now) * Math.log(1 - then)) / Math.log(1 - confidence);
  // spread · x + unseen · x² = room, where x = √(needs now / needs then).
  const x = unseen < 1e-12 ? room / spread : (Math.sqrt(spread ** 2 + 4 * unseen * room) - spread) / (2 * unseen);
  const needs = Math.ceil(input.needs / x ** 2);
  return Number.isSafeInteger(needs) ? Math.max(needs, input.needs + 1) : null;
}
