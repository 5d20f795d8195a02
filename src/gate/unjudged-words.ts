import { plural } from '../core/words.ts';
import { lowerBound, upperBound } from './bounds.ts';
import type { Decision } from './decision.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison } from './item.ts';
import { openOf } from './unjudged.ts';
import { signed, type Words } from './words.ts';

/** What is said where the unjudged leave a comparison open. */
export function unjudgedWords(gate: GateInput, item: Comparison, decision: Decision, counted: 'pass' | 'fail'): Words {
  const { improvement, room } = item;
  const ends = [lowerBound(improvement.least, room, gate.policy.confidence), upperBound(improvement.most, room, 1 - decision.level)];
  const [low, high] = ends.map((end) => item.sign * end).sort((a, b) => a - b);
  const open = openOf(gate, item, decision);
  return {
    reason:
      `Unjudged documents decide: it is a ${counted} if none of them is relevant, and they leave ${signed(low ?? 0)} to ` +
      `${signed(high ?? 0)} open.${settling(open?.toSettle ?? null, open?.pairs ?? 0)}`,
    next: JUDGE_MORE,
    why: 'unjudged',
  };
}

/** What to do where the unjudged decide; the same for every rule, so that it is said once. */
export const JUDGE_MORE =
  'Judge the documents without judgement near the top of both lists (`cutover judge next` writes the sheet), then measure again.';

/** How many judgements it takes. */
function settling(toSettle: number | null, pairs: number): string {
  return toSettle === null ? '' : ` About ${toSettle} of ${plural(pairs, 'judgement')} would settle it, if they turn out not relevant.`;
}
