import { normalCdf, normalDensity, normalQuantile } from './distributions.ts';

/**
 * What a query set can show. The estimate is taken as normal around the truth but for its skewness, and its bounds as z standard
 * errors from it and what unseen needs add. Where values are skewed, a sample with a low mean has a large standard error or a small
 * one, so that a bound varies more or less than the estimate: cov(mean, s) is half of the third moment over s and n.
 * Source: Chow, Shao & Wang 2008, Sample Size Calculations in Clinical Research, 3.1 (non-inferiority, one mean); Hall 1992, The
 * Bootstrap and Edgeworth Expansion, 2.6 (the mean over its standard error).
 */
export interface PowerInput {
  /** `clusterStandardError` of the differences. */
  readonly standardError: number;
  readonly needs: number;
  /** What a need that the sample doesn't show could add to the estimate's error: what it could lose, over the needs. 0 unless given. */
  readonly unseen?: number;
  /** `spreadError` of the differences. 0 unless given. */
  readonly spreadError?: number;
  /** How far the lower bound is below the estimate, at the level that a pass asks for. */
  readonly below: number;
  /** How far the upper bound is above the estimate, at the level that a fail asks for. */
  readonly above: number;
  /** Of the mean: that of the differences over √needs. 0 unless given. */
  readonly skewness?: number;
  /** Standard errors from the estimate to each bound, beside what unseen needs add. 0 unless given. */
  readonly z?: { readonly below: number; readonly above: number };
}

/** A bound varies no less than this share of the estimate's error: skewness is known too badly to say more. */
const LEAST_SPREAD = 0.3;

/** How far a bound that is z standard errors above the estimate, or below where z is negative, varies from sample to sample. */
function spreadOf({ standardError, skewness = 0 }: Pick<PowerInput, 'standardError' | 'skewness'>, z: number): number {
  return standardError * Math.max(LEAST_SPREAD, 1 + (z * skewness) / 2);
}

/** Probability that a bound is not below the truth by more than the room. */
function share(input: PowerInput, room: number, z: number): number {
  if (input.standardError === 0) return Number(room > 0);
  const x = room / spreadOf(input, z);
  return Math.min(1, Math.max(0, normalCdf(x) + ((input.skewness ?? 0) / 6) * (x * x - 1) * normalDensity(x)));
}

/**
 * Smallest true loss that would have been told from zero with the given probability, over all samples that might have been drawn: what is
 * stated of one varies as its standard error does, and a loss that few needs of it show may be of a kind that it doesn't show at all.
 * @example smallestDetectable({ standardError: 0.01, needs: 100, below: 0.02, above: 0.02 }) // 0.0284
 */
export function smallestDetectable(input: PowerInput, power = 0.8): number {
  const { standardError, above, unseen = 0, spreadError = 0, skewness = 0, z: reach = { above: 0 } } = input;
  const usual = normalQuantile(power);
  const z = usual * Math.hypot(1, (reach.above + usual) * spreadError);
  return above + (z + (skewness / 6) * (z * z - 1)) * spreadOf({ standardError: Math.hypot(standardError, unseen), skewness }, reach.above);
}

/**
 * Probability that the lower bound is above −margin when the true difference is 0.
 * @example passIfEqual({ standardError: 0.01, needs: 100, below: 0.02, above: 0.02 }, 0.03) // 0.841
 */
export function passIfEqual(input: PowerInput, margin: number): number {
  return share(input, margin - input.below, -(input.z?.below ?? 0));
}

/** Probability that the upper bound is not below −margin when the true difference is 0. */
export function noFailIfEqual(input: PowerInput, margin: number): number {
  return share(input, margin + input.above, input.z?.above ?? 0);
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
