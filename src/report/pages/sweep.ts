import type { Sweep, SweepResult, SweepTimings } from '../../model/sweep.ts';
import { paretoChart } from '../charts/pareto.ts';
import { headlineWords } from '../checks.ts';
import { type Fill, type Html, html } from '../html.ts';
import { markdownOf } from '../markdown.ts';
import { badge, code, difference, icon, quoted, STATES, sentence } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
import { type PagePart, page } from '../page.ts';
import { facts, fold, type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';

/** The candidates that don't pass, by what came out: `2 fail, 1 is inconclusive, 1 could not be evaluated`. */
function others({ results, failures }: Sweep): string {
  const of = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  const [fail, open] = [of('fail'), of('inconclusive')];
  return [
    ...(fail === 0 ? [] : [`${count(fail)} ${fail === 1 ? 'fails' : 'fail'}`]),
    ...(open === 0 ? [] : [`${count(open)} ${open === 1 ? 'is' : 'are'} inconclusive`]),
    ...(failures.length === 0 ? [] : [`${count(failures.length)} could not be evaluated`]),
  ].join(', ');
}

/** What a sweep without a candidate that passes is called: what nobody could decide is no refusal. */
function noneWords({ results, failures }: Sweep): string {
  if (results.length === 0) return failures.length === 0 ? 'No candidate' : 'No candidate could be evaluated';
  if (results.every(({ outcome }) => outcome === 'inconclusive')) return 'No candidate is decided yet';
  return results.every(({ outcome }) => outcome === 'fail') ? 'No candidate passes' : 'No candidate passes so far';
}

/** What a sweep comes to: the one to take first, then what became of the others. */
export function sweepWords(sweep: Sweep): string {
  const { results, cheapest, measure, failures } = sweep;
  const passing = results.filter(({ outcome }) => outcome === 'pass').length;
  const all = results.length + failures.length;
  const chosen = results.find(({ name }) => name === cheapest);
  const rest = others(sweep);
  const candidates = `${count(all)} ${all === 1 ? 'candidate' : 'candidates'}`;
  if (chosen === undefined) return `${noneWords(sweep)}. Of ${candidates}, ${rest === '' ? 'none was run' : rest}.`;
  const quality = chosen.quality === null || measure === null ? '' : ` with ${measure.name} of ${decimal(chosen.quality)}`;
  const { bytes, visited } = chosen.cost;
  const which =
    passing === 1 ? `${chosen.name} is the one that passes` : `${chosen.name} is the cheapest of the ${count(passing)} that pass`;
  return `${which}${quality}, at ${count(bytes)} bytes a document and ${count(visited)} documents looked at for a query. Of ${candidates} ${count(passing)} ${passing === 1 ? 'passes' : 'pass'}${rest === '' ? '' : `, ${rest}`}.`;
}

/** A candidate with the number that it has in the plot. */
type Numbered = SweepResult & { readonly number: number };

function reportLink({ name }: SweepResult): Html {
  return html`<a href="sweep/${encodeURIComponent(name)}/report.html">${quoted(name)}</a>`;
}

/** What came out of each candidate, and what it costs in the index. */
function outcomes({ measure, cheapest }: Sweep, rows: readonly Numbered[]): Html {
  const note = ({ name, dominated }: Numbered): Fill =>
    name === cheapest ? html` <strong>cheapest that passes</strong>` : dominated && html` <span class="small">dominated</span>`;
  return table<Numbered>(
    'Verdict, quality and cost of each',
    [
      { head: 'No.', numeric: true, cell: ({ number }) => number },
      { head: 'Candidate', rowHead: true, cell: (row) => html`${reportLink(row)}${note(row)}` },
      { head: 'Verdict', cell: ({ outcome }) => badge(outcome) },
      { head: measure?.name ?? 'Quality', numeric: true, cell: ({ quality }) => decimal(quality) },
      { head: 'Against old', numeric: true, cell: (row) => difference(row.difference, 'higher', row.interval) },
      { head: 'Bytes a document', numeric: true, cell: ({ cost }) => count(cost.bytes) },
      { head: 'Documents looked at', numeric: true, cell: ({ cost }) => count(cost.visited) },
    ],
    rows,
  );
}

/** Why candidates don't pass, in the words of the gate. */
function reasons(rows: readonly Numbered[]): Html | null {
  const open = rows.filter(({ outcome }) => outcome !== 'pass');
  if (open.length === 0) return null;
  return table<Numbered>(
    'Why the others do not pass',
    [
      { head: 'Candidate', rowHead: true, cell: reportLink },
      { head: 'Verdict', cell: ({ outcome }) => badge(outcome) },
      { head: 'Why', cell: (row) => sentence(headlineWords(row)) },
    ],
    open,
    'stack',
  );
}

/** How each candidate is served, and what that took on this machine. */
function serving(timings: SweepTimings, rows: readonly Numbered[]): Html {
  const measured = ({ name }: Numbered) => timings[name] ?? { queryMilliseconds: null, indexBytes: null, textsPerSecond: null };
  const columns: readonly TableColumn<Numbered>[] = [
    { head: 'Candidate', rowHead: true, cell: reportLink },
    { head: 'Fingerprint', cell: ({ version }) => code(version.fingerprint.slice(0, 12)) },
    { head: 'Dimensions', numeric: true, cell: ({ cost }) => count(cost.dimension) },
    {
      head: 'Engine: M, efConstruction, efSearch',
      cell: ({ cost: { engine, hnsw } }) =>
        html`${code(engine)}${hnsw !== null && `: ${hnsw.m}, ${hnsw.efConstruction}, ${hnsw.efSearch}`}`,
    },
    { head: 'Query, ms', numeric: true, cell: (row) => decimal(measured(row).queryMilliseconds, 2) },
    {
      head: 'Index, bytes',
      numeric: true,
      cell: (row) => (measured(row).indexBytes === null ? decimal(null) : count(measured(row).indexBytes ?? 0)),
    },
    { head: 'Texts/s', numeric: true, cell: (row) => decimal(measured(row).textsPerSecond, 1) },
  ];
  return table('How each is made and served', columns, rows);
}

function failed({ failures }: Sweep): Html {
  return table(
    'Candidates that could not be evaluated',
    [
      { head: 'Candidate', rowHead: true, cell: ({ name }) => quoted(name) },
      { head: 'Why', cell: ({ code: error, message }) => html`${error !== null && code(error)} ${sentence(message)}` },
      { head: 'What to do', cell: ({ next }) => sentence(next) },
    ],
    failures,
    'stack',
  );
}

/** Whether there is one to take: a sweep passes where a candidate does. */
function banner(sweep: Sweep): Html {
  const { cheapest, results } = sweep;
  const state = cheapest !== null ? 'pass' : results.some(({ outcome }) => outcome === 'inconclusive') ? 'inconclusive' : 'fail';
  return html`<div class="banner ${state}"><p class="outcome">${icon(state)}<strong>${STATES[state].words}</strong></p><p class="headline">${sentence(sweepWords(sweep))}</p></div>`;
}

function overview(sweep: Sweep): Fill {
  const { confidence, results, failures, old, measure } = sweep;
  const before = old?.quality == null || measure === null ? null : html`, ${measure.name} ${decimal(old.quality)}`;
  return html`${banner(sweep)}${paretoChart(sweep)}${facts([
    ['Candidates', `${count(results.length)} evaluated, ${count(failures.length)} not`],
    ['Old version', old === null ? 'none' : html`${quoted(old.id)}${before}`],
    [
      'Confidence of each bound',
      `${percent(confidence.candidate)} a candidate: the best of several passes by luck more often, so that all together keep the policy’s ${percent(confidence.policy)}`,
    ],
    [
      'What to do',
      html`Write the candidate that you choose as <code>new</code> and run <code>cutover run</code>: only that writes a certificate.`,
    ],
  ])}`;
}

function partsOf(sweep: Sweep, timings: SweepTimings): PagePart[] {
  const rows = sweep.results.map((result, i) => ({ ...result, number: i + 1 }));
  const dominated =
    rows.some((row) => row.dominated) &&
    html`<p class="small">Dominated: another that passes is at least as good in quality, bytes and documents looked at, and better in one.</p>`;
  const parts: (PagePart | false)[] = [
    { id: 'overview', title: 'Overview', body: overview(sweep) },
    {
      id: 'candidates',
      title: 'Candidates',
      body: html`${outcomes(sweep, rows)}${dominated}${reasons(rows)}${fold('How each is made and served', serving(timings, rows))}`,
    },
    sweep.failures.length > 0 && { id: 'failures', title: 'Not evaluated', body: failed(sweep) },
  ];
  return parts.filter((part) => part !== false);
}

function heading(sweep: Sweep): Fill {
  return sweep.cheapest === null ? noneWords(sweep) : html`${quoted(sweep.cheapest)} is the cheapest that passes`;
}

/** The sweep as a page by itself: nothing is loaded, no script runs. */
export function sweepHtml(sweep: Sweep, timings: SweepTimings): string {
  const { dataset, cutoverVersion, asOf, cheapest } = sweep;
  const none = noneWords(sweep);
  return page({
    title: cheapest === null ? `Sweep: ${none.charAt(0).toLowerCase()}${none.slice(1)}` : `Sweep: ${clip(cheapest, 120)}`,
    kind: 'Sweep of candidates',
    heading: heading(sweep),
    about: html`Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries. As of ${quoted(asOf, 40)}.`,
    parts: partsOf(sweep, timings),
    cutoverVersion,
  }).toString();
}

/** The same for a pull request. */
export function sweepMarkdown(sweep: Sweep): string {
  const parts = partsOf(sweep, {}).map(({ body }) => body);
  return `${markdownOf([html`<h2>Sweep of candidates: ${heading(sweep)}</h2>`, ...parts])}\n`;
}
