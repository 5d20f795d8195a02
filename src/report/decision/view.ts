import { isNotApplicable } from '../../core/absence.ts';
import { headlineWords, mergeWords, verdictState, verdictWords } from '../checks.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { icon, sentence, warningBox } from '../marks.ts';

import { count } from '../number.ts';
import { fold, list } from '../table.ts';
import { noticed } from './cards.ts';
import { checks } from './checks.ts';
import { dataNotes } from './notes.ts';
import { reviewNotes } from './reviews.ts';
import { nextSteps } from './steps.ts';

/** Steps that stand open; further ones are folded. */
const OPEN_STEPS = 4;

/** The verdict in a word, whether it may be merged, and the reason. */
export function banner({ verdict }: ReportInput): Html {
  const state = verdictState(verdict);
  return html`<div class="banner ${state}"><p class="outcome">${icon(state)}<strong>${verdictWords(verdict)}</strong><span class="merge">${mergeWords(verdict)} <span class="muted">(exit code ${verdict.exitCode})</span></span></p><p class="headline">${sentence(headlineWords(verdict))}</p></div>`;
}

/** Warnings about the data that stand open; the others are counted. */
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
  if (all.length === 0) return null;
  const rest = all.slice(OPEN_STEPS);
  return html`<h3>What to do next</h3>${list('ol', all.slice(0, OPEN_STEPS))}${rest.length > 0 && fold(`${count(rest.length)} more`, list('ol', rest))}`;
}

/** Whether it may be merged, why, and what to do: everything a decision needs, on two screens. */
export function decision(input: ReportInput): Html {
  return html`${banner(input)}${cautions(input)}<div class="decide"><div class="checks">${checks(input)}</div><div class="steps">${steps(input)}</div></div>${reviewNotes(input)}${noticed(input)}`;
}
