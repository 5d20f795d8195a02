import { binomialCdf } from './distributions.ts';
import { quantile } from './quantile.ts';

/** Times of both versions in blocks that were taken in turn, and the ratio new / old. */
export interface RatioBounds {
  /** Median of the blocks' ratios. */
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

/** How many of n values are below a bound that the median misses with a probability of at most `alpha`; null where n is too few. */
function placeOf(n: number, alpha: number): number | null {
  let place: number | null = null;
  for (let k = 0; k < n && binomialCdf(k, n, 0.5) <= alpha; k++) place = k;
  return place;
}

function medianBounds(values: readonly number[], place: number): readonly [lower: number, upper: number] {
  const sorted = Float64Array.from(values).sort();
  return [sorted[place] as number, sorted[sorted.length - 1 - place] as number];
}

/**
 * One-sided bounds of the ratio of two costs, from blocks in each of which both versions took turns in random order.
 *
 * If both versions cost the same, each block's ratio is above 1 as often as below it, whatever else the machine does, since the order
 * within a block is drawn: so order statistics bound the median exactly (the sign test), however busy the machine is and however its load
 * drifts. Where the costs differ, load that adds to both pulls their ratio towards 1. It does not change their difference: each bound is
 * therefore the wider one of the ratio's own and of the difference held against the fastest block of the old version.
 *
 * Source: Conover 1999, Practical Nonparametric Statistics, 3.2 and 3.4.
 * @param old positive, one value a block
 * @param fresh likewise, in the same order
 * @returns null where the blocks are too few for the confidence
 * @throws RangeError on lists of unequal length, or a value that is not above 0
 * @example ratioBounds([10, 10, 10, 10, 10], [12, 12, 12, 13, 12], 0.95) // ratio 1.2, lower 1.2, upper 1.3
 */
export function ratioBounds(old: readonly number[], fresh: readonly number[], confidence: number): RatioBounds | null {
  if (old.length !== fresh.length) throw new RangeError(`${old.length} blocks of the old version and ${fresh.length} of the new one.`);
  if (![...old, ...fresh].every((value) => value > 0)) throw new RangeError('A ratio needs values above 0.');
  const place = placeOf(old.length, 1 - confidence);
  if (place === null) return null;
  const ratios = fresh.map((value, i) => value / (old[i] as number));
  const base = old.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const shares = fresh.map((value, i) => 1 + (value - (old[i] as number)) / base);
  const [[lower, upper], [low, high]] = [medianBounds(ratios, place), medianBounds(shares, place)];
  return { ratio: quantile(ratios, 0.5), lower: Math.max(0, Math.min(lower, low)), upper: Math.max(upper, high) };
}
