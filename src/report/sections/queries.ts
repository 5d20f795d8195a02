import { directionOf } from '../../model/lookup.ts';
import { dataBlock, type Fill, type Html, html } from '../html.ts';
import { at, type ReportInput } from '../input.ts';
import { code, difference, measureLink, quoted } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';
import { type ChangedQueries, changedQueries, type ListedDocument, type QueryChange, resultLists } from '../views/changed-queries.ts';
import { type ExplorerData, explorerData, queryFragment } from '../views/explorer.ts';
import { onWords } from '../views/measures.ts';
import { sharedWords, wordsOf } from '../views/shared-words.ts';

/** How many queries are shown. */
const SHOWN = 20;
/** How many of them paper has with their lists; the style sheet knows it too. */
const PRINTED = 6;

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

/** A text of a document with the query's words marked. */
function withWords(text: string, limit: number, words: ReadonlySet<string>): Html {
  return html`<bdi>${sharedWords(clip(text, limit), words).map(({ text: part, shared }) => (shared ? html`<mark>${part}</mark>` : part))}</bdi>`;
}

function documentCell({ id, title, excerpt }: ListedDocument, words: ReadonlySet<string>): Html {
  return html`<strong class="title">${title === '' ? code(id) : withWords(title, 200, words)}</strong>${title !== '' && html`<span class="small block">${code(id)}</span>`}${excerpt !== '' && html`<p class="excerpt">${withWords(excerpt, 400, words)}</p>`}`;
}

function list(caption: string, side: 'old' | 'new', documents: readonly ListedDocument[], words: ReadonlySet<string>): Html {
  const columns: readonly TableColumn<ListedDocument>[] = [
    { head: 'Rank', numeric: true, cell: ({ rank }) => count(rank) },
    { head: 'Score', numeric: true, cell: ({ score }) => decimal(score) },
    { head: 'Grade', cell: (document) => grade(document.grade) },
    { head: 'Document', rowHead: true, cell: (document) => documentCell(document, words) },
    { head: 'Change', cell: (document) => move(document, side) },
  ];
  return html`<div class="list">${documents.length === 0 ? html`<p>${caption}: no results.</p>` : table(caption, columns, documents, 'stack')}</div>`;
}

function summary(input: ReportInput, by: ChangedQueries['by'], { index, pair, overlap }: QueryChange, place: number): Html {
  const way = by === null ? 'none' : directionOf(input.evaluation, by.measure);
  const figure: Fill =
    pair === null
      ? html`overlap ${decimal(overlap)}`
      : html`${decimal(pair.old)} → ${decimal(pair.new)} ${difference(pair.difference, way)}`;
  const fragment = queryFragment(at(input.evaluation.queries.ids, index));
  return html`<summary id="${fragment}"><span class="place">${place}</span><span class="query">${quoted(at(input.evaluation.queries.texts, index))}</span><span class="figure">${figure}</span></summary>`;
}

function describe({ evaluation: { queries } }: ReportInput, { index, pair, overlap }: QueryChange): Html {
  const text = at(queries.texts, index);
  const slices = Object.entries(queries.slices).map(([field, values]) => html` · ${quoted(field, 80)} ${quoted(at(values, index), 120)}`);
  const shared = pair !== null && overlap !== null && html` · overlap ${decimal(overlap)}`;
  return html`${clip(text, 300) !== text && html`<p class="whole">${quoted(text, 2000)}</p>`}<p class="small">Query ${code(at(queries.ids, index))} · need ${code(at(queries.needs, index))}${slices}${shared}<span class="on-screen"> · <a href="#${queryFragment(at(queries.ids, index))}">link to this query</a></span></p>`;
}

function entry(input: ReportInput, by: ChangedQueries['by'], change: QueryChange, place: number, common: ReadonlySet<string>): Html {
  const lists = resultLists(input, change.index);
  const names = input.evaluation.versions;
  const words = new Set([...wordsOf(at(input.evaluation.queries.texts, change.index))].filter((word) => !common.has(word)));
  const missed =
    lists.missed.length > 0 &&
    html`<p class="small">Relevant, but in neither list: ${lists.missed.slice(0, 5).map(({ id, title, grade: value }, i) => html`${i > 0 && '; '}${quoted(title === '' ? id : title, 120)} (grade ${value})`)}${lists.missed.length > 5 && ` and ${lists.missed.length - 5} more`}.</p>`;
  return html`<details class="query" id="query-${place}">${summary(input, by, change, place)}<div class="folded">${describe(input, change)}<div class="lists">${list(`Old: ${clip(names?.old.id ?? 'old run', 60)}`, 'old', lists.old, words)}${list(`New: ${clip(names?.new.id ?? 'new run', 60)}`, 'new', lists.new, words)}</div>${missed}</div></details>\n`;
}

function intro({ evaluation }: ReportInput, { by, ordered, counts }: ChangedQueries): Html {
  if (by === null) return html`<p>Nothing was measured by query.</p>`;
  if (ordered === 'overlap') {
    return html`<p>There are no judgements, so nothing says which query lost; queries stand by the neighbours they share, ${measureLink(evaluation, by.measure)}.</p>`;
  }
  const tally = counts !== null && html`${count(counts.lost)} lost, ${count(counts.gained)} gained, ${count(counts.same)} stayed.`;
  return html`<p>By ${measureLink(evaluation, by.measure)} ${onWords(by.on)}: ${tally}</p>`;
}

/** What stands above the queries that are there without scripts too. */
function worstWords({ by, ordered, counts, rows }: ChangedQueries): Html | null {
  if (by === null) return null;
  if (ordered === 'overlap')
    return html`<p>${rows.length === 0 ? 'No result list changed.' : `These ${rows.length} share the fewest neighbours by ${by.measure}.`}</p>`;
  if (rows.length === 0) return null;
  const which = counts !== null && counts.lost > rows.length ? `The ${rows.length} that lost most` : 'Those that lost';
  return html`<p>${which}, most first<span class="on-screen">; open one to see both result lists as served</span><span class="on-paper">${rows.length > PRINTED ? `; the first ${PRINTED}` : ','} with both result lists as served</span>.</p>`;
}

/** What the page's script turns into the explorer; without scripts the worst queries above it stay. */
function explorer(data: ExplorerData): Html {
  const { of, queries: held, withoutText, documents } = data;
  const some =
    held.length < of &&
    `It holds ${count(held.length)} of ${count(of)} queries, ${data.judged ? 'those that lost most' : 'those that share least'} first. `;
  const texts =
    withoutText > 0 &&
    `${count(withoutText)} of ${count(documents.length)} documents are listed without their text, so that the page stays small. `;
  const words = html`Keys: <kbd>j</kbd> next, <kbd>k</kbd> previous, <kbd>Enter</kbd> opens and closes. Words that a document shares with the query are marked, unless many documents have them.`;
  return html`<div id="explorer" hidden><p class="small">${some}${texts}${words}</p></div>${dataBlock('explorer-data', data)}\n`;
}

export const queries: Section = {
  id: 'queries',
  title: 'Queries',
  render: (input) => {
    const changed = changedQueries(input, SHOWN);
    const data = explorerData(input);
    const common = new Set(data?.common);
    const worst = changed.rows.map((change, i) => entry(input, changed.by, change, i + 1, common));
    return [intro(input, changed), data !== null && explorer(data), html`<div id="worst">${worstWords(changed)}${worst}</div>`];
  },
};
