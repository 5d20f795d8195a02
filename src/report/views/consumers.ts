import type { Consumer, ConsumerKeep } from '../../model/config.ts';
import type { ConsumerResult, ThresholdEffect } from '../../model/evaluation.ts';
import type { RuleResult } from '../../model/verdict.ts';
import { count, percent } from '../number.ts';

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
  return `Few pairs: ${count(passing)} of ${count(pairs.old)} pass today, so one pair more or less moves the ${KEEP_WORDS[consumer.keep]} a lot.${wide} More queries or documents would tell more.`;
}

/** Where a consumer stands, and the outcome it looks like. */
export function consumerStatus(result: ConsumerResult): { readonly look: RuleResult['outcome']; readonly words: string } {
  if (result.accepted === null) {
    return result.translated === null ? { look: 'fail', words: 'No value keeps it' } : { look: 'inconclusive', words: 'Needs a decision' };
  }
  const few = fewPairs(result);
  const on = few === null ? '' : `, told from ${count(few)} ${few === 1 ? 'pair' : 'pairs'}`;
  return result.withinTolerance ? { look: 'pass', words: `Within tolerance${on}` } : { look: 'fail', words: `Outside tolerance${on}` };
}

/** `each query's top 10 query-document pairs`. */
export function pairWords({ pairs, among, k }: Consumer): string {
  if (among === 'top-k') return `${pairs} pairs among each item's top ${k}`;
  return among === 'nearest' ? `${pairs} pairs of each item and its nearest other` : `all ${pairs} pairs (sampled)`;
}
