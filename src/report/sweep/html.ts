import type { Sweep, SweepTimings } from '../../model/sweep.ts';
import { paretoChart } from '../charts/pareto.ts';
import { type Html, html } from '../html.ts';
import { pictureAnchor, quoted } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
import { type PagePart, page } from '../page.ts';
import { facts } from '../table.ts';
import { clip } from '../text.ts';
import { PICTURES, SWEEP_PICTURES } from '../views/pictures.ts';
import { failed, outcomes, reasons, serving } from './tables.ts';
import { noneWords, sweepWords } from './words.ts';

function overview(sweep: Sweep): Html {
  const { confidence, results, failures, old, measure } = sweep;
  const before = old?.quality == null || measure === null ? null : html`, ${measure.name} of ${decimal(old.quality)}`;
  return html`<p>${sweepWords(sweep)}</p>${facts([
    ['Candidates', `${count(results.length)} evaluated, ${count(failures.length)} not`],
    ['Old version', old === null ? 'none' : html`${quoted(old.id)}${before}`],
    [
      'Confidence of each bound',
      `${percent(confidence.candidate)} a candidate, so that all of them together keep the policy’s ${percent(confidence.policy)}`,
    ],
    [
      'What to do with the result',
      html`Write the candidate that you choose as <code>new</code> and run <code>cutover run</code>: only that writes a certificate.`,
    ],
  ])}${paretoChart(sweep)}`;
}

function candidates(sweep: Sweep, timings: SweepTimings): Html {
  const rows = sweep.results.map((result, i) => ({ ...result, number: i + 1 }));
  return html`${outcomes(sweep, rows)}${reasons(rows)}${serving(timings, rows)}`;
}

const READING = html`<dl class="definitions">${SWEEP_PICTURES.map((kind) => html`<div id="${pictureAnchor(kind)}"><dt>${PICTURES[kind].title}</dt><dd><p>${PICTURES[kind].words}</p></dd></div>`)}</dl>`;

/** The sweep as a page of its own: nothing is loaded, no script runs. */
export function sweepHtml(sweep: Sweep, timings: SweepTimings): string {
  const { dataset, cutoverVersion, asOf, failures, cheapest } = sweep;
  const none = noneWords(sweep);
  const parts: (PagePart | false)[] = [
    { id: 'overview', title: 'Overview', body: overview(sweep) },
    { id: 'candidates', title: 'Candidates', body: candidates(sweep, timings) },
    failures.length > 0 && { id: 'failures', title: 'Not evaluated', body: failed(sweep) },
    { id: 'method', title: 'How to read it', body: READING },
  ];
  return page({
    title: cheapest === null ? `Sweep: ${none.charAt(0).toLowerCase()}${none.slice(1)}` : `Sweep: ${clip(cheapest, 120)}`,
    kind: 'Sweep of candidates',
    heading: cheapest === null ? none : html`${quoted(cheapest)} is the cheapest that passes`,
    about: html`Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries. As of ${quoted(asOf, 40)}.`,
    parts: parts.filter((part) => part !== false),
    cutoverVersion,
  }).toString();
}
