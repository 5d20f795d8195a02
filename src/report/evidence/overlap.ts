import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation, NotApplicable } from '../../model/evaluation.ts';
import { ONS, type On } from '../../model/policy.ts';
import type { NoiseSample, OverNoise } from '../../model/studies.ts';
import { overlapChart } from '../charts/overlap.ts';
import { type Fill, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { measureTerm, saying, sentence, term } from '../marks.ts';
import { boundsOf, neighbourMeasure } from '../measures.ts';
import { count, decimal, estimate, percent } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';

type Row = [measure: string, columns: Evaluation['neighbours'][string]];

/** Rows of the comparison; exact neighbours only where they say something else. */
export function overlapTable({ evaluation, verdict }: ReportInput): Fill {
  const rows: Row[] = Object.entries(evaluation.neighbours);
  const written = ([measure, byOn]: Row, on: On): string => estimate(byOn[on]?.mean ?? null, boundsOf(verdict, measure, on), decimal);
  const usual = ([, byOn]: Row): On => ONS.find((on) => byOn[on] !== undefined) ?? 'exact';
  const piped: TableColumn<Row>[] = rows.some((row) => usual(row) === 'pipeline')
    ? [{ head: 'Of the pipeline', numeric: true, cell: (row) => written(row, 'pipeline') }]
    : [];
  const differs = ([, { served, exact }]: Row): boolean =>
    served !== undefined && exact !== undefined && decimal(served.mean) !== decimal(exact.mean);
  const beyond = ([, { served, exact }]: Row): boolean => served === undefined && exact !== undefined;
  const both = piped.length > 0 || rows.some(differs) || (rows.some(beyond) && !rows.every(beyond));
  const exact: TableColumn<Row>[] = both ? [{ head: 'Exact neighbours', numeric: true, cell: (row) => written(row, 'exact') }] : [];
  return table<Row>(
    'Old and new result lists compared',
    [
      { head: 'Measure', rowHead: true, cell: ([measure]) => measureTerm(evaluation, measure) },
      { head: 'What it says', cell: ([measure]) => saying(evaluation, measure) },
      ...piped,
      both
        ? { head: 'As served', numeric: true, cell: (row) => written(row, 'served') }
        : { head: 'Mean', numeric: true, cell: (row) => written(row, usual(row)) },
      ...exact,
    ],
    rows,
  );
}

/** Noise is measured only where a version differs from itself by more than the least step. */
const isMeasured = ({ floor, minimum }: OverNoise): boolean => floor > minimum;

function noiseWords(k: string, { change, floor, overNoise, minimum }: OverNoise): string {
  const lost = `${percent(change)} of the first ${k} results change`;
  if (isMeasured({ change, floor, overNoise, minimum }))
    return `${lost}, ${decimal(overNoise, 1)} times the ${percent(floor)} that a rebuilt index changes.`;
  return `${lost}; a rebuilt index changes none of them.`;
}

interface Source {
  readonly name: string;
  readonly sample: NoiseSample | NotApplicable;
}

function noise({ evaluation }: ReportInput): Fill {
  const floor = evaluation.studies?.noiseFloor;
  if (floor === undefined) return null;
  if (isNotApplicable(floor)) return html`<p>How much a rebuilt index changes was not measured: ${sentence(floor.notApplicable)}.</p>`;
  const sources = (['old', 'new'] as const).flatMap((side): Source[] => [
    { name: `${side === 'old' ? 'Old' : 'New'}, index built again`, sample: floor[side].rebuild },
    { name: `${side === 'old' ? 'Old' : 'New'}, documents embedded in batches`, sample: floor[side].batches },
  ]);
  const [k = ''] = Object.keys(floor.overlap).slice(-1);
  const lines = Object.entries(floor.overlap).map(([cutoff, value]) => html`<li>${noiseWords(cutoff, value)}</li>`);
  return html`<h4>${term('word-noise', 'Noise')}</h4><ul>${lines}</ul>${fold(
    'What was varied',
    table<Source>(
      'How much a version’s own results change',
      [
        {
          head: 'Varied',
          rowHead: true,
          cell: ({ name, sample }) =>
            html`${name}${isNotApplicable(sample) && html` <span class="small">not measured: ${sentence(sample.notApplicable)}</span>`}`,
        },
        {
          head: 'Queries × repetitions',
          numeric: true,
          cell: ({ sample }) => (isNotApplicable(sample) ? '–' : `${count(sample.queries)} × ${count(sample.repetitions)}`),
        },
        {
          head: `1 − overlap@${k}, 95 %`,
          numeric: true,
          cell: ({ sample }) => (isNotApplicable(sample) ? '–' : decimal(sample.overlapLoss[k]?.p95 ?? null)),
        },
      ],
      sources,
    ),
    'on-screen',
  )}`;
}

export const overlap: Section = {
  id: 'overlap',
  title: 'Results that stay',
  finding: ({ evaluation }) => {
    const lead = neighbourMeasure(evaluation, 'overlap');
    if (lead === null) return 'Not compared.';
    const cutoff = lead.measure.split('@')[1] ?? '';
    return `${percent(evaluation.neighbours[lead.measure]?.[lead.on]?.mean ?? null)} of the first ${cutoff} results stay. Few is not harm by itself; quality says whether lists got worse.`;
  },
  render: (input) => {
    const { evaluation } = input;
    const lead = neighbourMeasure(evaluation, 'overlap');
    const values = lead === null ? undefined : evaluation.neighbours[lead.measure]?.[lead.on]?.perQuery;
    if (Object.keys(evaluation.neighbours).length === 0) return html`<p>Result lists were not compared.</p>`;
    const study = evaluation.studies?.noiseFloor;
    const cutoff = lead?.measure.split('@')[1] ?? '';
    const floor = study === undefined || isNotApplicable(study) ? undefined : study.overlap[cutoff];
    const line = floor !== undefined && isMeasured(floor) ? floor.floor : null;
    const picture =
      lead !== null &&
      values !== undefined &&
      overlapChart(
        lead.measure,
        values,
        line,
        html`Queries by the share of the first ${cutoff} results that both versions return${line !== null && '; right of the line it can be noise'}.`,
      );
    return html`${overlapTable(input)}${picture}${noise(input)}`;
  },
};
