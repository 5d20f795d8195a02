import type { Against, AgainstQuery, AgainstRun, Pair } from '../../model/against.ts';
import { type Html, html } from '../html.ts';
import { code, difference, outcomeBadge, quoted, sentence, warningBox } from '../marks.ts';
import { count, decimal, signed } from '../number.ts';
import { type PagePart, page } from '../page.ts';
import { facts, type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';
import { plainWords } from './words.ts';

function pairOf<Row extends Pair<number | null>>(digits = 4): TableColumn<Row>[] {
  return [
    { head: 'Other', numeric: true, cell: (row) => decimal(row.other, digits) },
    { head: 'This', numeric: true, cell: (row) => decimal(row.this, digits) },
  ];
}

function outcome({ runs, caveats, sameOld }: Against): Html {
  const run = (name: string, { old, new: fresh, outcome: found, headline, asOf, evaluation }: AgainstRun) =>
    html`<h3>${name}: ${fresh === null ? 'a run without versions' : quoted(fresh.id)}</h3><p>${outcomeBadge(found)} ${sentence(headline.replace(/^(?:Pass|Fail|Inconclusive): /, ''))}</p>${facts(
      [
        ['New version', fresh === null ? 'none' : html`${quoted(fresh.id)} ${code(fresh.fingerprint)}`],
        ['Measured against', old === null ? 'none' : html`${quoted(old.id)} ${code(old.fingerprint)}`],
        ['As of', quoted(asOf, 40)],
        ['evaluation.json', code(evaluation)],
      ],
    )}`;
  const other = sameOld
    ? caveats
    : ['The two runs did not start from the same old version: changes against it cannot be compared; values can.', ...caveats];
  return html`${warningBox('Mind when you compare', other)}${run('This', runs.this)}${run('Other', runs.other)}`;
}

function measures({ measures: rows }: Against): Html {
  return html`<p>Values of the two new versions on the same queries, and their paired difference, this − other, with a two-sided interval over needs.</p>${table(
    'Measures',
    [
      { head: 'Measure', rowHead: true, cell: ({ measure }) => clip(measure, 120) },
      { head: 'Neighbours', cell: ({ on }) => on },
      ...pairOf<Against['measures'][number]>(),
      { head: 'Difference', numeric: true, cell: ({ difference: found, direction }) => difference(found?.mean ?? null, direction) },
      {
        head: 'Interval',
        numeric: true,
        cell: ({ difference: found }) =>
          found?.interval == null ? 'n/a' : `${signed(found.interval.lower)} to ${signed(found.interval.upper)}`,
      },
      { head: 'Needs', numeric: true, cell: ({ difference: found }) => (found === null ? 'n/a' : count(found.needs)) },
    ],
    rows,
  )}`;
}

function rules({ rules: rows }: Against): Html {
  const cell = (found: Against['rules'][number]['this']) =>
    found === null ? 'no such rule' : html`${outcomeBadge(found.outcome, found.decides)} ${sentence(found.found)}`;
  return table(
    'Rules, those that come out otherwise first',
    [
      { head: 'Rule', rowHead: true, cell: ({ id }) => quoted(id) },
      { head: 'Other', cell: (row) => cell(row.other) },
      { head: 'This', cell: (row) => cell(row.this) },
    ],
    rows,
    'stack',
  );
}

function queries({ ranked, lost, gained }: Against): Html {
  if (ranked === null) return html`<p>Without judgements no query is better or worse.</p>`;
  const list = (caption: string, rows: readonly AgainstQuery[]) =>
    rows.length === 0
      ? html`<p>${caption}: none.</p>`
      : table<AgainstQuery>(
          caption,
          [
            { head: 'Query', rowHead: true, cell: ({ id, text }) => html`${quoted(text)} ${code(id)}` },
            ...pairOf<AgainstQuery>(),
            { head: 'Difference', numeric: true, cell: ({ difference: found }) => difference(found, 'higher') },
          ],
          rows,
        );
  return html`<p>By ${ranked.measure} on ${ranked.on} neighbours.</p>${list('Worse than under the other', lost)}${list('Better than under the other', gained)}`;
}

function partsOf(found: Against): PagePart[] {
  const { consumers, cost } = found;
  const parts: (PagePart | false)[] = [
    { id: 'outcome', title: 'Outcome', body: html`<p>${plainWords(found)}</p>${outcome(found)}` },
    { id: 'measures', title: 'Measures', body: measures(found) },
    { id: 'rules', title: 'Rules', body: rules(found) },
    { id: 'queries', title: 'Queries that moved most', body: queries(found) },
    found.slices.length > 0 && { id: 'slices', title: 'Slices', body: slices(found) },
    consumers.length > 0 && { id: 'consumers', title: 'Thresholds', body: thresholds(consumers) },
    { id: 'cost', title: 'Cost', body: costs(cost) },
  ];
  return parts.filter((part) => part !== false);
}

function slices({ ranked, slices: rows }: Against): Html {
  return table(
    `Mean ${ranked?.measure ?? ''} by slice`,
    [
      { head: 'Slice', rowHead: true, cell: ({ field, value }) => html`${quoted(field)} = ${quoted(value)}` },
      { head: 'Queries', numeric: true, cell: (row) => count(row.queries) },
      ...pairOf<Against['slices'][number]>(),
    ],
    rows,
  );
}

function costs(rows: Against['cost']): Html {
  return table(
    'Cost of the new versions, as each run measured it on its machine',
    [
      { head: 'Figure', rowHead: true, cell: ({ title, unit }) => (unit === '' ? title : `${title}, ${unit}`) },
      ...pairOf<Against['cost'][number]>(1),
    ],
    rows,
  );
}

function thresholds(consumers: Against['consumers']): Html {
  const cell = (found: Against['consumers'][number]['this']) =>
    found === null ? 'not asked for' : html`${decimal(found.translated)}${found.withinTolerance ? ', accepted' : ''}`;
  return table(
    'Threshold that keeps what each consumer wants kept',
    [
      { head: 'Consumer', rowHead: true, cell: ({ name }) => quoted(name) },
      { head: 'Other', numeric: true, cell: (row) => cell(row.other) },
      { head: 'This', numeric: true, cell: (row) => cell(row.this) },
    ],
    consumers,
  );
}

/** Two evaluations side by side as a page of its own: nothing is loaded, no script runs. */
export function againstHtml(found: Against): string {
  const name = ({ new: fresh }: AgainstRun) => clip(fresh?.id ?? 'new run', 120);
  const [here, other] = [name(found.runs.this), name(found.runs.other)];
  const { dataset, cutoverVersion } = found;
  return page({
    title: `${here} against ${other}`,
    kind: 'Two candidates on the same data',
    heading: html`${quoted(here)} <span class="arrow">against</span> ${quoted(other)}`,
    about: html`Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries, ${count(dataset.judgedQueries)} of them judged.`,
    parts: partsOf(found),
    cutoverVersion,
  }).toString();
}
