import { isNotApplicable } from '../../core/absence.ts';
import {
  bestOf,
  type ChangedQueries,
  changedQueries,
  changeFigure,
  gainOf,
  placeWords,
  type QueryChange,
  tellingOf,
  worstOf,
} from '../changes.ts';
import { headlineWords, mergeWords, verdictState, verdictWords } from '../checks.ts';
import { type Fill, type Html, html } from '../html.ts';
import { at, type ReportInput } from '../input.ts';
import { icon, quoted, sentence, warningBox } from '../marks.ts';
import { count } from '../number.ts';
import { queriesLink } from '../queries/address.ts';
import { folding } from '../table.ts';
import { checks } from './checks.ts';
import { dataNotes } from './notes.ts';
import { reviewNotes } from './reviews.ts';
import { nextSteps } from './steps.ts';

/** Cards of each kind. */
const SHOWN = 3;

function moveWords(input: ReportInput, changed: ChangedQueries, change: QueryChange): Html | null {
  const document = tellingOf(input, changed, change);
  if (document === null) return null;
  return html`<p class="move">Relevant: <strong>${placeWords(document, input.evaluation.shown.depth)}</strong><span class="small block">${quoted(document.title === '' ? document.id : document.title, 90)}</span></p>`;
}

function card(input: ReportInput, changed: ChangedQueries, change: QueryChange): Html {
  const { evaluation } = input;
  const text = quoted(at(evaluation.queries.texts, change.index), 110);
  const address = queriesLink({ q: at(evaluation.queries.ids, change.index) });
  const kind = change.pair === null || gainOf(changed, change) < 0 ? 'worse' : 'better';
  return html`<li class="card ${kind}"><p class="query"><a href="${address}">${text}</a></p>${moveWords(input, changed, change)}<p class="small figure">${changeFigure(input, changed, change)}</p></li>\n`;
}

function cards(title: string, input: ReportInput, changed: ChangedQueries, rows: readonly QueryChange[]): Html | null {
  return rows.length === 0 ? null : html`<h4>${title}</h4><ul class="cards">${rows.map((row) => card(input, changed, row))}</ul>`;
}

function tally({ counts, by }: ChangedQueries): Html | null {
  if (counts === null || by === null) return null;
  const { lost, gained, same } = counts;
  const all = Math.max(1, lost + gained + same);
  const share = (part: number): string => ((100 * part) / all).toFixed(2);
  return html`<p class="tally">By ${by.measure} <a href="${queriesLink({ show: 'worse' })}" class="worse">${count(lost)} queries got worse</a>, <a href="${queriesLink({ show: 'better' })}" class="better">${count(gained)} better</a>, <a href="${queriesLink({ show: 'same' })}">${count(same)} stayed</a>.</p>
<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" width="100" height="6" aria-hidden="true"><rect class="worse" x="0" y="0" width="${share(lost)}" height="6"/><rect class="same" x="${share(lost)}" y="0" width="${share(same)}" height="6"/><rect class="better" x="${share(lost + same)}" y="0" width="${share(gained)}" height="6"/></svg>`;
}

/** What people who search will notice: how many queries moved, and the largest losses and gains as cards. */
function noticed(input: ReportInput): Html | null {
  const changed = changedQueries(input);
  if (changed.by === null) return null;
  const worst = worstOf(changed, SHOWN);
  const best = bestOf(changed, SHOWN);
  const losses = cards(changed.ordered === 'loss' ? 'Largest losses' : 'Fewest results in common', input, changed, worst);
  return html`<h3>What users will notice</h3>${tally(changed)}<div class="noticed"><div>${losses}</div><div>${cards('Largest gains', input, changed, best)}</div></div>`;
}

/** Steps that are open; further ones are folded. */
const OPEN_STEPS = 4;

/** The verdict in a word, whether it may be merged, and the reason. */
export function banner({ verdict }: ReportInput): Html {
  const state = verdictState(verdict);
  return html`<div class="banner ${state}"><p class="outcome">${icon(state)}<strong>${verdictWords(verdict)}</strong><span class="merge">${mergeWords(verdict)} <span class="muted">(exit code ${verdict.exitCode})</span></span></p><p class="headline">${sentence(headlineWords(verdict))}</p></div>`;
}

/** Warnings about the data that are open; the others are counted. */
const OPEN_WARNINGS = 3;

function warned(warnings: readonly string[]): readonly string[] {
  const rest = warnings.length - OPEN_WARNINGS;
  return [...warnings.slice(0, OPEN_WARNINGS), ...(rest > 0 ? [`And ${count(rest)} more, under Data in the evidence.`] : [])];
}

/** What weakens or explains every number below, and what somebody let pass: never folded. */
export function cautions(input: ReportInput): readonly Fill[] {
  const { evaluation, verdict } = input;
  const title = verdict.outcome === 'pass' ? 'About the new version' : 'Check this first: it may explain the result';
  return [
    warningBox(title, [...published(input), ...(evaluation.versions?.new.warnings ?? [])]),
    ...(verdict.cautions ?? []).map((caution) => warningBox(caution.title, [caution.text])),
    warningBox('Quality was not measured', verdict.unknownQuality === undefined ? [] : [verdict.unknownQuality]),
    warningBox('About the data', [...dataNotes(input), ...warned(evaluation.dataset.warnings)]),
    warningBox(
      'Waivers',
      (verdict.waivers ?? []).map(({ text }) => text),
    ),
  ];
}

/** What the settings that the model publishes would give: where that is better, one sentence explains the result. */
function published({ evaluation: { studies, redacted }, verdict }: ReportInput): readonly string[] {
  const found = studies?.counterfactual;
  if (redacted || verdict.outcome === 'pass' || found === undefined || isNotApplicable(found)) return [];
  return found.measures.some(({ difference }) => difference > 0) ? [found.summary] : [];
}

/** What to do next, the first few open. */
export function steps(input: ReportInput): Html | null {
  const all = nextSteps(input);
  return all.length === 0 ? null : html`<h3>What to do next</h3>${folding('ol', all, OPEN_STEPS)}`;
}

/** Whether it may be merged, why, and what to do: everything a decision needs, on two screens. */
export function decision(input: ReportInput): Html {
  return html`${banner(input)}${cautions(input)}<div class="decide"><div class="checks">${checks(input)}</div><div class="steps">${steps(input)}</div></div>${reviewNotes(input)}${noticed(input)}`;
}
