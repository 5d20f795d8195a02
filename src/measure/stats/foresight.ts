import { normalQuantile } from './distributions.ts';

/**
 * Standard deviation over needs that paired differences of nDCG@10 are taken to have before a run is there to tell, between releases of
 * one model and between models. Measured on the bundled data set and parts of public collections: 0.08 to 0.15 and 0.16 to 0.25.
 */
const SPREADS = { releases: 0.1, models: 0.2 } as const;
/** Old value that an average need is taken to have, all of which an unseen need could lose. */
const TYPICAL_VALUE = 0.5;
const OFTEN = 0.8;

/** How alike the two versions are. */
export type Likeness = keyof typeof SPREADS;

/**
 * Loss that a set of so many needs typically tells from none in 8 of 10 cases, before anything is measured. Where nothing changed, a rule
 * with such a margin passes as often.
 * @throws RangeError with fewer than two needs
 * @example typicalDetectable(60, 0.95, 'models') // 0.0725
 */
export function typicalDetectable(needs: number, confidence: number, likeness: Likeness): number {
  if (!(needs >= 2)) throw new RangeError(`No typical loss for ${needs} needs.`);
  const standardError = SPREADS[likeness] / Math.sqrt(needs);
  // Where no need moves, one that loses 1 is excluded only up to this share.
  const none = 1 - (1 - confidence) ** (1 / needs);
  return Math.max(none, normalQuantile(confidence) * standardError + TYPICAL_VALUE / needs) + normalQuantile(OFTEN) * standardError;
}

/**
 * How many needs typically pass a margin in 8 of 10 cases when nothing has changed.
 * @throws RangeError unless the margin is above 0
 * @public
 * @example typicalNeeds(0.02, 0.95, 'models') // 667
 */
export function typicalNeeds(margin: number, confidence: number, likeness: Likeness): number {
  if (!(margin > 0)) throw new RangeError(`No number of needs shows a margin of ${margin}.`);
  let [low, high] = [1, 2];
  while (typicalDetectable(high, confidence, likeness) > margin) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (typicalDetectable(middle, confidence, likeness) > margin) low = middle;
    else high = middle;
  }
  return high;
}
