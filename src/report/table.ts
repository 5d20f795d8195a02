import { type Fill, type Html, html } from './html.ts';
import { count } from './number.ts';

/** One column of a table over `Row`s; page and Markdown are written from the same cells. */
export interface TableColumn<Row> {
  readonly head: Fill;
  /** Right-aligned, tabular digits. */
  readonly numeric?: boolean;
  /** The cell that names the row. */
  readonly rowHead?: boolean;
  cell(row: Row): Fill;
}

/** On narrow screens `scroll` moves sideways and `stack` puts a row's cells below each other. */
export type TableLayout = 'scroll' | 'stack';

function cell<Row>(column: TableColumn<Row>, row: Row, stack: boolean): Html {
  const kind = column.numeric === true && html` class="number"`;
  const name = stack && typeof column.head === 'string' && html` data-head="${column.head}"`;
  // A stacked table's rows are blocks, which would cost it its meaning for screen readers without roles.
  if (column.rowHead === true) return html`<th scope="row"${stack && html` role="rowheader"`}${kind}>${column.cell(row)}</th>`;
  return html`<td${stack && html` role="cell"`}${kind}${name}>${column.cell(row)}</td>`;
}

/** A table that scrolls by itself where the screen is too narrow; `caption` is shown above it. */
export function table<Row>(
  caption: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  layout: TableLayout = 'scroll',
): Html {
  const stack = layout === 'stack';
  const heads = columns.map(({ head, numeric }) => html`<th scope="col"${numeric === true && html` class="number"`}>${head}</th>`);
  const body = rows.map((row) => html`<tr${stack && html` role="row"`}>${columns.map((column) => cell(column, row, stack))}</tr>\n`);
  const drawn = html`<table${stack && html` class="stack" role="table"`}><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody${stack && html` role="rowgroup"`}>\n${body}</tbody></table>`;
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}">${drawn}</div>`;
}

/** Names and values, one a line. */
export function facts(entries: readonly (readonly [name: Fill, value: Fill] | null)[]): Html {
  const lines = entries.filter((entry) => entry !== null);
  return html`<dl class="facts">${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Whether paper has it too: nothing can be opened there, and what nobody would miss costs pages. */
type Paper = 'printed' | 'on-screen';

/** A native disclosure: works without scripts. Print opens it, or says that it is on the page only. */
export function fold(summary: Fill, content: Fill, paper: Paper = 'printed'): Html {
  return html`<details${paper === 'on-screen' && html` class="screen-only"`}><summary>${summary}</summary><div class="folded">${content}</div></details>`;
}

/** A paragraph of one of the lists: nothing where there are no items. */
export function list(kind: 'ul' | 'ol', items: readonly Fill[]): Html | null {
  if (items.length === 0) return null;
  const entries = items.map((item) => html`<li>${item}</li>`);
  return kind === 'ol' ? html`<ol>${entries}</ol>` : html`<ul>${entries}</ul>`;
}

/** A list whose first `open` items are there; further ones are folded with their number. */
export function folding(kind: 'ul' | 'ol', items: readonly Fill[], open: number): Html {
  const rest = items.slice(open);
  return html`${list(kind, items.slice(0, open))}${rest.length > 0 && fold(`${count(rest.length)} more`, list(kind, rest))}`;
}
