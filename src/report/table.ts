import { type Fill, type Html, html } from './html.ts';

/** One column of a table over `Row`s. */
export interface TableColumn<Row> {
  readonly head: Fill;
  /** Right-aligned, tabular digits. */
  readonly numeric?: boolean;
  /** The cell that names the row. */
  readonly rowHead?: boolean;
  /** Neighbouring columns of one group share a heading above their own. */
  readonly group?: string;
  cell(row: Row): Fill;
}

function heads<Row>(columns: readonly TableColumn<Row>[]): Html {
  const grouped = columns.some((column) => column.group !== undefined);
  const head = (column: TableColumn<Row>, rows: 1 | 2) =>
    html`<th scope="col"${rows === 2 && html` rowspan="2"`}${column.numeric === true && html` class="number"`}>${column.head}</th>`;
  if (!grouped) return html`<tr>${columns.map((column) => head(column, 1))}</tr>`;
  const top = columns.map((column, i) => {
    if (column.group === undefined) return head(column, 2);
    if (columns[i - 1]?.group === column.group) return null;
    const span = columns.filter((other) => other.group === column.group).length;
    return html`<th scope="colgroup" colspan="${span}" class="group">${column.group}</th>`;
  });
  const below = columns.filter((column) => column.group !== undefined).map((column) => head(column, 1));
  return html`<tr>${top}</tr><tr>${below}</tr>`;
}

/** Narrow screens show a stacked table's rows as blocks, which would cost it its meaning for screen readers without roles. */
export type TableLayout = 'scroll' | 'stack';

function cell<Row>(column: TableColumn<Row>, row: Row, stack: boolean): Html {
  const kind = column.numeric === true && html` class="number"`;
  const name = stack && typeof column.head === 'string' && html` data-head="${column.head}"`;
  if (column.rowHead === true) return html`<th scope="row"${stack && html` role="rowheader"`}${kind}>${column.cell(row)}</th>`;
  return html`<td${stack && html` role="cell"`}${kind}${name}>${column.cell(row)}</td>`;
}

/**
 * A table in a box of its own that scrolls where the screen is too narrow.
 * @param caption said by screen readers and shown above the table
 * @param layout `stack` puts cells below each other on narrow screens instead
 */
export function table<Row>(
  caption: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  layout: TableLayout = 'scroll',
): Html {
  const stack = layout === 'stack';
  const body = rows.map((row) => html`<tr${stack && html` role="row"`}>${columns.map((column) => cell(column, row, stack))}</tr>\n`);
  const table = html`<table${stack && html` class="stack" role="table"`}><caption>${caption}</caption><thead>${heads(columns)}</thead><tbody${stack && html` role="rowgroup"`}>\n${body}</tbody></table>`;
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${caption}">${table}</div>`;
}

/** Names and values, one a line. */
export function facts(entries: readonly (readonly [name: Fill, value: Fill])[]): Html {
  return html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Whether paper has it too: nothing can be opened there, and what nobody would miss costs pages. */
type Paper = 'printed' | 'on-screen';

/** A native disclosure: works without scripts. Print opens it, or says that it is on the page only. */
export function fold(summary: Fill, content: Fill, paper: Paper = 'printed'): Html {
  return html`<details${paper === 'on-screen' && html` class="screen-only"`}><summary>${summary}</summary><div class="folded">${content}</div></details>`;
}
