import type { ScoreShift, ScoreSummary } from '../model/scores.ts';
import { lowerBound } from './ranks.ts';
import { REGISTRY } from './registry.ts';
import { sortedSample } from './samples.ts';
import { quantileSorted } from './stats/quantile.ts';

/** Enough to show two humps, few enough for a few hundred scores. */
const BINS = 30;

function share(sorted: Float64Array, edges: readonly number[]): number[] {
  const cuts = edges.map((edge, i) => (i === edges.length - 1 ? sorted.length : lowerBound(sorted, edge)));
  return cuts.slice(1).map((cut, i) => (cut - (cuts[i] as number)) / sorted.length);
}

/**
 * Two samples over the same equal bins from the lowest to the highest of all scores; a bin holds its lower edge, the
 * last one also its upper. Equal scores throughout get bins half a unit to each side.
 * @throws RangeError on an empty sample, a score that is not finite, or no bins
 * @example sharedHistogram([0, 1], [2, 4], 2) // edges 0, 2, 4; old 1, 0; new 0, 1
 */
export function sharedHistogram(old: ArrayLike<number>, fresh: ArrayLike<number>, bins: number = BINS): ScoreShift['histogram'] {
  if (!Number.isInteger(bins) || bins < 1) throw new RangeError('A histogram needs at least one bin.');
  const a = sortedSample(old);
  const b = sortedSample(fresh);
  const lowest = Math.min(a[0] as number, b[0] as number);
  const highest = Math.max(a[a.length - 1] as number, b[b.length - 1] as number);
  const [low, high] = lowest === highest ? [lowest - 0.5, highest + 0.5] : [lowest, highest];
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));
  return { edges, old: share(a, edges), new: share(b, edges) };
}

/**
 * How one kind of score moved: summaries, every registered distance, and the histogram of both.
 * @param id `top-1`, `rank-10`, `relevant`, `other`
 * @throws RangeError on an empty sample or a score that is not finite
 */
export function scoreShift(id: string, title: string, old: ArrayLike<number>, fresh: ArrayLike<number>): ScoreShift {
  const [before, after] = [Float64Array.from(old), Float64Array.from(fresh)];
  return {
    id,
    title,
    old: scoreSummary(before),
    new: scoreSummary(after),
    distances: Object.fromEntries(REGISTRY.shift.map((metric) => [metric.id, metric.compute(before, after)])),
    histogram: sharedHistogram(before, after),
  };
}

/**
 * Quantiles, mean and range of one sample of scores.
 * @throws RangeError on an empty sample or a score that is not finite
 * @example scoreSummary([1, 2, 3, 4]).median // 2.5
 */
export function scoreSummary(scores: ArrayLike<number>): ScoreSummary {
  const sorted = sortedSample(scores);
  const at = (q: number): number => quantileSorted(sorted, q);
  return {
    n: sorted.length,
    mean: sorted.reduce((sum, score) => sum + score, 0) / sorted.length,
    min: at(0),
    p05: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    max: at(1),
  };
}
