import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { OverNoise } from '../../model/studies.ts';
import { overlapChart } from '../charts/overlap.ts';
import { type Html, html } from '../html.ts';
import { measureLink, saying } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';
import { neighbourMeasure, onWords } from '../views/measures.ts';

type Row = [measure: string, columns: Evaluation['neighbours'][string]];

/** The floor is measured, or the least that a list of k can change by. */
function floorWords({ floor, minimum }: OverNoise, cutoff: string): string {
  return floor > minimum
    ? 'measured: under what production varies, 95 % of queries keep that much of their own list or more'
    : `here one place of ${cutoff}, the least that a list can change by: under what production varies, a version kept that much of its own lists or more`;
}

/** Queries by overlap, with what one version changes by itself as a line. */
function spread(evaluation: Evaluation): Html | null {
  const lead = neighbourMeasure(evaluation, 'overlap');
  const values = lead === null ? undefined : evaluation.neighbours[lead.measure]?.[lead.on]?.perQuery;
  if (lead === null || values === undefined) return null;
  const noise = evaluation.studies?.noiseFloor;
  const cutoff = lead.measure.split('@')[1] ?? '';
  const noiseFloor = noise === undefined || isNotApplicable(noise) ? null : (noise.overlap[cutoff] ?? null);
  const line = noiseFloor !== null && html` Dashed line: the <a href="#noise">noise floor</a>, ${floorWords(noiseFloor, cutoff)}.`;
  return overlapChart(
    lead.measure,
    values,
    noiseFloor?.floor ?? null,
    html`Queries by ${measureLink(evaluation, lead.measure)} ${onWords(lead.on)}: 1 is an unchanged set.${line}`,
  );
}

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
      { head: 'What it says', cell: ([measure]) => saying(evaluation, measure) },
      ...on('As served', 'served'),
      ...on('Exact neighbours', 'exact'),
      { head: 'Queries', numeric: true, cell: ([, byOn]) => count((byOn.served ?? byOn.exact)?.n ?? 0) },
    ];
    return html`<p>How much the result lists changed, judged or not. Low overlap is not harm: two models can return different documents that are equally good. It says how much of what people see will change; quality says whether for the worse.</p>${table('Old and new result lists compared', columns, rows)}${spread(evaluation)}`;
  },
};
