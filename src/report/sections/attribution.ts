import { isNotApplicable } from '../../core/absence.ts';
import { directionOf } from '../../model/lookup.ts';
import type { AttributionStep, Waterfall } from '../../model/studies.ts';
import { waterfall } from '../charts/waterfall.ts';
import { type Html, html } from '../html.ts';
import { code, difference, measureLink, sentence } from '../marks.ts';
import { count, decimal, signed } from '../number.ts';
import type { Section } from '../section.ts';
import { table } from '../table.ts';
import { fieldWords, waterfallParts } from '../views/studies.ts';

function steps(split: readonly AttributionStep[]): Html {
  return table<AttributionStep>(
    'Settings in the order in which they were switched',
    [
      { head: 'Setting', rowHead: true, cell: ({ field }) => fieldWords(field) },
      { head: 'Old', cell: ({ old }) => code(old) },
      { head: 'New', cell: (step) => code(step.new) },
    ],
    split,
  );
}

export const attribution: Section = {
  id: 'attribution',
  title: 'Where the change comes from',
  render: ({ evaluation }) => {
    const found = evaluation.studies?.attribution;
    if (found === undefined) return null;
    if (isNotApplicable(found)) return html`<p>The change was not attributed: ${sentence(found.notApplicable)}.</p>`;
    const { measures, split, queries } = found;
    const [first] = measures;
    const labels = first === undefined ? [] : waterfallParts(first, split).map(({ label }) => label);
    const model = isNotApplicable(split)
      ? html`<p>The model’s part is one: ${sentence(split.notApplicable)}.</p>`
      : split.length > 1 &&
        html`<p>Both versions have the same weights, so the model’s part is divided by setting, one switched after the other. <strong>Another order would divide it otherwise</strong>; the sum stays.</p>${steps(split)}`;
    const charts = measures.map((one) => {
      const start = { label: 'Old, as served', value: one.old };
      const end = { label: 'New, as served', value: one.new };
      return html`<h3>${measureLink(evaluation, one.measure)}</h3>${waterfall({ title: `${one.measure} from old to new`, start, parts: waterfallParts(one, split), end })}`;
    });
    return html`<p>From old to new as served, over ${count(queries)} judged queries: what the old index had lost, what the model changes between exact neighbours, and what the new index loses. The parts add up to the difference.</p>
${charts}${table<Waterfall>(
  'Parts of the difference',
  [
    { head: 'Measure', rowHead: true, cell: ({ measure }) => measureLink(evaluation, measure) },
    { head: 'Old, served', numeric: true, cell: ({ old }) => decimal(old) },
    ...labels.map((label, i) => ({
      head: label,
      numeric: true,
      cell: (row: Waterfall) => signed(waterfallParts(row, split)[i]?.value ?? null),
    })),
    { head: 'New, served', numeric: true, cell: (row) => decimal(row.new) },
    {
      head: 'Difference',
      numeric: true,
      cell: (row) => difference(row.new - row.old, directionOf(evaluation, row.measure)),
    },
  ],
  measures,
)}${model}`;
  },
};
