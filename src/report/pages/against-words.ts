import type { Against, AgainstRun } from '../../model/against.ts';
import { estimate, signed } from '../number.ts';
import { clip } from '../text.ts';

/** The names of both candidates, told apart where they are the same. */
export function namesOf({ runs }: Against): { readonly this: string; readonly other: string } {
  const id = ({ new: fresh }: AgainstRun): string => clip(fresh?.id ?? 'new run', 120);
  const [here, other] = [id(runs.this), id(runs.other)];
  if (here !== other) return { this: here, other };
  return { this: `${here} (this)`, other: `${other} (other)` };
}

/** The measure that queries are ranked by, as compared. */
function lead({ ranked, measures }: Against): Against['measures'][number] | undefined {
  return measures.find(({ measure, on }) => measure === ranked?.measure && on === ranked.on);
}

const RANK = { pass: 2, inconclusive: 1, fail: 0 } as const;

/** Which candidate to take, and why: the better verdict; of two passes the better measure, if that is clear. */
export function whichToTake(found: Against): { readonly take: 'this' | 'other' | null; readonly words: string } {
  const { runs } = found;
  const names = namesOf(found);
  const [here, other] = [runs.this.outcome, runs.other.outcome];
  if (here !== other) {
    const take = RANK[here] > RANK[other] ? 'this' : 'other';
    const best = runs[take].outcome;
    if (best === 'pass') return { take, words: `Take ${names[take]}: it passes, the other does not.` };
    return { take: null, words: `Neither passes yet: ${names[take]} is inconclusive, the other fails.` };
  }
  if (here !== 'pass') return { take: null, words: `Neither passes: both ${here === 'fail' ? 'fail' : 'are inconclusive'}.` };
  const measure = lead(found);
  const interval = measure?.difference?.interval;
  if (measure === undefined || interval == null || measure.direction === 'none' || (interval.lower <= 0 && interval.upper >= 0))
    return { take: null, words: 'Both pass, and neither is clearly better: take the cheaper one.' };
  const take = interval.lower > 0 === (measure.direction === 'higher') ? 'this' : 'other';
  return { take, words: `Both pass; take ${names[take]}: its ${measure.measure} is clearly better.` };
}

/** What the comparison says beside which to take, with numbers. */
export function plainWords(found: Against): string {
  const measure = lead(found);
  const names = namesOf(found);
  const flipped = found.rules.filter((rule) => rule.other?.outcome !== rule.this?.outcome).length;
  const flips = flipped === 0 ? 'Every check has the same result.' : `${flipped} of ${found.rules.length} checks have a different result.`;
  if (measure?.difference == null) return flips;
  return `${measure.measure}, ${names.this} − ${names.other}: ${estimate(measure.difference.mean, measure.difference.interval, signed)}. ${flips}`;
}
