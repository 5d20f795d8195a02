import type { RuleResult, Verdict } from '../../model/verdict.ts';
import { foundWords } from '../checks.ts';
import { type CostRow, costRows, type Known, projectionRows } from '../cost.ts';
import { type Fill, html } from '../html.ts';
import { badge } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
import type { Section } from '../section.ts';
import { table } from '../table.ts';

function known({ value, unit, digits }: Known): string {
  return value === null ? '–' : `${decimal(value, digits)}${unit === '' ? '' : `\u00a0${unit}`}`;
}

function change({ old, new: fresh }: CostRow): string {
  if (old.value === null || fresh.value === null || old.value === 0) return '–';
  const share = fresh.value / old.value - 1;
  return Math.abs(share) < 0.005 ? 'same' : `${share > 0 ? '+' : ''}${percent(share)}`;
}

const SOURCES: Readonly<Record<CostRow['how'], string>> = {
  stated: 'specification',
  measured: 'measured',
  projected: 'projected',
  'not measured': 'not measured',
};

function costTable(caption: string, rows: readonly CostRow[]): Fill {
  return table<CostRow>(
    caption,
    [
      { head: 'What', rowHead: true, cell: ({ name }) => name },
      { head: 'Old', numeric: true, cell: ({ old }) => known(old) },
      { head: 'New', numeric: true, cell: (row) => known(row.new) },
      { head: 'Change', numeric: true, cell: change },
      { head: 'Source', cell: ({ how }) => SOURCES[how] },
    ],
    rows,
  );
}

/** Costs that a rule is about, as the gate has judged them. */
function ruledTable({ rules }: Verdict): Fill {
  const ruled = rules.filter(({ ratio }) => ratio !== undefined);
  if (ruled.length === 0) return null;
  return html`<h4>Timed in turn, for the rules</h4>${table<RuleResult>(
    'Costs that a rule is about',
    [
      { head: 'Cost', rowHead: true, cell: ({ rule }) => rule.metric },
      { head: 'By the policy', cell: ({ state }) => badge(state) },
      { head: 'Times the old version’s', numeric: true, cell: foundWords },
      { head: 'Found', cell: ({ found }) => found },
    ],
    ruled,
  )}`;
}

export const cost: Section = {
  id: 'cost',
  title: 'Cost',
  finding: ({ evaluation, timings }) => {
    const rows = costRows(evaluation, timings).filter(({ how }) => how !== 'not measured');
    const one = (name: string): string[] => rows.filter((row) => row.name === name).map((row) => `${known(row.old)} → ${known(row.new)}`);
    const [vector] = one('One vector, float32');
    const [query] = one('One query through the index, median');
    return [...(vector === undefined ? [] : [`a vector ${vector}`]), ...(query === undefined ? [] : [`a query ${query}`])].join('; ');
  },
  render: ({ evaluation, timings, verdict }) => {
    const rows = costRows(evaluation, timings);
    if (rows.length === 0) return null;
    const machine =
      timings === null
        ? 'There are no timings, so only what follows from the versions is shown.'
        : `Times are from one run on ${timings.machine.cpu}, ${count(timings.machine.cores)} cores; no rule reads the times of this table.`;
    const libraries = [...new Set(Object.values(evaluation.search?.servedBy ?? {}).map(({ library }) => library))];
    const database =
      libraries.length > 0 && ` Served by ${libraries.join(', and by ')}: a query’s time includes the way to the database and back.`;
    const absent =
      rows.some(({ how }) => how === 'not measured') && ' Vectors from the cache or from files need no embedding, so it was not measured.';
    const { projection } = evaluation;
    const projected =
      projection !== undefined &&
      html`<h4>For ${count(projection.documents)} documents</h4><p>Measured figures scaled by the number of documents. Nothing of this was run.</p>${costTable('Projection', projectionRows(evaluation, timings))}`;
    return html`<p>${machine}${absent}${database}</p>${costTable('Cost, old against new', rows)}${ruledTable(verdict)}${projected}`;
  },
};
