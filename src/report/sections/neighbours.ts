import type { Evaluation } from '../../contract/evaluation.ts';
import { html } from '../html.ts';
import { measureLink, metricOf } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';

type Row = [measure: string, columns: Evaluation['neighbours'][string]];

export const neighbours: Section = {
  id: 'neighbours',
  title: 'Neighbours',
  render: ({ evaluation }) => {
    const rows: Row[] = Object.entries(evaluation.neighbours);
    if (rows.length === 0) return html`<p>Neighbours were not compared.</p>`;
    const on = (head: string, key: 'served' | 'exact'): TableColumn<Row>[] =>
      rows.some(([, byOn]) => byOn[key] !== undefined)
        ? [{ head, numeric: true, cell: ([, byOn]) => decimal(byOn[key]?.mean ?? null) }]
        : [];
    const columns: readonly TableColumn<Row>[] = [
      { head: 'Measure', rowHead: true, cell: ([measure]) => measureLink(evaluation, measure) },
      { head: 'What it says', cell: ([measure]) => metricOf(evaluation, measure)?.title ?? '' },
      ...on('As served', 'served'),
      ...on('Exact neighbours', 'exact'),
      { head: 'Queries', numeric: true, cell: ([, byOn]) => count((byOn.served ?? byOn.exact)?.n ?? 0) },
    ];
    return html`<p>How much the result lists changed, judged or not. Low overlap is not harm: two models can return different documents that are equally good. It says how much of what people see will change; quality says whether for the worse.</p>${table('Old and new result lists compared', columns, rows)}`;
  },
};
