import type { Sweep, SweepResult, SweepTimings } from '../../contract/sweep.ts';
import { paretoChart } from '../charts/pareto.ts';
import { type Html, html } from '../html.ts';
import { code, difference, outcomeBadge, pictureAnchor, quoted, sentence, statusBadge } from '../marks.ts';
import { count, decimal, percent, signed } from '../number.ts';
import { type PagePart, page } from '../page.ts';
import { facts, table } from '../table.ts';
import { clip } from '../text.ts';
import { PICTURES, SWEEP_PICTURES } from '../views/pictures.ts';
import { sweepWords } from './words.ts';

function overview(sweep: Sweep): Html {
  const { confidence, results, failures, old } = sweep;
  return html`<p>${sweepWords(sweep)}</p>${facts([
    ['Candidates', `${count(results.length)} evaluated, ${count(failures.length)} not`],
    ['Old version', old === null ? 'none' : quoted(old.id)],
    [
      'Confidence of each bound',
      `${percent(confidence.candidate)} a candidate, so that all of them together keep the policy’s ${percent(confidence.policy)}`,
    ],
    ['What to do with the result', 'Write the candidate that you choose as `new` and run `cutover run`: only that writes a certificate.'],
  ])}${paretoChart(sweep)}`;
}

function candidates({ results, cheapest }: Sweep, timings: SweepTimings): Html {
  return table<SweepResult>(
    'Candidates',
    [
      {
        head: 'Candidate',
        rowHead: true,
        cell: ({ name, dominated }) =>
          html`${quoted(name)} ${name === cheapest && statusBadge('pass', 'cheapest that passes')}${dominated && statusBadge('skipped', 'dominated')}`,
      },
      {
        head: 'Verdict',
        cell: ({ outcome, headline }) => html`${outcomeBadge(outcome)} ${sentence(headline.replace(/^(?:Pass|Fail|Inconclusive): /, ''))}`,
      },
      { head: 'Quality', numeric: true, cell: ({ quality }) => decimal(quality) },
      { head: 'Against old', numeric: true, cell: (row) => difference(row.difference, 'higher') },
      {
        head: 'Bounds',
        numeric: true,
        cell: ({ interval }) => (interval === null ? 'n/a' : `${signed(interval.lower)} to ${signed(interval.upper)}`),
      },
      { head: 'Dimensions', numeric: true, cell: ({ cost }) => count(cost.dimension) },
      { head: 'Bytes a document', numeric: true, cell: ({ cost }) => count(cost.bytes) },
      {
        head: 'Engine: M, efConstruction, efSearch',
        numeric: true,
        cell: ({ cost: { engine, hnsw } }) => (hnsw === null ? engine : `${engine}: ${hnsw.m}, ${hnsw.efConstruction}, ${hnsw.efSearch}`),
      },
      { head: 'Looked at', numeric: true, cell: ({ cost }) => count(cost.visited) },
      { head: 'Query, ms (measured)', numeric: true, cell: ({ name }) => decimal(timings[name]?.queryMilliseconds ?? null, 2) },
      { head: 'Index file, bytes (measured)', numeric: true, cell: ({ name }) => decimal(timings[name]?.indexBytes ?? null, 0) },
      { head: 'Texts/s (measured)', numeric: true, cell: ({ name }) => decimal(timings[name]?.textsPerSecond ?? null, 1) },
      { head: 'Fingerprint', cell: ({ version }) => code(version.fingerprint.slice(0, 12)) },
    ],
    results,
  );
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

const READING = html`<dl class="definitions">${SWEEP_PICTURES.map((kind) => html`<div id="${pictureAnchor(kind)}"><dt>${PICTURES[kind].title}</dt><dd><p>${PICTURES[kind].words}</p></dd></div>`)}</dl>`;

/** The sweep as a page of its own: nothing is loaded, no script runs. */
export function sweepHtml(sweep: Sweep, timings: SweepTimings): string {
  const { dataset, cutoverVersion, asOf, failures, cheapest } = sweep;
  const parts: (PagePart | false)[] = [
    { id: 'overview', title: 'Overview', body: overview(sweep) },
    { id: 'candidates', title: 'Candidates', body: candidates(sweep, timings) },
    failures.length > 0 && { id: 'failures', title: 'Not evaluated', body: failed(sweep) },
    { id: 'method', title: 'How to read it', body: READING },
  ];
  return page({
    title: cheapest === null ? 'Sweep: no candidate passes' : `Sweep: ${clip(cheapest, 120)}`,
    kind: 'Sweep of candidates',
    heading: cheapest === null ? 'No candidate passes' : html`${quoted(cheapest)} is the cheapest that passes`,
    about: html`Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries. As of ${quoted(asOf, 40)}.`,
    parts: parts.filter((part) => part !== false),
    cutoverVersion,
  }).toString();
}
