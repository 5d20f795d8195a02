import { qualityOf } from '../model/lookup.ts';
import type { Rule } from '../model/policy.ts';
import type { Outcome } from '../model/verdict.ts';
import type { Comparison, LimitItem } from './item.ts';
import { condensedName, cutoffOf } from './measure.ts';
import type { Planner } from './planner.ts';
import { number } from './words.ts';

/** Versions whose judged shares differ by more than this can't be told apart by judgements. */
const JUDGED_GAP = 0.05;

/** How much of the lists was judged. */
interface JudgedShares {
  readonly name: string;
  readonly old: number;
  readonly new: number;
}

function judgedShares({ evaluation }: Planner, rule: Rule): JudgedShares | null {
  const quality = qualityOf(evaluation);
  const name = [`Judged@${cutoffOf(rule.metric) ?? 10}`, 'Judged@10'].find((key) => quality[key]?.[rule.on] !== undefined);
  const columns = name === undefined ? undefined : quality[name]?.[rule.on];
  if (name === undefined || columns === undefined || columns.old.mean === null || columns.new.mean === null) return null;
  return { name, old: columns.old.mean, new: columns.new.mean };
}

const NEXT =
  'Judge the documents without judgement near the top of both lists (`cutover judge next` writes the sheet), then measure again.';

/**
 * Whether unjudged documents may have made the outcome: unjudged counts as not relevant, which punishes the version
 * that finds new documents. They may have when pass and fail change places on the condensed list (Sakai 2007,
 * doi:10.1145/1277741.1277756), or when one version's lists were judged clearly more than the other's.
 * Only measures that have a condensed form are concerned.
 * @returns why and what to do, or null where the outcome stands.
 */
export function doubtFromUnjudged(
  plan: Planner,
  item: Comparison | LimitItem,
  outcome: Outcome,
  onCondensed: Outcome | null,
): { readonly reason: string; readonly next: string } | null {
  if (item.universe !== 'judged' || condensedName(item.rule.metric) === null) return null;
  const flips = (outcome === 'pass' && onCondensed === 'fail') || (outcome === 'fail' && onCondensed === 'pass');
  if (flips)
    return {
      reason: `Unjudged documents decide: counted as not relevant it is a ${outcome}, left out of the lists it is a ${onCondensed}.`,
      next: NEXT,
    };
  const shares = judgedShares(plan, item.rule);
  // Shares are means of fractions such as 0.85 and 0.8; their difference must not exceed the limit by rounding alone.
  if (shares === null || Math.abs(shares.new - shares.old) <= JUDGED_GAP + 1e-9) return null;
  return {
    reason:
      `${shares.name} is ${number(shares.old)} for the old and ${number(shares.new)} for the new version: they differ by more ` +
      `than ${number(JUDGED_GAP)}, so judgements favour one of them.`,
    next: NEXT,
  };
}
