import { normalQuantile } from './distributions.ts';
import { type PowerInput, smallestDetectable } from './power.ts';

/** Standard deviation over needs that paired differences of nDCG@10 are taken to have before a run is there to tell. */
const TYPICAL_SPREAD = 0.2;
/** Old value that an average need is taken to have, all of which an unseen need could lose. */
const TYPICAL_VALUE = 0.5;

function typicalInput(needs: number, confidence: number): PowerInput {
  const standardError = TYPICAL_SPREAD / Math.sqrt(needs);
  // Where no need moves, one that loses 1 is excluded only up to this share.
  const none = 1 - (1 - confidence) ** (1 / needs);
  const reach = Math.max(none, normalQuantile(confidence) * standardError + TYPICAL_VALUE / needs);
  return { standardError, needs, below: reach, above: reach };
}

/**
 * Loss that a set of so many needs typically tells from none in 8 of 10 cases, before anything is measured.
 * @throws RangeError with fewer than two needs
 * @example typicalDetectable(60, 0.95) // 0.0724
 */
export function typicalDetectable(needs: number, confidence: number): number {
  if (!(needs >= 2)) throw new RangeError(`No typical loss for ${needs} needs.`);
  return smallestDetectable(typicalInput(needs, confidence));
}

/**
 * How many needs typically pass a margin in 8 of 10 cases when nothing has changed.
 * @throws RangeError unless the margin is above 0
 * @public
 * @example typicalNeeds(0.02, 0.95) // 667
 */
export function typicalNeeds(margin: number, confidence: number): number {
  if (!(margin > 0)) throw new RangeError(`No number of needs shows a margin of ${margin}.`);
  let [low, high] = [1, 2];
  while (typicalDetectable(high, confidence) > margin) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (typicalDetectable(middle, confidence) > margin) low = middle;
    else high = middle;
  }
  return high;
}
