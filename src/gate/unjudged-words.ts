import { lowerBound, upperBound } from './bounds.ts';
import type { Decision } from './decision.ts';
import type { Comparison } from './item.ts';
import type { Planner } from './planner.ts';
import { openOf } from './unjudged.ts';
import { plural, signed, type Words } from './words.ts';

/** What is said where the unjudged leave a comparison open. */
export function unjudgedWords(plan: Planner, item: Comparison, decision: Decision, counted: 'pass' | 'fail'): Words {
  const { improvement, room } = item;
  const ends = [lowerBound(improvement.least, room, plan.policy.confidence), upperBound(improvement.most, room, 1 - decision.level)];
  const [low, high] = ends.map((end) => item.sign * end).sort((a, b) => a - b);
  const open = openOf(plan, item, decision);
  return {
    reason:
      `Unjudged documents decide: if none of them is relevant it is a ${counted}, but they leave anything between ` +
      `${signed(low ?? 0)} and ${signed(high ?? 0)} open.`,
    next: settleAdvice(open?.toSettle ?? null, open?.pairs ?? 0),
    why: 'unjudged',
  };
}

/** How many judgements it takes. */
export function settleAdvice(toSettle: number | null, pairs: number): string {
  const some =
    toSettle === null ? '' : `About ${plural(toSettle, 'judgement')} of ${pairs} would settle it, if they turn out not relevant. `;
  return `${some}Judge the documents without judgement near the top of both lists (\`cutover judge next\` writes the sheet), then measure again.`;
}
