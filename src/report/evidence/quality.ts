import { directionOf, qualityOf } from '../../model/lookup.ts';
import { scatter } from '../charts/scatter.ts';
import { type Fill, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { difference, measureTerm, quoted } from '../marks.ts';
import { boundConfidence, boundsOf, type MeasureRow, onWords, type Pair, qualityRows, whyNoQuality } from '../measures.ts';
import { count, decimal, percent } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';

const usual = (row: MeasureRow): Pair | null => row[row.on];

/** Whether exact neighbours say something else than those served, to the digits shown. */
function differs({ served, exact }: MeasureRow): boolean {
  return served !== null && exact !== null && (decimal(served.old) !== decimal(exact.old) || decimal(served.new) !== decimal(exact.new));
}

export function qualityTable(input: ReportInput, caption: string, rows: readonly MeasureRow[]): Fill {
  const { evaluation, verdict } = input;
  const exact: TableColumn<MeasureRow>[] = rows.some(differs)
    ? [
        {
          head: 'Exact: old → new',
          numeric: true,
          cell: ({ exact: pair }) => `${decimal(pair?.old ?? null)} → ${decimal(pair?.new ?? null)}`,
        },
      ]
    : [];
  const vectors: TableColumn<MeasureRow>[] = rows.some(({ pipeline }) => pipeline !== null)
    ? [
        {
          head: 'Vectors alone: old → new',
          numeric: true,
          cell: ({ served }) => `${decimal(served?.old ?? null)} → ${decimal(served?.new ?? null)}`,
        },
      ]
    : [];
  return table<MeasureRow>(
    caption,
    [
      { head: 'Measure', rowHead: true, cell: ({ measure }) => measureTerm(evaluation, measure) },
      { head: 'Old', numeric: true, cell: (row) => decimal(usual(row)?.old ?? null) },
      { head: 'New', numeric: true, cell: (row) => decimal(usual(row)?.new ?? null) },
      {
        head: 'Difference',
        numeric: true,
        cell: (row) =>
          difference(usual(row)?.difference ?? null, directionOf(evaluation, row.measure), boundsOf(verdict, row.measure, row.on)),
      },
      ...vectors,
      ...exact,
      { head: 'Queries', numeric: true, cell: ({ n }) => count(n) },
    ],
    rows,
  );
}

function picture(input: ReportInput): Fill {
  const lead = input.verdict.lead;
  const column = lead === null ? undefined : qualityOf(input.evaluation)[lead.measure]?.[lead.on];
  if (lead === null || column === undefined) return null;
  return scatter(
    lead.measure,
    column.old.perQuery,
    column.new.perQuery,
    html`Each dot: queries with this ${lead.measure} before (across) and after (up). Below the line they got worse.`,
  );
}

export const quality: Section = {
  id: 'quality',
  title: 'Quality',
  finding: (input) => {
    const lead = input.verdict.lead;
    const row = qualityRows(input.evaluation).find(({ measure }) => measure === lead?.measure);
    if (lead === null || row === undefined) return 'Not measured.';
    const pair = row[lead.on];
    return html`${lead.measure} ${decimal(pair?.old ?? null)} → ${decimal(pair?.new ?? null)}, ${onWords(lead.on)}: ${difference(pair?.difference ?? null, directionOf(input.evaluation, lead.measure), boundsOf(input.verdict, lead.measure, lead.on))}`;
  },
  render: (input) => {
    const why = whyNoQuality(input.evaluation);
    if (why !== null) return html`<p>Quality was not measured: ${quoted(why, 500)}.</p>`;
    const rows = qualityRows(input.evaluation);
    const condensed = rows.filter(({ judgedOnly }) => judgedOnly);
    const open = rows.filter(({ judgedOnly }) => !judgedOnly);
    return html`<div class="beside">${qualityTable(input, `Quality, old against new; bounds at ${percent(boundConfidence(input.verdict))} each, over needs`, open)}${picture(input)}</div>${
      condensed.length > 0 &&
      fold(
        'The same without unjudged results',
        html`<p>Results that nobody judged are left out of the lists here. A version that finds new documents is not punished for it.</p>${qualityTable(input, 'Quality on judged documents only', condensed)}`,
        'on-screen',
      )
    }`;
  },
};
