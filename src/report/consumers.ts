import { isNotApplicable } from '../core/absence.ts';
import type { Consumer, ConsumerKeep } from '../model/config.ts';
import type { ConsumerResult, ThresholdEffect } from '../model/scores.ts';
import type { State } from '../model/verdict.ts';
import { bounds, count, percent } from './number.ts';

export const KEEP_WORDS: Readonly<Record<ConsumerKeep, string>> = {
  'pass-rate': 'pass rate',
  precision: 'precision',
  recall: 'recall',
  f1: 'F1',
};

/** The quantity a consumer wants kept, under one threshold. */
export function keptValue(keep: ConsumerKeep, effect: ThresholdEffect): number | null {
  return keep === 'pass-rate' ? effect.passRate : effect[keep];
}

/** With fewer pairs that pass, one more or less moves what is kept by a lot. */
const ENOUGH_PAIRS = 30;

/** Pairs that pass today, where they are few; null otherwise. */
export function fewPairs({ before, pairs }: ConsumerResult): number | null {
  const passing = Math.round(before.passRate * pairs.old);
  return passing < ENOUGH_PAIRS ? passing : null;
}

/** What few pairs mean for the tolerance; null where there are enough. */
export function fewPairsWords(result: ConsumerResult): string | null {
  const { consumer, before, accepted, pairs } = result;
  const passing = fewPairs(result);
  if (passing === null) return null;
  const wide =
    accepted !== null && consumer.keep === 'pass-rate' && consumer.tolerance >= before.passRate
      ? ` The tolerance of ${percent(consumer.tolerance)} is no narrower than the rate itself, so within tolerance says little.`
      : '';
  return `Rests on few pairs: ${count(passing)} of ${count(pairs.old)} pass today, so one more or less moves the ${KEEP_WORDS[consumer.keep]} a lot.${wide}`;
}

/** A share that moves by more than this part of itself is said, whatever the consumer wants kept. */
const MUCH = 1 / 3;

/** What the value that would be in force does: what is accepted, else what is proposed. */
export function chosen({ accepted, translated }: ConsumerResult): ThresholdEffect | null {
  return accepted ?? translated;
}

/** Pass rate or recall that the value in force would move by more than a third, in words; null where it moves neither so far. */
export function changedMuch(result: ConsumerResult): string | null {
  const { before } = result;
  const after = chosen(result);
  if (after === null) return null;
  const moved = (name: string, old: number | null, fresh: number | null): string[] =>
    old === null || fresh === null || old === 0 || Math.abs(fresh / old - 1) <= MUCH ? [] : [`${name} ${percent(old)} → ${percent(fresh)}`];
  const words = [...moved('pass rate', before.passRate, after.passRate), ...moved('recall', before.recall, after.recall)];
  if (words.length === 0) return null;
  return `${after.passRate < before.passRate ? 'Cuts much of what passes today' : 'Lets much more through than today'}: ${words.join(', ')}.`;
}

/** How far a consumer is, and the state it looks like. */
export function consumerStatus(result: ConsumerResult): { readonly state: State; readonly words: string } {
  if (result.accepted === null)
    return result.translated === null
      ? { state: 'fail', words: 'No value keeps it' }
      : { state: 'inconclusive', words: 'Needs a decision' };
  const few = fewPairs(result);
  const on = few === null ? '' : `, rests on ${count(few)} ${few === 1 ? 'pair' : 'pairs'}`;
  return result.withinTolerance ? { state: 'pass', words: `Within tolerance${on}` } : { state: 'fail', words: `Outside tolerance${on}` };
}

/** `each query's top 10 query-document pairs`. */
export function pairWords({ pairs, among, k }: Consumer): string {
  if (among === 'top-k') return `${pairs} pairs among each item's top ${k}`;
  return among === 'nearest' ? `${pairs} pairs of each item and its nearest other` : `all ${pairs} pairs (sampled)`;
}

/** What `bound: lower` found of the value in force, in words; null for another consumer. */
export function boundWords({ consumer: { keep }, accepted, keptBounds }: ConsumerResult): string | null {
  if (keptBounds === undefined) return null;
  const found = accepted === null ? keptBounds.translated : keptBounds.accepted;
  if (found === null) return 'Its bound has to be within the tolerance, and there is none.';
  const sure = `${percent(keptBounds.confidence)} confidence`;
  return keep === 'pass-rate'
    ? `Its bounds have to be within the tolerance: the pass rate changes by ${bounds(found, percent)}, each side with ${sure}.`
    : `Its bound has to be within the tolerance: the ${KEEP_WORDS[keep]} falls by ${percent(Math.max(0, -found.lower))} at most, with ${sure}.`;
}

/** How the value does on needs that it was not chosen on. */
export function outOfSampleWords({ consumer, outOfSample }: ConsumerResult): string {
  if (isNotApplicable(outOfSample)) return `Not checked out of sample. ${outOfSample.notApplicable}`;
  const { before, kept, missed, checks, withinTolerance } = outOfSample;
  const halves = `Chosen on half of the ${consumer.pairs === 'document-document' ? 'items' : 'needs'} and checked on the other half`;
  const advice = withinTolerance || consumer.bound === 'lower' ? '' : ' `bound: lower` asks for a value that is surer.';
  return `${halves}: ${KEEP_WORDS[consumer.keep]} ${percent(before)} → ${percent(kept)} on average, outside the tolerance in ${percent(missed)} of ${count(checks)} checks.${advice}`;
}
