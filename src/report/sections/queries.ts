import { type Fill, type Html, html } from '../html.ts';
import { at, type ReportInput } from '../input.ts';
import { code, difference, measureLink, metricOf, quoted } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';
import { type ChangedQueries, changedQueries, type ListedDocument, type QueryChange, resultLists } from '../views/changed-queries.ts';
import { onWords } from '../views/measures.ts';

/** How many queries are shown. */
const SHOWN = 20;

function move({ rank, otherRank }: ListedDocument, side: 'old' | 'new'): Html {
  if (otherRank === null)
    return side === 'old' ? html`<span class="tag left">− left</span>` : html`<span class="tag entered">+ entered</span>`;
  if (otherRank === rank) return html`<span class="muted">= same</span>`;
  if (side === 'old') return html`<span class="muted">now ${otherRank}</span>`;
  return html`<span class="muted">${otherRank > rank ? '↑' : '↓'} from ${otherRank}</span>`;
}

function grade(value: number | null): Html {
  if (value === null) return html`<span class="muted">not judged</span>`;
  return html`<span class="grade ${value >= 1 ? 'relevant' : 'irrelevant'}">${count(value)}</span>`;
}

function documentCell({ id, title, excerpt }: ListedDocument): Html {
  return html`<strong class="title">${title === '' ? code(id) : quoted(title, 200)}</strong>${title !== '' && html`<span class="small block">${code(id)}</span>`}${excerpt !== '' && html`<p class="excerpt">${quoted(excerpt, 400)}</p>`}`;
}

function list(caption: string, side: 'old' | 'new', documents: readonly ListedDocument[]): Html {
  const columns: readonly TableColumn<ListedDocument>[] = [
    { head: 'Rank', numeric: true, cell: ({ rank }) => count(rank) },
    { head: 'Score', numeric: true, cell: ({ score }) => decimal(score) },
    { head: 'Grade', cell: (document) => grade(document.grade) },
    { head: 'Document', rowHead: true, cell: documentCell },
    { head: 'Change', cell: (document) => move(document, side) },
  ];
  return html`<div class="list">${documents.length === 0 ? html`<p>${caption}: no results.</p>` : table(caption, columns, documents, 'stack')}</div>`;
}

function summary(input: ReportInput, by: ChangedQueries['by'], { index, pair, overlap }: QueryChange, place: number): Html {
  const way = by === null ? 'none' : (metricOf(input.evaluation, by.measure)?.direction ?? 'none');
  const figure: Fill =
    pair === null
      ? html`overlap ${decimal(overlap)}`
      : html`${decimal(pair.old)} → ${decimal(pair.new)} ${difference(pair.difference, way)}`;
  return html`<summary><span class="place">${place}</span><span class="query">${quoted(at(input.evaluation.queries.texts, index))}</span><span class="figure">${figure}</span></summary>`;
}

function describe({ evaluation: { queries } }: ReportInput, { index, pair, overlap }: QueryChange): Html {
  const text = at(queries.texts, index);
  const slices = Object.entries(queries.slices).map(([field, values]) => html` · ${quoted(field, 80)} ${quoted(at(values, index), 120)}`);
  const shared = pair !== null && overlap !== null && html` · overlap ${decimal(overlap)}`;
  return html`${clip(text, 300) !== text && html`<p class="whole">${quoted(text, 2000)}</p>`}<p class="small">Query ${code(at(queries.ids, index))} · need ${code(at(queries.needs, index))}${slices}${shared}</p>`;
}

function entry(input: ReportInput, by: ChangedQueries['by'], change: QueryChange, place: number): Html {
  const lists = resultLists(input, change.index);
  const names = input.evaluation.versions;
  const missed =
    lists.missed.length > 0 &&
    html`<p class="small">Relevant, but in neither list: ${lists.missed.slice(0, 5).map(({ id, title, grade: value }, i) => html`${i > 0 && '; '}${quoted(title === '' ? id : title, 120)} (grade ${value})`)}${lists.missed.length > 5 && ` and ${lists.missed.length - 5} more`}.</p>`;
  return html`<details class="query" id="query-${place}">${summary(input, by, change, place)}<div class="folded">${describe(input, change)}<div class="lists">${list(`Old: ${clip(names?.old.id ?? 'old run', 60)}`, 'old', lists.old)}${list(`New: ${clip(names?.new.id ?? 'new run', 60)}`, 'new', lists.new)}</div>${missed}</div></details>\n`;
}

function intro({ evaluation }: ReportInput, { by, ordered, counts, rows }: ChangedQueries): Html {
  if (by === null) return html`<p>Nothing was measured by query.</p>`;
  if (ordered === 'overlap') {
    return html`<p>There are no judgements, so nothing says which query lost. ${rows.length === 0 ? 'No result list changed.' : html`These ${rows.length} share the fewest neighbours by ${measureLink(evaluation, by.measure)}.`}</p>`;
  }
  const tally = counts !== null && html`${count(counts.lost)} lost, ${count(counts.gained)} gained, ${count(counts.same)} stayed.`;
  const shown =
    rows.length > 0 &&
    html` ${counts !== null && counts.lost > rows.length ? `The ${rows.length} that lost most` : 'Those that lost'}, most first; open one to see both result lists as served.`;
  return html`<p>By ${measureLink(evaluation, by.measure)} ${onWords(by.on)}: ${tally}${shown}</p>`;
}

export const queries: Section = {
  id: 'queries',
  title: 'Queries that lost most',
  render: (input) => {
    const changed = changedQueries(input, SHOWN);
    return [intro(input, changed), ...changed.rows.map((change, i) => entry(input, changed.by, change, i + 1))];
  },
};
