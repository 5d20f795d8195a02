import type { Evaluation } from '../../model/evaluation.ts';
import type { ReviewNote } from '../../model/review.ts';
import type { RuleResult, Verdict } from '../../model/verdict.ts';

/** How long a draft's waivers hold: short, since a reviewer makes them longer in a second. */
const DAYS = 30;

/** Ids of the queries that a check is about: those of its slice, else all. */
function queriesOf({ slice }: RuleResult, { queries }: Evaluation): ReadonlySet<string> {
  const column = slice === null ? null : queries.slices[slice.field];
  return new Set(queries.ids.filter((_, i) => column === null || column?.[i] === slice?.value));
}

/** A rule's id without its slice, as a waiver names it. */
function ruleOf({ id, slice }: RuleResult): string {
  const where = slice === null ? '' : ` · ${slice.field}=${slice.value}`;
  return where !== '' && id.endsWith(where) ? id.slice(0, -where.length) : id;
}

function lastDay(asOf: string): string {
  return new Date(Date.parse(`${asOf}T00:00:00Z`) + DAYS * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Waivers for checks that did not pass although reviewers called queries of theirs fine and none a regression, as YAML for a
 * person to read, complete and sign; null where there is no such check. Nothing reads it by itself.
 */
export function waiverDraft(verdict: Verdict, evaluation: Evaluation, notes: readonly ReviewNote[], asOf: string): string | null {
  const open = verdict.rules.filter(({ decides, outcome }) => decides && (outcome === 'fail' || outcome === 'inconclusive'));
  const entries = open.flatMap((result) => {
    const mine = queriesOf(result, evaluation);
    const about = notes.filter(({ query, mark }) => mine.has(query) && mark !== null && mark !== 'judge');
    const fine = about.filter(({ mark }) => mark === 'fine');
    if (fine.length === 0 || fine.length < about.length) return [];
    const owner = [...new Set(fine.map(({ reviewer }) => reviewer))].filter((name) => name !== '').join(', ') || 'YOUR NAME';
    const why =
      fine.flatMap(({ query, note }) => (note.trim() === '' ? [] : [`${query}: ${note.trim()}`])).join('; ') || 'WHY THIS IS FINE';
    const slice = result.slice === null ? [] : [`    slice: ${JSON.stringify(`${result.slice.field}=${result.slice.value}`)}`];
    return [
      [
        `  - rule: ${JSON.stringify(ruleOf(result))}`,
        ...slice,
        `    owner: ${JSON.stringify(owner)}`,
        `    reason: ${JSON.stringify(why)}`,
        `    expires: "${lastDay(asOf)}"`,
      ].join('\n'),
    ];
  });
  if (entries.length === 0) return null;
  return `# A draft made of reviewers' marks. Read it, complete it, and copy what you answer for into the policy.\nwaivers:\n${entries.join('\n')}\n`;
}
