import { holm, holmLevels } from '../measure/stats/multiple.ts';
import type { Interval, Outcome } from '../model/verdict.ts';
import { intervalOf, isNotWorse, pWorse, upperBound } from './bounds.ts';
import type { Comparison } from './item.ts';

/** What became of a comparison. */
export interface Decision {
  readonly outcome: Outcome;
  /** Of improvements as counted: below 0 is a loss. */
  readonly interval: Interval;
  /** Holm-adjusted p-value of "the loss is the margin or less". */
  readonly adjustedP: number;
  /** One-sided level at which a fail was tested. */
  readonly level: number;
}

/** Every rule has the same share of the error; the slices of one share its own. */
function weightsOf(family: readonly Comparison[]): number[] {
  const sizes = new Map<Comparison['rule'], number>();
  for (const { rule } of family) sizes.set(rule, (sizes.get(rule) ?? 0) + 1);
  return family.map(({ rule }) => 1 / (sizes.get(rule) ?? 1));
}

/** A need that loses all it had would be allowed: whatever the new version does, the rule can't fail. */
export function cannotFail({ rule, room }: Comparison): boolean {
  return room.isBounded && room.loss <= rule.margin;
}

function outcomeOf(item: Comparison, p: number, level: number, alpha: number): Outcome {
  if (p < level) return 'fail';
  if (item.rule.kind === 'noHarm') return harmAsCounted(item, level) ? 'inconclusive' : 'pass';
  return !cannotFail(item) && isNotWorse(item, alpha) ? 'pass' : 'inconclusive';
}

/** A harm that only unjudged documents could undo is not passed over. */
function harmAsCounted({ improvement: { pairs, counted }, room, rule }: Comparison, level: number): boolean {
  return pairs !== null && upperBound(counted, room, 1 - level) < -rule.margin;
}

/**
 * Decides comparisons that share one error rate.
 *
 * nonInferior passes when the lower bound is above −margin (no correction: all rules must pass, intersection-union, Berger 1982,
 * doi:10.1080/00401706.1982.10487790). Both kinds fail when Holm over the whole family finds the mean below −margin; noHarm passes
 * unless that is owed to the unjudged alone. Passes are judged with the unjudged at their worst, fails with them at their best.
 *
 * The interval of a slice is at the level at which Holm tested it, so its upper bound is below −margin exactly when it fails.
 */
export function decide(family: readonly Comparison[], confidence: number): Decision[] {
  const alpha = 1 - confidence;
  const ps = family.map((item) => pWorse(item));
  const weights = weightsOf(family);
  const adjusted = holm(ps, weights);
  const levels = holmLevels(ps, alpha, weights);
  return family.map((item, i) => {
    const level = levels[i] ?? alpha;
    const shownAt = item.rule.kind === 'noHarm' ? 1 - level : confidence;
    return {
      outcome: outcomeOf(item, ps[i] ?? 1, level, alpha),
      interval: intervalOf(item.improvement.counted, item.room, shownAt),
      adjustedP: adjusted[i] ?? 1,
      level,
    };
  });
}
