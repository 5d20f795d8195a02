import { isNotApplicable } from '../../core/absence.ts';
import type { Consumer } from '../../model/config.ts';
import type { ConsumerResult, RerankerResult, ThresholdEffect } from '../../model/scores.ts';
import { densityPictures } from '../charts/densities.ts';
import {
  boundWords,
  changedMuch,
  chosen,
  consumerStatus,
  fewPairsWords,
  KEEP_WORDS,
  keptValue,
  outOfSampleWords,
  pairWords,
} from '../consumers.ts';
import { dataBlock, type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { badge, copyButton, difference, icon, measureTerm, quoted, sentence, term } from '../marks.ts';
import { bounds, count, decimal, percent, threshold } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';

/** What reaches each re-ranker; null where none is named. */
export function rerankers({ evaluation }: ReportInput): Html | null {
  if (evaluation.rerankers.length === 0) return null;
  const share =
    (of: (relevant: Exclude<RerankerResult['relevant'], { notApplicable: string }>) => number | null) => (result: RerankerResult) =>
      isNotApplicable(result.relevant) ? 'not known' : percent(of(result.relevant));
  const rows = table<RerankerResult>(
    'What reaches each re-ranker',
    [
      {
        head: 'Re-ranker',
        rowHead: true,
        cell: ({ reranker: { name, usedBy } }) =>
          html`${quoted(name, 120)}${usedBy !== null && html` <span class="small">${quoted(usedBy, 120)}</span>`}`,
      },
      { head: 'Results it gets', numeric: true, cell: ({ depthUsed }) => count(depthUsed) },
      { head: 'New to it', numeric: true, cell: ({ unseen }) => percent(unseen) },
      { head: 'Relevant, before', numeric: true, cell: share(({ old }) => old) },
      { head: 'Relevant, now', numeric: true, cell: share((relevant) => relevant.new) },
      { head: 'Of those before, still', numeric: true, cell: share(({ kept }) => kept) },
      {
        head: 'Difference',
        numeric: true,
        cell: ({ relevant }) =>
          isNotApplicable(relevant) ? 'not known' : difference(relevant.difference.mean, 'higher', relevant.difference.interval),
      },
    ],
    evaluation.rerankers,
  );
  const why = evaluation.rerankers
    .map(({ relevant }) => (isNotApplicable(relevant) ? relevant.notApplicable : null))
    .find((text) => text !== null);
  return html`<p>A re-ranker can only reorder what reaches it: a relevant document below its depth is lost.</p>${rows}${why !== undefined && html`<p>Relevant documents are not known: ${quoted(why, 300)}.</p>`}`;
}

const arrow = (old: number | null, fresh: number | null): string =>
  old === null && fresh === null ? '–' : `${percent(old)} → ${percent(fresh)}`;

/** Every consumer in a row: what the threshold is, does, and would do. */
export function thresholdTable(consumers: readonly ConsumerResult[]): Fill {
  const column = (head: string, of: (effect: ThresholdEffect) => number | null): TableColumn<ConsumerResult>[] =>
    consumers.every(({ before }) => of(before) === null)
      ? []
      : [{ head, numeric: true, cell: (result) => arrow(of(result.before), chosenValue(result, of)) }];
  return table<ConsumerResult>(
    'Thresholds: today → with the value for the new version',
    [
      {
        head: 'Consumer',
        rowHead: true,
        cell: ({ consumer: { name, usedBy } }) =>
          html`${quoted(name, 80)}${usedBy !== null && html` <span class="small">(${quoted(usedBy, 80)})</span>`}`,
      },
      { head: 'State', cell: (result) => badge(consumerStatus(result).state, consumerStatus(result).words) },
      { head: 'Today', numeric: true, cell: ({ before }) => threshold(before.threshold) },
      {
        head: 'New value',
        numeric: true,
        cell: (result) =>
          html`${threshold(chosen(result)?.threshold ?? null)}${result.accepted === null && html` <span class="small">(proposed)</span>`}`,
      },
      { head: 'Pass rate, if left', numeric: true, cell: ({ before, unchanged }) => arrow(before.passRate, unchanged.passRate) },
      ...column('Pass rate', ({ passRate }) => passRate),
      ...column('Precision', ({ precision }) => precision),
      ...column('Recall', ({ recall }) => recall),
    ],
    consumers,
  );
}

const chosenValue = (result: ConsumerResult, of: (effect: ThresholdEffect) => number | null): number | null => {
  const found = chosen(result);
  return found === null ? null : of(found);
};

/** Scales in which less is nearer. */
function isDistance(scale: Consumer['scale']): boolean {
  return scale !== undefined && scale !== 'cosine' && scale !== 'unit';
}

/** What a reader has to know of one consumer beside its row. */
function notes(result: ConsumerResult): readonly Fill[] {
  const { consumer, flips, intervals, whyUntranslated, before, warnings = [] } = result;
  const found = chosen(result);
  const much = changedMuch(result);
  const few = fewPairsWords(result);
  const bound = boundWords(result);
  const value = found === null ? null : keptValue(consumer.keep, found);
  return [
    much !== null && html`<li class="much">${icon('waived')} <strong>${much}</strong></li>`,
    ...warnings.map((warning) => html`<li>${sentence(warning, 300)}</li>`),
    html`<li>It reads ${pairWords(consumer)}${consumer.scale !== undefined && ` (scale: ${consumer.scale}${isDistance(consumer.scale) ? ', less is nearer' : ''})`} and keeps its ${KEEP_WORDS[consumer.keep]}: ${arrow(keptValue(consumer.keep, before), value)} (tolerance ±${percent(consumer.tolerance)}${consumer.keep === 'pass-rate' && ', and between half and twice the old rate'}).</li>`,
    intervals?.threshold != null &&
      html`<li>How well this data set can tell the new value: ${bounds(intervals.threshold, threshold)} at ${percent(intervals.confidence)}.</li>`,
    bound !== null && html`<li>${bound}</li>`,
    html`<li>${sentence(outOfSampleWords(result))}</li>`,
    html`<li>If ${threshold(consumer.threshold)} stays, ${count(flips.lost)} of ${count(flips.common)} pairs that passed would be cut and ${count(flips.gained)} that were cut would pass.</li>`,
    few !== null && html`<li>${few}</li>`,
    whyUntranslated !== null && html`<li>No value keeps it: ${quoted(whyUntranslated, 400)}.</li>`,
  ];
}

/** Consumers whose threshold would let much more or less through, a line each. */
export function muchChanged(consumers: readonly ConsumerResult[]): readonly Html[] {
  return consumers.flatMap((result) => {
    const much = changedMuch(result);
    return much === null ? [] : [html`${quoted(result.consumer.name, 80)}: ${much}`];
  });
}

/** Lines for the configuration, as one block to copy. */
export function acceptLines(consumers: readonly ConsumerResult[]): Html | null {
  const lines = consumers.flatMap(({ patch }) => patch ?? []).join('\n');
  if (lines === '') return null;
  return html`<p>To accept the proposed values, replace their entries under <code>consumers:</code> with: ${copyButton(lines, 'Copy lines')}</p><pre tabindex="0"><code>${lines}</code></pre>`;
}

/** Scores of relevant and of other pairs, with a threshold that can be moved over them. */
function scores({ evaluation }: ReportInput): Fill {
  const find = (id: string) => evaluation.scores.find((shift) => shift.id === id);
  const [relevant, other] = [find('relevant'), find('other')];
  if (relevant === undefined || other === undefined) return null;
  const all = evaluation.separation.find(({ id }) => id === 'all');
  const auc =
    all !== undefined &&
    html`<p>Separating relevant from other pairs: ${measureTerm(evaluation, 'auc')} ${decimal(all.old.auc)} → ${decimal(all.new.auc)}.</p>`;
  const data = { relevant: relevant.histogram, other: other.histogram };
  return html`<h4>Scores</h4><p>A shift in scores is not a loss of quality; it changes what a fixed threshold lets through.</p>${densityPictures(evaluation)}${auc}<div id="slider" hidden></div>${dataBlock('score-data', data)}`;
}

export const thresholds: Section = {
  id: 'thresholds',
  title: 'Scores and thresholds',
  finding: ({ evaluation: { consumers } }) => {
    if (consumers.length === 0) return 'No consumer of scores is named.';
    const settled = consumers.filter((result) => consumerStatus(result).state === 'pass').length;
    const much = consumers.filter((result) => changedMuch(result) !== null).length;
    const words = `${count(settled)} of ${count(consumers.length)} thresholds settled.`;
    return much === 0
      ? words
      : html`${words} <strong>${count(much)} ${much === 1 ? 'lets' : 'let'} much more or less through than today.</strong>`;
  },
  render: (input) => {
    const { consumers } = input.evaluation;
    const reads =
      consumers.length === 0
        ? html`<p>The configuration names no ${term('word-consumer', 'consumer')}. Whatever compares a similarity with a fixed number belongs there: its threshold means something else under the new version.</p>`
        : html`<p>Each ${term('word-consumer', 'consumer')} compares a score with a fixed number, which means something else under the new version.</p>${thresholdTable(consumers)}${consumers.map((result) => html`<h4>${quoted(result.consumer.name, 120)}</h4><ul>${notes(result)}</ul>`)}${acceptLines(consumers)}`;
    const reranked = rerankers(input);
    return html`${reads}${scores(input)}${reranked !== null && fold('Re-rankers', reranked)}`;
  },
};
