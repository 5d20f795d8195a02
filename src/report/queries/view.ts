import {
  bestOf,
  type ChangedQueries,
  changedQueries,
  changeFigure,
  type ListedDocument,
  listedDocuments,
  type QueryChange,
  worstOf,
} from '../changes.ts';
import { dataBlock, type Fill, type Html, html } from '../html.ts';
import { at, type ReportInput } from '../input.ts';
import { code, measureTerm, quoted } from '../marks.ts';
import { onWords } from '../measures.ts';
import { count } from '../number.ts';
import { table } from '../table.ts';
import { clip } from '../text.ts';
import { queryKey } from './address.ts';
import { queryData } from './data.ts';

/** Queries of each end that are there without scripts, and how many of them paper has with their lists; the style sheet knows it too. */
const SHOWN = 10;

function grade(value: number | null): Fill {
  if (value === null) return html`<span class="muted">not judged</span>`;
  return html`<span class="grade ${value >= 1 ? 'relevant' : 'irrelevant'}">${count(value)}</span>`;
}

const place = (value: number | null): string => (value === null ? '–' : String(value));

function documents(listed: readonly ListedDocument[]): Html {
  return table<ListedDocument>(
    'Results of both versions as served',
    [
      { head: 'Old place', numeric: true, cell: ({ old }) => place(old) },
      { head: 'New place', numeric: true, cell: (row) => place(row.new) },
      { head: 'Grade', cell: (row) => grade(row.grade) },
      {
        head: 'Document',
        rowHead: true,
        cell: ({ id, title }) => (title === '' ? code(id, 120) : html`${quoted(title, 160)} <span class="small">${code(id, 120)}</span>`),
      },
    ],
    listed,
  );
}

function entry(input: ReportInput, changed: ChangedQueries, change: QueryChange): Html {
  const { queries } = input.evaluation;
  const { index } = change;
  const text = at(queries.texts, index);
  const slices = Object.entries(queries.slices).map(([field, values]) => html` · ${quoted(field, 80)} ${quoted(at(values, index), 120)}`);
  const whole = clip(text, 200) !== text && html`<p class="whole">${quoted(text, 2000)}</p>`;
  return html`<details class="query" id="q=${queryKey(at(queries.ids, index))}"><summary><span class="text">${quoted(text, 200)}</span><span class="figure">${changeFigure(input, changed, change)}</span></summary><div class="folded">${whole}<p class="small">Query ${code(at(queries.ids, index), 120)} · need ${code(at(queries.needs, index), 120)}${slices}</p>${documents(listedDocuments(input, index))}</div></details>\n`;
}

function end(title: string, input: ReportInput, changed: ChangedQueries, rows: readonly QueryChange[]): Html | null {
  if (rows.length === 0) return null;
  return html`<div class="end"><h3>${title}</h3>${rows.map((row) => entry(input, changed, row))}</div>`;
}

function intro({ evaluation }: ReportInput, { by, ordered, counts }: ChangedQueries): Html {
  if (by === null) return html`<p>Nothing was measured by query.</p>`;
  if (ordered === 'overlap')
    return html`<p>There are no judgements, so nothing says which query lost. Queries are in order of the results they keep, ${measureTerm(evaluation, by.measure)}.</p>`;
  const tally = counts !== null && html`: ${count(counts.lost)} got worse, ${count(counts.gained)} better, ${count(counts.same)} stayed`;
  return html`<p>By ${measureTerm(evaluation, by.measure)} ${onWords(by.on)}${tally}.</p>`;
}

/** Every query: a list that filters where scripts run, and both ends of it where they don't and on paper. */
export function queriesView(input: ReportInput): Html {
  const changed = changedQueries(input);
  const data = queryData(input);
  const losses = changed.ordered === 'loss' ? 'Largest losses' : 'Fewest results in common';
  return html`${intro(input, changed)}${data !== null && html`<div id="explorer" hidden></div>${dataBlock('query-data', data)}\n`}<div id="ends">${end(losses, input, changed, worstOf(changed, SHOWN))}${end('Largest gains', input, changed, bestOf(changed, SHOWN))}</div>`;
}
