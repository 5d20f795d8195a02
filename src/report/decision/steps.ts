import { isNotApplicable } from '../../core/absence.ts';
import type { ConsumerResult } from '../../model/scores.ts';
import type { RuleResult } from '../../model/verdict.ts';
import { changedQueries } from '../changes.ts';
import { asks, type CheckGroup, checkGroups } from '../checks.ts';
import { changedMuch } from '../consumers.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { code, copyButton, quoted, sentence } from '../marks.ts';

import { count, threshold } from '../number.ts';
import { queriesLink } from '../queries/address.ts';
import { JUDGE_NEXT, wantsJudging } from './notes.ts';

/** One thing to do: a sentence, and where to go or what to copy. */
function step(words: Fill, action: Fill = null): Html {
  return html`${words}${action !== null && html` <span class="action on-screen">${action}</span>`}`;
}

/** What to do next, most useful first; each once. */
export function nextSteps(input: ReportInput): readonly Html[] {
  const { evaluation, verdict } = input;
  const asked = checkGroups(input.verdict).filter(asks);
  const waived = ({ id }: CheckGroup): boolean => id === 'waived';
  const judging = wantsJudging(evaluation) ? [judge(isNotApplicable(evaluation.quality))] : [];
  const pass = verdict.outcome === 'pass';
  return [
    ...(isNotApplicable(evaluation.quality) ? judging : []),
    ...(pass ? [] : settings(input)),
    ...(isNotApplicable(evaluation.quality) ? [] : judging),
    ...ofChecks(
      input,
      asked.filter((group) => !waived(group)),
    ),
    ...(pass ? switching(input) : []),
    // What somebody lets pass waits until the rest is done.
    ...ofChecks(input, asked.filter(waived)),
  ];
}

function judge(unmeasured: boolean): Html {
  const words = unmeasured
    ? html`Judge queries first: ${code(JUDGE_NEXT)} writes the sheet. Until then a pass only says that little changed.`
    : html`Judge more of the first results of both versions: ${code(JUDGE_NEXT)} writes the sheet.`;
  return step(words, copyButton(JUDGE_NEXT, 'Copy command'));
}

/** Settings that contradict the model explain a loss better than any figure, so they come first. */
function settings({ evaluation: { studies, versions } }: ReportInput): Html[] {
  if (studies === undefined || (versions?.new.warnings.length ?? 0) === 0) return [];
  const { counterfactual } = studies;
  if (isNotApplicable(counterfactual)) {
    const command = 'cutover run --counterfactual';
    return [step(html`See what the settings that the model publishes would give: ${code(command)}.`, copyButton(command, 'Copy command'))];
  }
  if (!counterfactual.measures.some(({ difference }) => difference > 0)) return [];
  return [
    step(
      html`<strong>Correct the settings of the new version</strong> to what its model publishes, and run again.`,
      html`<a href="#as-published">What that would give</a>`,
    ),
  ];
}

/** What each check asks for, with the queries or thresholds that it is about. */
function ofChecks(input: ReportInput, groups: readonly CheckGroup[]): Html[] {
  const asked = groups.flatMap(({ results }) => results).filter(({ next }) => next !== '');
  const first = asked.filter(({ next }, i) => asked.findIndex((other) => other.next === next) === i);
  return first.map((result) => step(html`${sentence(result.next, 600)}${cautionOf(result.rule.metric, input)}`, actionOf(result, input)));
}

/** A threshold that keeps what it was asked to keep may still cut most of what people get. */
function cautionOf(metric: string, { evaluation: { consumers } }: ReportInput): Fill {
  if (metric !== 'untranslatedConsumers') return null;
  const much = consumers.flatMap((result) => {
    const words = result.accepted === null ? changedMuch(result) : null;
    return words === null ? [] : [html` <strong>${quoted(result.consumer.name, 80)}: ${words}</strong>`];
  });
  return much;
}

function actionOf({ rule, why }: RuleResult, input: ReportInput): Fill {
  const { metric } = rule;
  if (why === 'unjudged' || why === 'few-needs') return copyButton(JUDGE_NEXT, 'Copy command');
  if (metric === 'untranslatedConsumers') {
    const lines = input.evaluation.consumers.flatMap(({ patch }) => patch ?? []);
    return html`<a href="#thresholds">Thresholds</a>${lines.length > 0 && html` ${copyButton(lines.join('\n'), 'Copy lines')}`}`;
  }
  if (metric.startsWith('annRecall')) return html`<a href="#index">Index</a>`;
  const lost = changedQueries(input).counts?.lost ?? 0;
  return 'margin' in rule && lost > 0 ? html`<a href="${queriesLink({ show: 'worse' })}">Show the ${count(lost)} that lost</a>` : null;
}

/** What a pass leaves to do: thresholds that change with the switch, the way through the backfill, single regressions. */
function switching(input: ReportInput): Html[] {
  const { consumers } = input.evaluation;
  const { ways } = input.verdict;
  const changes = consumers.filter(({ consumer, accepted }) => accepted !== null && accepted.threshold !== consumer.threshold);
  const lost = changedQueries(input).counts?.lost ?? 0;
  return [
    ...(changes.length === 0 ? [] : [thresholds(changes)]),
    ...(ways?.cheapest == null ? [] : [step(sentence(ways.summary, 600), html`<a href="#ways">Ways to the new version</a>`)]),
    ...(lost === 0
      ? []
      : [
          step(
            'The checks are about averages and slices; single regressions are your call.',
            html`<a href="${queriesLink({ show: 'worse' })}">Show the ${count(lost)} that lost</a>`,
          ),
        ]),
  ];
}

function thresholds(changes: readonly ConsumerResult[]): Html {
  const named = changes.map(
    ({ consumer: { name, threshold: before }, accepted }, i) =>
      html`${i > 0 && ', '}${quoted(name, 80)} ${threshold(before)} → ${threshold(accepted?.threshold ?? null)}`,
  );
  const lines = changes.map(({ consumer: { name }, accepted }) => `${name}: ${accepted?.threshold ?? ''}`);
  const warned = changes.filter((result) => changedMuch(result) !== null).length;
  const caution = warned > 0 && ` ${count(warned)} of them ${warned === 1 ? 'lets' : 'let'} much more or less through than today.`;
  return step(
    html`Change these thresholds when you switch: ${named}.${caution}`,
    html`<a href="#thresholds">Thresholds</a> ${copyButton(lines.join('\n'), 'Copy values')}`,
  );
}
