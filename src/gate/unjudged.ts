import { columnMean, type NeedColumn, needMeans } from '../measure/stats/needs.ts';
import type { Open } from '../model/verdict.ts';
import { lowerBound, upperBound } from './bounds.ts';
import type { Decision } from './decision.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison, Judgeable } from './item.ts';

/** What it would be if everything unjudged turned out as counted, and how far the open bound is from the margin. */
interface Doubt {
  readonly counted: 'pass' | 'fail';
  readonly shortfall: number;
}

/**
 * Whether it is the unjudged that leave an outcome open: counted as not relevant it would be decided, and is not once each side
 * has its worst and best case.
 * @returns null where it is decided, or open all the same
 */
export function whetherUnjudged({ policy }: GateInput, item: Comparison, { outcome, level }: Decision): Doubt | null {
  const { improvement, room, rule } = item;
  if (improvement.pairs === null || outcome === 'fail' || (outcome === 'pass' && rule.kind === 'nonInferior')) return null;
  if (upperBound(improvement.counted, room, 1 - level) < -rule.margin)
    return { counted: 'fail', shortfall: upperBound(improvement.most, room, 1 - level) + rule.margin };
  const isSafe = rule.kind === 'nonInferior' && lowerBound(improvement.counted, room, policy.confidence) > -rule.margin;
  return isSafe ? { counted: 'pass', shortfall: -rule.margin - lowerBound(improvement.least, room, policy.confidence) } : null;
}

/** What judgements could still change about a comparison; null where nothing. In the metric's own direction. */
export function openOf(gate: GateInput, item: Comparison, decision: Decision): Open | null {
  const { pairs, least, most } = item.improvement;
  if (pairs === null) return null;
  const ends = [item.sign * columnMean(least), item.sign * columnMean(most)];
  const doubt = whetherUnjudged(gate, item, decision);
  return {
    least: Math.min(...ends),
    most: Math.max(...ends),
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
