import type { Evaluation } from '../../model/evaluation.ts';
import { directionOf, qualityOf } from '../../model/lookup.ts';
import { scatter } from '../charts/scatter.ts';
import { type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { difference, measureLink, quoted } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';
import { type MeasureRow, onWords, type Pair, qualityRows, whyNoQuality } from '../views/measures.ts';

/** Old, new and difference under one heading. */
function pairColumns<Row>(
  evaluation: Evaluation,
  group: string,
  measure: (row: Row) => string,
  pair: (row: Row) => Pair | null,
): readonly TableColumn<Row>[] {
  const way = (row: Row) => directionOf(evaluation, measure(row));
  return [
    { head: 'Old', group, numeric: true, cell: (row) => decimal(pair(row)?.old ?? null) },
    { head: 'New', group, numeric: true, cell: (row) => decimal(pair(row)?.new ?? null) },
    { head: 'Difference', group, numeric: true, cell: (row) => difference(pair(row)?.difference ?? null, way(row)) },
  ];
}

function measures(evaluation: Evaluation, caption: string, rows: readonly MeasureRow[]): Html {
  const name = (row: MeasureRow): string => row.measure;
  const exact = rows.some((row) => row.exact !== null);
  const served = rows.some((row) => row.served !== null);
  return table<MeasureRow>(
    caption,
    [
      { head: 'Measure', rowHead: true, cell: (row) => measureLink(evaluation, row.measure) },
      ...(served ? pairColumns(evaluation, 'As served', name, (row: MeasureRow) => row.served) : []),
      ...(exact ? pairColumns(evaluation, 'Exact neighbours', name, (row: MeasureRow) => row.exact) : []),
      { head: 'Queries', numeric: true, cell: (row) => count(row.n) },
    ],
    rows,
  );
}

/** The lead measure query by query: a mean that stays can hide gains and losses that cancel out. */
function byQuery(input: ReportInput): Html | null {
  const lead = input.verdict.lead;
  if (lead === null) return null;
  const { measure, on } = lead;
  const column = qualityOf(input.evaluation)[measure]?.[on];
  const caption = html`${measureLink(input.evaluation, measure)} ${onWords(on)}, old to the right, new upwards. Below the diagonal lie queries that lost, above it those that gained; a larger dot is more queries. <a href="#queries">The queries</a>`;
  const picture = column === undefined ? null : scatter(measure, column.old.perQuery, column.new.perQuery, caption);
  return picture === null ? null : html`<h3>Query by query</h3>${picture}`;
}

export const quality: Section = {
  id: 'quality',
  title: 'Quality',
  render: (input) => {
    const { evaluation } = input;
    const why = whyNoQuality(evaluation);
    if (why !== null) return html`<p>Quality was not measured: ${quoted(why, 500)}</p>`;
    const rows = qualityRows(evaluation);
    const all = rows.filter((row) => !row.judgedOnly);
    const condensed = rows.filter((row) => row.judgedOnly);
    return html`<p>Means over the queries that have judgements. <em>Exact</em> compares the models alone, by full scan; <em>as served</em> adds the index in front of them. Colour says which way a figure moved, not whether it matters: the rules decide that.</p>
${measures(evaluation, 'Quality, old against new', all)}
${byQuery(input)}
${condensed.length > 0 && fold(`Only judged documents counted (${condensed.length})`, html`<p>The same measures after removing documents that nobody judged, so that a version that finds new documents is not punished for it.</p>${measures(evaluation, 'Quality on judged documents only', condensed)}`)}`;
  },
};
