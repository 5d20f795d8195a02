import type { Against, AgainstQuery, AgainstRun, Pair } from '../../model/against.ts';
import { headlineWords } from '../checks.ts';
import { type Fill, type Html, html } from '../html.ts';
import { markdownOf } from '../markdown.ts';
import { badge, code, difference, icon, quoted, sentence, warningBox } from '../marks.ts';
import { isJudgedOnly } from '../measures.ts';
import { count, decimal, estimate, signed, threshold } from '../number.ts';
import { type PagePart, page } from '../page.ts';
import { facts, fold, type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';

/** The names of both candidates, distinguished where they are the same. */
function namesOf({ runs }: Against): { readonly this: string; readonly other: string } {
  const id = ({ new: fresh }: AgainstRun): string => clip(fresh?.id ?? 'new run', 120);
  const [here, other] = [id(runs.this), id(runs.other)];
  if (here !== other) return { this: here, other };
  return { this: `${here} (this)`, other: `${other} (other)` };
}

/** The measure that queries are ranked by, as compared. */
function lead({ ranked, measures }: Against): Against['measures'][number] | undefined {
  return measures.find(({ measure, on }) => measure === ranked?.measure && on === ranked.on);
}

const RANK = { pass: 2, inconclusive: 1, fail: 0 } as const;

/** Which candidate to take, and why: the better verdict; of two passes the better measure, if that is clear. */
function whichToTake(found: Against): { readonly take: 'this' | 'other' | null; readonly words: string } {
  const { runs } = found;
  const names = namesOf(found);
  const [here, other] = [runs.this.outcome, runs.other.outcome];
  if (here !== other) {
    const take = RANK[here] > RANK[other] ? 'this' : 'other';
    const best = runs[take].outcome;
    if (best === 'pass') return { take, words: `Take ${names[take]}: it passes, the other does not.` };
    return { take: null, words: `Neither passes yet: ${names[take]} is inconclusive, the other fails.` };
  }
  if (here !== 'pass') return { take: null, words: `Neither passes: both ${here === 'fail' ? 'fail' : 'are inconclusive'}.` };
  const measure = lead(found);
  const interval = measure?.difference?.interval;
  if (measure === undefined || interval == null || measure.direction === 'none' || (interval.lower <= 0 && interval.upper >= 0))
    return { take: null, words: 'Both pass, and neither is clearly better: take the cheaper one.' };
  const take = interval.lower > 0 === (measure.direction === 'higher') ? 'this' : 'other';
  return { take, words: `Both pass; take ${names[take]}: its ${measure.measure} is clearly better.` };
}

/** What the comparison says beside which to take, with numbers. */
function plainWords(found: Against): string {
  const measure = lead(found);
  const names = namesOf(found);
  const different = found.rules.filter(flipped).length;
  const flips =
    different === 0 ? 'Every check has the same result.' : `${different} of ${found.rules.length} checks have a different result.`;
  if (measure?.difference == null) return flips;
  return `${measure.measure}, ${names.this} − ${names.other}: ${estimate(measure.difference.mean, measure.difference.interval, signed)}. ${flips}`;
}

/** Both candidates' columns, under their names. */
function sides<T>(found: Against, cell: (value: T) => Fill, numeric = true): TableColumn<Pair<T>>[] {
  const names = namesOf(found);
  return [
    { head: html`<bdi>${names.other}</bdi>`, numeric, cell: ({ other }) => cell(other) },
    { head: html`<bdi>${names.this}</bdi>`, numeric, cell: (row) => cell(row.this) },
  ];
}

/** Both candidates' values of a measure. */
const values = (found: Against): TableColumn<Pair<number | null>>[] => sides<number | null>(found, (value) => decimal(value));

function banner(found: Against): Html {
  const { take, words } = whichToTake(found);
  const state = take === null ? (found.runs.this.outcome === 'pass' ? 'skipped' : found.runs.this.outcome) : 'pass';
  return html`<div class="banner ${state}"><p class="outcome">${icon(state)}<strong>${words}</strong></p><p class="headline">${sentence(plainWords(found))}</p></div>`;
}

function run(name: string, candidate: AgainstRun): Html {
  const { old, new: fresh, outcome, asOf, evaluation } = candidate;
  return html`<h3>${badge(outcome)} <bdi>${name}</bdi></h3><p>${sentence(headlineWords(candidate))}</p>${fold(
    'Where it comes from',
    facts([
      ['New version', fresh === null ? 'none' : html`${quoted(fresh.id)} ${code(fresh.fingerprint)}`],
      ['Measured against', old === null ? 'none' : html`${quoted(old.id)} ${code(old.fingerprint)}`],
      ['As of', quoted(asOf, 40)],
      ['evaluation.json', code(evaluation)],
    ]),
  )}`;
}

function outcome(found: Against): Html {
  const { runs, caveats, sameOld } = found;
  const names = namesOf(found);
  const other = sameOld
    ? caveats
    : ['The two runs did not start from the same old version: changes against it cannot be compared; values can.', ...caveats];
  return html`${banner(found)}${warningBox('Mind when you compare', other)}${run(names.this, runs.this)}${run(names.other, runs.other)}`;
}

type Measure = Against['measures'][number];

/** What is the same on both kinds of neighbours is there once, and unjudged variants are folded. */
function measures(found: Against): Html {
  const names = namesOf(found);
  const digits = ({ other, this: here }: Measure): string => `${decimal(other)} ${decimal(here)}`;
  const twice = ({ measure, on }: Measure): boolean =>
    on === 'exact' &&
    found.measures.some(
      (row) => row.measure === measure && row.on === 'served' && digits(row) === digits({ ...row, ...exactOf(found, measure) }),
    );
  const shown = found.measures.filter((row) => !twice(row));
  const condensed = shown.filter(({ measure }) => isJudgedOnly(measure));
  const rows = (caption: string, list: readonly Measure[]): Html =>
    table<Measure>(
      caption,
      [
        { head: 'Measure', rowHead: true, cell: ({ measure, on }) => html`${measure}${on === 'exact' && ', exact'}` },
        ...values(found),
        {
          head: 'Difference',
          numeric: true,
          cell: ({ difference: one, direction }) => difference(one?.mean ?? null, direction, one?.interval ?? null),
        },
      ],
      list,
    );
  return html`<p>The two new versions on the same queries; differences are ${names.this} − ${names.other}, with two-sided intervals over needs.</p>${rows(
    'Measures',
    shown.filter((row) => !condensed.includes(row)),
  )}${condensed.length > 0 && fold('The same without unjudged results', rows('Measures on judged documents only', condensed), 'on-screen')}`;
}

function exactOf({ measures: rows }: Against, measure: string): Pick<Measure, 'other' | 'this'> {
  const row = rows.find((one) => one.measure === measure && one.on === 'exact');
  return { other: row?.other ?? null, this: row?.this ?? null };
}

type Check = Against['rules'][number];

/** Whether a check came out differently; a slice that is not shown safe is not the same as one that is. */
function flipped({ other, this: here }: Check): boolean {
  return other?.state !== here?.state;
}

function checks(found: Against): Html {
  const cell = (one: Check['this']): Fill => (one === null ? 'no such check' : html`${badge(one.state)} ${sentence(one.found)}`);
  const rows = (caption: string, list: readonly Check[]): Html =>
    table<Check>(caption, [{ head: 'Check', rowHead: true, cell: ({ id }) => quoted(id) }, ...sides(found, cell, false)], list, 'stack');
  const [different, same] = [found.rules.filter(flipped), found.rules.filter((rule) => !flipped(rule))];
  return html`${different.length > 0 && rows('Checks with a different result', different)}${same.length > 0 && fold(`Checks with the same result (${same.length})`, rows('Checks with the same result', same))}`;
}

function queries(found: Against): Html {
  const { ranked, lost, gained } = found;
  if (ranked === null) return html`<p>Without judgements no query is better or worse.</p>`;
  const list = (caption: string, rows: readonly AgainstQuery[]): Html =>
    rows.length === 0
      ? html`<p>${caption}: none.</p>`
      : table<AgainstQuery>(
          caption,
          [
            { head: 'Query', rowHead: true, cell: ({ id, text }) => html`${quoted(text)} ${code(id)}` },
            ...values(found),
            { head: 'Difference', numeric: true, cell: ({ difference: one }) => difference(one, 'higher', 'exact') },
          ],
          rows,
        );
  const names = namesOf(found);
  return html`<p>By ${ranked.measure} on ${ranked.on} neighbours.</p>${list(`Worse under ${names.this}`, lost)}${list(`Better under ${names.this}`, gained)}`;
}

function slices(found: Against): Html {
  return table<Against['slices'][number]>(
    `Mean ${found.ranked?.measure ?? ''} by slice`,
    [
      { head: 'Slice', rowHead: true, cell: ({ field, value }) => html`${quoted(field)} = ${quoted(value)}` },
      { head: 'Queries', numeric: true, cell: (row) => count(row.queries) },
      ...values(found),
      {
        head: 'Difference',
        numeric: true,
        cell: ({ other, this: here }) => difference(here === null || other === null ? null : here - other, 'none'),
      },
    ],
    found.slices,
  );
}

function thresholds(found: Against): Html {
  return table<Against['consumers'][number]>(
    'Threshold that keeps what each consumer wants kept',
    [
      { head: 'Consumer', rowHead: true, cell: ({ name }) => quoted(name) },
      ...sides<Against['consumers'][number]['this']>(found, (one) =>
        one === null ? 'not asked for' : html`${threshold(one.translated)}${one.withinTolerance && ', accepted'}`,
      ),
    ],
    found.consumers,
  );
}

function costs(found: Against): Html {
  const write = (value: number | null): string => (value === null ? 'n/a' : Number.isInteger(value) ? count(value) : decimal(value));
  return table<Against['cost'][number]>(
    'Cost of the new versions, as each run measured it on its machine',
    [{ head: 'Figure', rowHead: true, cell: ({ title, unit }) => (unit === '' ? title : `${title}, ${unit}`) }, ...sides(found, write)],
    found.cost,
  );
}

function partsOf(found: Against): PagePart[] {
  const parts: (PagePart | false)[] = [
    { id: 'outcome', title: 'Which to take', body: outcome(found) },
    { id: 'rules', title: 'Checks', body: checks(found) },
    { id: 'measures', title: 'Measures', body: measures(found) },
    { id: 'queries', title: 'Queries that moved most', body: queries(found) },
    found.slices.length > 0 && { id: 'slices', title: 'Slices', body: slices(found) },
    found.consumers.length > 0 && { id: 'consumers', title: 'Thresholds', body: thresholds(found) },
    { id: 'cost', title: 'Cost', body: costs(found) },
  ];
  return parts.filter((part) => part !== false);
}

/** Two evaluations side by side as a page by itself: nothing is loaded, no script runs. */
export function againstHtml(found: Against): string {
  const names = namesOf(found);
  const { dataset, cutoverVersion } = found;
  return page({
    title: `${names.this} against ${names.other}`,
    kind: 'Two candidates on the same data',
    heading: html`${quoted(names.this)} <span class="arrow">against</span> ${quoted(names.other)}`,
    about: html`Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries, ${count(dataset.judgedQueries)} of them judged.`,
    parts: partsOf(found),
    cutoverVersion,
  }).toString();
}

/** The same for a pull request; the page has all rows. */
export function againstMarkdown(found: Against): string {
  const names = namesOf(found);
  const wanted = new Set(['outcome', 'rules', 'measures', 'queries']);
  const parts = partsOf(found).filter(({ id }) => wanted.has(id));
  const bodies = parts.map(({ id, title, body }) => html`${id !== 'outcome' && html`<h3>${title}</h3>`}${body}`);
  return `${markdownOf([html`<h2>${quoted(names.this)} against ${quoted(names.other)}</h2>`, ...bodies], 15)}\n`;
}
