import { createHash } from 'node:crypto';
import type { Against, AgainstQuery, AgainstRun, Pair } from '../../contract/against.ts';
import { type Html, html } from '../html.ts';
import { code, difference, outcomeBadge, quoted, sentence, warningBox } from '../marks.ts';
import { count, decimal, signed } from '../number.ts';
import { STYLE } from '../style.ts';
import { facts, type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';
import { plainWords } from './words.ts';

type Section = readonly [id: string, title: string, body: Html];

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

function sectionsOf(found: Against): Section[] {
  const { slices, consumers, cost } = found;
  const sections: Section[] = [
    ['outcome', 'Outcome', html`<p>${plainWords(found)}</p>${outcome(found)}`],
    ['measures', 'Measures', measures(found)],
    ['rules', 'Rules', rules(found)],
    ['queries', 'Queries that moved most', queries(found)],
  ];
  if (slices.length > 0)
    sections.push([
      'slices',
      'Slices',
      table(
        `Mean ${found.ranked?.measure ?? ''} by slice`,
        [
          { head: 'Slice', rowHead: true, cell: ({ field, value }) => html`${quoted(field)} = ${quoted(value)}` },
          { head: 'Queries', numeric: true, cell: (row) => count(row.queries) },
          ...pairOf<Against['slices'][number]>(),
        ],
        slices,
      ),
    ]);
  if (consumers.length > 0) sections.push(['consumers', 'Thresholds', thresholds(consumers)]);
  sections.push([
    'cost',
    'Cost',
    table(
      'Cost of the new versions, as each run measured it on its machine',
      [
        { head: 'Figure', rowHead: true, cell: ({ title, unit }) => (unit === '' ? title : `${title}, ${unit}`) },
        ...pairOf<Against['cost'][number]>(1),
      ],
      cost,
    ),
  ]);
  return sections;
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
  const hash = createHash('sha256').update(STYLE.toString()).digest('base64');
  const name = ({ new: fresh }: AgainstRun) => clip(fresh?.id ?? 'new run', 120);
  const [here, other] = [name(found.runs.this), name(found.runs.other)];
  const sections = sectionsOf(found);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${here} against ${other}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<div class="page">
<header class="top"><p class="kind">Two candidates on the same data</p><h1>${quoted(here)} <span class="arrow">against</span> ${quoted(other)}</h1><p class="about">Data set ${quoted(found.dataset.name, 120)}: ${count(found.dataset.documents)} documents, ${count(found.dataset.queries)} queries, ${count(found.dataset.judgedQueries)} of them judged.</p></header>
<nav class="contents" aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main>
${sections.map(([id, title, body]) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}<a class="self" href="#${id}" aria-label="Link to ${title}">#</a></h2>\n${body}</section>\n`)}</main>
</div>
</body>
</html>
`.toString();
}
