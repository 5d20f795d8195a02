import type { ReviewNote } from '../../model/review.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { code, quoted } from '../marks.ts';
import { queriesLink } from '../queries/address.ts';
import { folding } from '../table.ts';

/** Notes that are open; further ones are folded. */
const OPEN = 5;
const MARKS: Readonly<Record<NonNullable<ReviewNote['mark']>, string>> = { regression: 'Regression', judge: 'Judge this', fine: 'Fine' };
const ORDER = ['regression', 'judge', null, 'fine'] as const;

function line({ evaluation: { queries } }: ReportInput, { query, mark, note, reviewer }: ReviewNote): Html {
  const text = queries.texts[queries.ids.indexOf(query)];
  const name: Fill = text === undefined ? code(query, 120) : quoted(text, 110);
  return html`${mark !== null && html`<strong>${MARKS[mark]}</strong>: `}<a href="${queriesLink({ q: query })}">${name}</a>${note !== '' && html` – ${quoted(note, 500)}`}${reviewer !== '' && html` <span class="small">(${quoted(reviewer, 80)})</span>`}`;
}

/** What reviewers said of the queries, regressions first; null where nobody did. */
export function reviewNotes(input: ReportInput): Html | null {
  const notes = input.reviews?.notes ?? [];
  if (notes.length === 0) return null;
  const sorted = ORDER.flatMap((mark) => notes.filter((note) => note.mark === mark));
  const lines = sorted.map((note) => line(input, note));
  return html`<h3>What reviewers say</h3>${folding('ul', lines, OPEN)}`;
}
