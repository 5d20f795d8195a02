import { isNotApplicable } from '../../core/absence.ts';
import { directionOf } from '../../model/lookup.ts';
import type { AttributionStep, Counterfactual, Disagreement, Waterfall } from '../../model/studies.ts';
import { waterfall } from '../charts/waterfall.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { code, difference, measureTerm, sentence } from '../marks.ts';

import { count, decimal, signed } from '../number.ts';
import type { Section } from '../section.ts';
import { table } from '../table.ts';
import { settingWords } from '../version-words.ts';

/** Below this the index's part is no news, and no picture is drawn of it. */
const SEEN = 0.001;

/** What is gained or lost on the way, in order: the old index, the model (or each of its settings), the new index. */
function partsOf(
  { parts, modelParts }: Waterfall,
  split: readonly AttributionStep[],
): { readonly label: string; readonly value: number }[] {
  const model =
    modelParts.length > 1
      ? modelParts.map((value, i) => ({ label: settingWords(split[i]?.field ?? ''), value }))
      : [{ label: split[0] === undefined ? 'Model' : settingWords(split[0].field), value: parts.model }];
  return [{ label: 'Old index', value: parts.oldIndex }, ...model, { label: 'New index', value: parts.newIndex }];
}

function attributionOf({ evaluation }: ReportInput) {
  const found = evaluation.studies?.attribution;
  return found === undefined || isNotApplicable(found) ? null : found;
}

const indexPart = ({ parts }: Waterfall): number => parts.oldIndex + parts.newIndex;

function charts(measures: readonly Waterfall[], split: readonly AttributionStep[]): Fill {
  return measures
    .filter((one) => Math.abs(indexPart(one)) > SEEN || one.modelParts.length > 1)
    .map((one) => {
      const start = { label: 'Old, as served', value: one.old };
      const end = { label: 'New, as served', value: one.new };
      return waterfall({ title: `${one.measure} from old to new`, start, parts: partsOf(one, split), end });
    });
}

export const causes: Section = {
  id: 'causes',
  title: 'Model or index',
  finding: (input) => {
    const [first] = attributionOf(input)?.measures ?? [];
    if (first === undefined) return 'Not split.';
    return `Of ${signed(first.new - first.old)} in ${first.measure} the model makes ${signed(first.parts.model)}, the indexes ${signed(indexPart(first))}.`;
  },
  render: (input) => {
    const { evaluation } = input;
    const study = evaluation.studies?.attribution;
    const found = attributionOf(input);
    if (study === undefined) return null;
    if (found === null) return html`<p>The change was not split: ${isNotApplicable(study) && sentence(study.notApplicable)}.</p>`;
    const split = isNotApplicable(found.split) ? [] : found.split;
    const [first] = found.measures;
    const labels = first === undefined ? [] : partsOf(first, split).map(({ label }) => label);
    const rows = table<Waterfall>(
      `Parts of the difference, over ${count(found.queries)} judged queries`,
      [
        { head: 'Measure', rowHead: true, cell: ({ measure }) => measureTerm(evaluation, measure) },
        { head: 'Old, served', numeric: true, cell: ({ old }) => decimal(old) },
        ...labels.map((head, i) => ({ head, numeric: true, cell: (row: Waterfall) => signed(partsOf(row, split)[i]?.value ?? null) })),
        { head: 'New, served', numeric: true, cell: (row) => decimal(row.new) },
      ],
      found.measures,
    );
    const model = isNotApplicable(found.split)
      ? html`<p>The model’s share can’t be broken down: ${sentence(found.split.notApplicable)}.</p>`
      : found.split.length > 1 &&
        html`<p>The settings were switched one after the other; another order would divide the model’s share differently.</p>${steps(found.split)}`;
    return html`<p>What the old index had lost, what the model changes between exact neighbours, and what the new index loses add up to the difference.</p>${rows}${charts(found.measures, split)}${model}`;
  },
};

function steps(split: readonly AttributionStep[]): Html {
  return table<AttributionStep>(
    'Settings in the order in which they were switched',
    [
      { head: 'Setting', rowHead: true, cell: ({ field }) => settingWords(field) },
      { head: 'Old', cell: ({ old }) => code(old) },
      { head: 'New', cell: (step) => code(step.new) },
    ],
    split,
  );
}

type Published = Counterfactual['measures'][number];

/** What the settings that the model's folder publishes would give. */
export const published: Section = {
  id: 'as-published',
  title: 'As the model publishes it',
  finding: ({ evaluation: { studies } }) => {
    const found = studies?.counterfactual;
    if (found === undefined || isNotApplicable(found)) return 'Not measured.';
    const [first] = found.measures;
    return first === undefined ? '' : `${first.measure} would be ${decimal(first.published)} instead of ${decimal(first.specified)}.`;
  },
  render: ({ evaluation }) => {
    const found = evaluation.studies?.counterfactual;
    if (found === undefined || evaluation.versions === null) return null;
    if (isNotApplicable(found)) {
      if (evaluation.versions.new.warnings.length === 0) return null;
      return html`<p>The new version as its model publishes it was not measured: ${sentence(found.notApplicable)}.</p>`;
    }
    return html`<p>${sentence(found.summary)}</p>
${table<Disagreement>(
  'Settings that contradict the model',
  [
    { head: 'Setting', rowHead: true, cell: ({ field }) => settingWords(field) },
    { head: 'As specified', cell: ({ specified }) => code(specified) },
    { head: 'As published', cell: (row) => code(row.published) },
  ],
  found.disagreements,
)}
${table<Published>(
  `Quality on exact neighbours, over ${count(found.queries)} judged queries`,
  [
    { head: 'Measure', rowHead: true, cell: ({ measure }) => measureTerm(evaluation, measure) },
    { head: 'Old', numeric: true, cell: ({ old }) => decimal(old) },
    { head: 'New, as specified', numeric: true, cell: ({ specified }) => decimal(specified) },
    { head: 'New, as published', numeric: true, cell: (row) => decimal(row.published) },
    { head: 'Published − specified', numeric: true, cell: (row) => difference(row.difference, directionOf(evaluation, row.measure)) },
  ],
  found.measures,
)}
<p class="small">The verdict is about the version as specified. To adopt these settings, change its file and run again.</p>`;
  },
};
