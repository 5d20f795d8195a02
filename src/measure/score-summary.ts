import type { ScoreSummary } from '../model/evaluation.ts';
import { sortedSample } from './samples.ts';
import { quantileSorted } from './stats/quantile.ts';

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
