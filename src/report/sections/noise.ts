import { isNotApplicable } from '../../core/absence.ts';
import type { NotApplicable } from '../../model/evaluation.ts';
import type { NoiseFloor, NoiseSample, OverNoise } from '../../model/studies.ts';
import { type Html, html } from '../html.ts';
import { measureLink, sentence } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';

interface Source {
  readonly version: string;
  readonly varied: string;
  readonly sample: NoiseSample | NotApplicable;
}

interface Change {
  readonly name: Html | string;
  readonly value: OverNoise;
}

/** Digits that show a float32 step. */
function small(value: number): string {
  return value !== 0 && Math.abs(value) < 0.0001 ? value.toExponential(1).replace('e-', 'e−') : decimal(value);
}

function sourcesOf({ old, new: fresh }: NoiseFloor): Source[] {
  const rows = (version: string, { rebuild, batches }: NoiseFloor['old']): Source[] => [
    { version, varied: 'Index built again: documents in another order, levels from another seed', sample: rebuild },
    { version, varied: 'Documents embedded in batches instead of one by one', sample: batches },
  ];
  return [...rows('Old', old), ...rows('New', fresh)];
}

function sourceColumns(cutoffs: readonly string[]): readonly TableColumn<Source>[] {
  const found =
    (show: (sample: NoiseSample) => string) =>
    ({ sample }: Source) =>
      isNotApplicable(sample) ? '–' : show(sample);
  return [
    { head: 'Version', rowHead: true, cell: ({ version }) => version },
    {
      head: 'Varied',
      cell: ({ varied, sample }) =>
        html`${varied}${isNotApplicable(sample) && html`<span class="small block">Not measured: ${sentence(sample.notApplicable)}</span>`}`,
    },
    {
      head: 'Queries × repetitions',
      numeric: true,
      cell: found(({ queries, repetitions }) => `${count(queries)} × ${count(repetitions)}`),
    },
    ...cutoffs.map((k) => ({
      head: `1 − overlap@${k}, 95 %`,
      numeric: true,
      cell: found(({ overlapLoss }) => decimal(overlapLoss[k]?.p95 ?? null)),
    })),
    { head: 'Score difference, 95 %', numeric: true, cell: found(({ scoreDifference }) => small(scoreDifference.p95)) },
  ];
}

function floorCell({ value: { floor, minimum } }: Change): Html {
  return html`${small(floor)}${floor === minimum && html`<span class="small block">no noise above the smallest</span>`}`;
}

/** Beyond it a ratio says only that the noise is next to nothing. */
const MOST = 1000;

function ratioCell({ value: { floor, overNoise } }: Change): Html {
  if (overNoise < MOST) return html`${decimal(overNoise, 1)}`;
  return html`–<span class="small block">the noise is at most ${small(floor)}, so no ratio</span>`;
}

export const noise: Section = {
  id: 'noise',
  title: 'Noise',
  render: ({ evaluation }) => {
    const floor = evaluation.studies?.noiseFloor;
    if (floor === undefined) return null;
    if (isNotApplicable(floor)) return html`<p>The noise floor was not measured: ${sentence(floor.notApplicable)}.</p>`;
    const cutoffs = Object.keys(floor.overlap);
    const changes: Change[] = [
      ...cutoffs.map((k) => ({ name: html`1 − ${measureLink(evaluation, `overlap@${k}`)}`, value: floor.overlap[k] ?? floor.score })),
      { name: html`Score of the first result, ${measureLink(evaluation, 'wasserstein')}`, value: floor.score },
    ];
    return html`<p>How far each version is from itself under what production varies. The floor is the largest of the 95th percentiles over queries, and never less than what can be told apart at all: one place of the list, float32’s step for scores. A change of many times the floor is a change of the model; whether it is harm is quality’s to say.</p>
${table<Change>(
  'What the bump changes, as a multiple of the noise',
  [
    { head: 'Change', rowHead: true, cell: ({ name }) => name },
    { head: 'Old to new, as served', numeric: true, cell: ({ value }) => decimal(value.change) },
    { head: 'Noise floor', numeric: true, cell: floorCell },
    { head: 'Smallest floor possible', numeric: true, cell: ({ value }) => small(value.minimum) },
    { head: 'Times the noise', numeric: true, cell: ratioCell },
  ],
  changes,
)}
${table('What was varied', sourceColumns(cutoffs), sourcesOf(floor))}`;
  },
};
