import type { Consumer } from '../../model/config.ts';
import type { Bounds, ConsumerResult, EffectBounds, ThresholdEffect } from '../../model/evaluation.ts';
import { type Html, html } from '../html.ts';
import { quoted, statusBadge } from '../marks.ts';
import { count, decimal, percent, plain } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';
import { consumerStatus, fewPairsWords, KEEP_WORDS, keptValue, pairWords } from '../views/consumers.ts';

interface Row {
  readonly name: string;
  readonly effect: ThresholdEffect;
}

function effects(result: ConsumerResult): Html {
  const { before, unchanged, translated, accepted } = result;
  const rows: Row[] = [
    { name: 'Today: old value, old version', effect: before },
    { name: 'Old value left in place', effect: unchanged },
    ...(translated === null ? [] : [{ name: 'Translated value', effect: translated }]),
    ...(accepted === null ? [] : [{ name: 'Accepted value', effect: accepted }]),
  ];
  const measured = (
    head: string,
    value: (effect: ThresholdEffect) => number | null,
    write: (value: number | null) => string,
  ): TableColumn<Row>[] =>
    rows.every(({ effect }) => value(effect) === null) ? [] : [{ head, numeric: true, cell: ({ effect }) => write(value(effect)) }];
  return table<Row>(
    `What each value does: ${result.consumer.name}`,
    [
      { head: 'Value', rowHead: true, cell: ({ name }) => name },
      { head: 'Threshold', numeric: true, cell: ({ effect }) => decimal(effect.threshold) },
      { head: 'Pass rate', numeric: true, cell: ({ effect }) => percent(effect.passRate) },
      ...measured('Precision', ({ precision }) => precision, percent),
      ...measured('Recall', ({ recall }) => recall, percent),
      ...measured(
        'F1',
        ({ f1 }) => f1,
        (value) => decimal(value),
      ),
      ...measured('Judged', ({ judgedShare }) => judgedShare, percent),
    ],
    rows,
  );
}

function kept({ consumer, before, accepted, translated, whyUntranslated }: ConsumerResult): Html {
  const what = KEEP_WORDS[consumer.keep];
  const value = (effect: ThresholdEffect | null): string => percent(effect === null ? null : keptValue(consumer.keep, effect));
  if (translated === null) {
    return html`<p>No value keeps its ${what}${whyUntranslated !== null && html`: ${quoted(whyUntranslated, 500)}`}.</p>`;
  }
  if (accepted === null) {
    return html`<p>The translated value ${decimal(translated.threshold)} keeps the ${what} at ${value(translated)} (before: ${value(before)}). Nobody has accepted a value yet.</p>`;
  }
  return html`<p>With the accepted value the ${what} is ${value(accepted)}, before it was ${value(before)}; the tolerance is ${percent(consumer.tolerance)} in absolute terms${consumer.keep === 'pass-rate' && ', and a pass rate must stay between half and twice the old one'}.</p>`;
}

interface SpreadRow {
  readonly name: string;
  readonly bounds: EffectBounds;
}

function between(bounds: Bounds | null, write: (value: number) => string): string {
  return bounds === null ? 'n/a' : `${write(bounds.lower)} to ${write(bounds.upper)}`;
}

/** Intervals of the figures above; nothing where there are none. */
function spread({ consumer, intervals, before, translated, accepted }: ConsumerResult): Html | null {
  if (intervals === null) return null;
  const rows: SpreadRow[] = [
    { name: `Today: ${decimal(before.threshold)}, old version`, bounds: intervals.before },
    { name: `Old value left in place: ${decimal(before.threshold)}`, bounds: intervals.unchanged },
    ...(translated !== null && intervals.translated !== null
      ? [{ name: `Translated value: ${decimal(translated.threshold)}`, bounds: intervals.translated }]
      : []),
    ...(accepted !== null && intervals.accepted !== null
      ? [{ name: `Accepted value: ${decimal(accepted.threshold)}`, bounds: intervals.accepted }]
      : []),
  ];
  const columns: readonly TableColumn<SpreadRow>[] = [
    { head: 'Value', rowHead: true, cell: ({ name }) => name },
    { head: 'Pass rate', numeric: true, cell: ({ bounds }) => between(bounds.passRate, percent) },
    { head: 'Precision', numeric: true, cell: ({ bounds }) => between(bounds.precision, percent) },
    { head: 'Recall', numeric: true, cell: ({ bounds }) => between(bounds.recall, percent) },
  ];
  const { threshold, resamples, confidence, by } = intervals;
  const translation =
    threshold !== null &&
    html`<p>Translated anew on other ${by}s drawn from these, the value lies between <strong>${decimal(threshold.lower)}</strong> and <strong>${decimal(threshold.upper)}</strong>: how well this data set can tell it.</p>`;
  const how = html`<p>Percentile bootstrap, ${percent(confidence)}, ${count(resamples)} resamples by ${by}. n/a: no pairs, no labels, or no value in too many resamples.</p>`;
  return html`${translation}${fold('Intervals', html`${table(`Intervals: ${consumer.name}`, columns, rows)}${how}`, 'on-screen')}`;
}

/** Scales in which lower is nearer. */
function isDistance(scale: Consumer['scale']): boolean {
  return scale !== undefined && scale !== 'cosine' && scale !== 'unit';
}

function consumerBlock(result: ConsumerResult): Html {
  const { consumer, flips, pairs, patch, warnings = [] } = result;
  const status = consumerStatus(result);
  const few = fewPairsWords(result);
  return html`<h3>${quoted(consumer.name, 120)} ${statusBadge(status.look, status.words)}</h3>
<p>${consumer.usedBy !== null && html`Used by ${quoted(consumer.usedBy, 200)}. `}Lets ${pairWords(consumer)} pass that ${isDistance(consumer.scale) ? 'are at most' : 'score at least'} ${plain(consumer.threshold)}${consumer.scale !== undefined && ` (scale: ${consumer.scale})`}; what has to stay is its ${KEEP_WORDS[consumer.keep]}.</p>
${warnings.map((warning) => html`<p>${quoted(warning, 300)}</p>`)}${effects(result)}${kept(result)}${few !== null && html`<p>${few}</p>`}${spread(result)}
<p>If the old value stays: of ${count(flips.common)} pairs that both versions see, <strong>${count(flips.lost)}</strong> that passed would be cut and <strong>${count(flips.gained)}</strong> that were cut would pass. <span class="muted">Pairs seen: ${count(pairs.old)} old, ${count(pairs.new)} new.</span></p>
${patch !== null && html`<p>To accept the translated value, put this line in the place of its own under <code>consumers:</code> of the configuration:</p><pre tabindex="0"><code>${patch}</code></pre>`}`;
}

export const consumers: Section = {
  id: 'consumers',
  title: 'Consumers of scores',
  render: ({ evaluation }) => {
    if (evaluation.consumers.length === 0) {
      return html`<p>The configuration names no consumer. Whatever compares a similarity with a fixed number belongs there: its threshold will mean something else under the new version.</p>`;
    }
    return evaluation.consumers.map(consumerBlock);
  },
};
