/** A cell's Markdown, already escaped, keyed by the column's heading; `>` at its end aligns right. */
export interface MarkdownColumn<Row> {
  readonly head: string;
  readonly numeric?: boolean;
  cell(row: Row): string;
}

/** A Markdown table. Cells must be escaped already. */
export function markdownTable<Row>(columns: readonly MarkdownColumn<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ head }) => head)),
    line(columns.map(({ numeric }) => (numeric === true ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map((column) => column.cell(row)))),
  ].join('\n');
}

/** A folded part; the blank lines make forges read its content as Markdown. */
export function markdownFold(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
