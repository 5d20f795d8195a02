import type { Evaluation, Timings } from '../../model/evaluation.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { count, decimal, signed } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';
import { type CostRow, costRows, type Known, projectionRows } from '../views/cost.ts';

function known({ value, unit, digits }: Known): Fill {
  return value === null ? html`<span class="muted">–</span>` : html`<span class="nowrap">${decimal(value, digits)} ${unit}</span>`;
}

function change({ old, new: fresh }: CostRow): Fill {
  if (old.value === null || fresh.value === null || old.value === 0) return '–';
  const share = fresh.value / old.value - 1;
  return Math.abs(share) < 0.0005 ? 'same' : `${signed(share * 100).replace(/\d{3}$/, '')}\u00a0%`;
}

function costTable(caption: string, rows: readonly CostRow[]): Html {
  const columns: readonly TableColumn<CostRow>[] = [
    { head: 'What', rowHead: true, cell: ({ name }) => name },
    { head: 'Old', numeric: true, cell: ({ old }) => known(old) },
    { head: 'New', numeric: true, cell: (row) => known(row.new) },
    { head: 'Change', numeric: true, cell: change },
    { head: 'How it is known', cell: ({ how }) => html`<span class="tagged ${how === 'not measured' ? 'absent' : how}">${how}</span>` },
  ];
  return table(caption, columns, rows);
}

function projected(evaluation: Evaluation, timings: Timings | null): Html | null {
  if (evaluation.projection === undefined) return null;
  const { documents } = evaluation.projection;
  const rows = projectionRows(evaluation, timings);
  return html`<h3>Projection for ${count(documents)} documents</h3><p>Measured figures scaled by the number of documents: one machine like this one, texts as long as these. Nothing of this was run.</p>${costTable('Projection', rows)}`;
}

export const cost: Section = {
  id: 'cost',
  title: 'Cost',
  render: ({ evaluation, timings }: ReportInput) => {
    const rows = costRows(evaluation, timings);
    if (rows.length === 0) return null;
    const machine =
      timings === null
        ? html`There are no timings, so only what follows from the versions is shown.`
        : html`Times are from one run on ${timings.machine.cpu}, ${count(timings.machine.cores)} cores, and differ from run to run; no rule reads them.`;
    const libraries = [...new Set(Object.values(evaluation.search?.servedBy ?? {}).map(({ library }) => library))];
    const database =
      libraries.length > 0 && ` Served by ${libraries.join(', and by ')}: a query’s time includes the way to the database and back.`;
    const absent = rows.some(({ how }) => how === 'not measured');
    const why = absent && ' What was not measured took no time in this run: vectors from the cache or from files need no embedding.';
    return html`<p>What the new version costs beside the old one. ${machine}${why}${database}</p>${costTable('Cost, old against new', rows)}${projected(evaluation, timings)}`;
  },
};
