import { isNotApplicable } from '../../core/absence.ts';
import { directionOf } from '../../model/lookup.ts';
import type { Counterfactual, Disagreement } from '../../model/studies.ts';
import { html } from '../html.ts';
import { code, difference, measureLink, sentence } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { table } from '../table.ts';
import { fieldWords } from '../views/studies.ts';

type Row = Counterfactual['measures'][number];

export const counterfactual: Section = {
  id: 'counterfactual',
  title: 'As published',
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
    { head: 'Setting', rowHead: true, cell: ({ field }) => fieldWords(field) },
    { head: 'As specified', cell: ({ specified }) => code(specified) },
    { head: 'As published', cell: ({ published }) => code(published) },
  ],
  found.disagreements,
)}
${table<Row>(
  `Quality on exact neighbours over ${count(found.queries)} judged queries`,
  [
    { head: 'Measure', rowHead: true, cell: ({ measure }) => measureLink(evaluation, measure) },
    { head: 'Old version', numeric: true, cell: ({ old }) => decimal(old) },
    { head: 'New, as specified', numeric: true, cell: ({ specified }) => decimal(specified) },
    { head: 'New, as published', numeric: true, cell: ({ published }) => decimal(published) },
    {
      head: 'Published − specified',
      numeric: true,
      cell: (row) => difference(row.difference, directionOf(evaluation, row.measure)),
    },
  ],
  found.measures,
)}
<p class="small">All ${count(found.texts)} texts embedded with the published settings; fingerprint ${code(found.fingerprint.slice(0, 12))}. The verdict is about the version as specified: to adopt these settings, change its file and run again.</p>`;
  },
};
