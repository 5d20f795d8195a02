import { columnMean, type NeedColumn, needMeans } from '../measure/stats/needs.ts';
import type { Open } from '../model/verdict.ts';
import { lowerBound, upperBound } from './bounds.ts';
import type { Decision } from './decision.ts';
import type { Comparison, Judgeable } from './item.ts';

/** Bounds of the mean improvement, the unjudged at their worst below and at their best above. */
export interface Reach {
  readonly lower: number;
  readonly upper: number;
}

/** What it would be if everything unjudged turned out as counted, and how far the open bound is from the margin. */
export interface Doubt {
  readonly counted: 'pass' | 'fail';
  readonly shortfall: number;
}

/** A pass has to hold with the unjudged at their worst, a fail with them at their best. */
export function reachOf({ improvement: { least, most, pairs }, room }: Comparison, { interval, level }: Decision): Reach {
  const isShown = pairs === null && interval.confidence === 1 - level;
  return {
    lower: pairs === null ? interval.lower : lowerBound(least, room, interval.confidence),
    upper: isShown ? interval.upper : upperBound(most, room, 1 - level),
  };
}

/**
 * Whether it is the unjudged that leave an outcome open: counted as not relevant it would be decided, and is not once each side
 * has its worst and best case.
 * @returns null where it is decided, or open all the same
 */
export function whetherUnjudged(item: Comparison, { outcome, level, interval }: Decision, reach: Reach): Doubt | null {
  const { improvement, room, rule } = item;
  if (improvement.pairs === null || outcome === 'fail' || (outcome === 'pass' && rule.kind === 'nonInferior')) return null;
  if (upperBound(improvement.counted, room, 1 - level) < -rule.margin) return { counted: 'fail', shortfall: reach.upper + rule.margin };
  const isSafe = rule.kind === 'nonInferior' && interval.lower > -rule.margin;
  return isSafe ? { counted: 'pass', shortfall: -rule.margin - reach.lower } : null;
}

function inOrder(one: number, other: number): readonly [number, number] {
  return one < other ? [one, other] : [other, one];
}

/** What judgements could still change about a comparison; null where nothing. In the metric's own direction. */
export function openOf(item: Comparison, doubt: Doubt | null, reach: Reach): Open | null {
  const { pairs, least, most } = item.improvement;
  if (pairs === null) return null;
  const [low, high] = inOrder(item.sign * columnMean(least), item.sign * columnMean(most));
  const [lower, upper] = inOrder(item.sign * reach.lower, item.sign * reach.upper);
  return {
    least: low,
    most: high,
    bounds: { lower, upper },
    pairs: pairs.reduce((sum, count) => sum + count, 0),
    toSettle: doubt === null ? null : judgementsToSettle(item.improvement, doubt),
  };
}

/**
 * How many judgements would settle it if they turned out as counted, those first that leave most open: the bound moves as the
 * mean does.
 */
function judgementsToSettle({ counted, least, most, pairs }: Judgeable, { counted: goal, shortfall }: Doubt): number {
  const swing = goal === 'pass' ? differences(counted, least) : differences(most, counted);
  const needs = [...swing].map((value, i) => ({ value, pairs: pairs?.[i] ?? 0 })).filter((need) => need.pairs > 0);
  needs.sort((a, b) => b.value / b.pairs - a.value / a.pairs);
  let [gained, judged] = [0, 0];
  for (const need of needs) {
    if (gained > shortfall * swing.length) break;
    gained += need.value;
    judged += need.pairs;
  }
  return judged;
}

function differences(a: NeedColumn, b: NeedColumn): Float64Array {
  const other = needMeans(b);
  return needMeans(a).map((value, i) => value - (other[i] ?? value));
}
