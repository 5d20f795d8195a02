import { plural } from '../core/words.ts';
import type { Open } from '../model/verdict.ts';
import type { Doubt } from './unjudged.ts';
import { signed, type Words } from './words.ts';

/** What is said where the unjudged leave a comparison open. */
export function unjudgedWords({ counted }: Doubt, open: Open | null): Words {
  const { lower = 0, upper = 0 } = open?.bounds ?? {};
  return {
    reason:
      `Unjudged documents decide: it is a ${counted} if none of them is relevant, and they leave ${signed(lower)} to ` +
      `${signed(upper)} open.${settling(open?.toSettle ?? null, open?.pairs ?? 0)}`,
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
