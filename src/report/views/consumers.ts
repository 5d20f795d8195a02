import type { Consumer, ConsumerKeep } from '../../contract/config.ts';
import type { ConsumerResult, ThresholdEffect } from '../../contract/evaluation.ts';
import type { RuleResult } from '../../contract/verdict.ts';

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

/** Where a consumer stands, and the outcome it looks like. */
export function consumerStatus(result: ConsumerResult): { readonly look: RuleResult['outcome']; readonly words: string } {
  if (result.accepted === null) {
    return result.translated === null ? { look: 'fail', words: 'No value keeps it' } : { look: 'inconclusive', words: 'Needs a decision' };
  }
  return result.withinTolerance ? { look: 'pass', words: 'Within tolerance' } : { look: 'fail', words: 'Outside tolerance' };
}

/** `each query's top 10 query-document pairs`. */
export function pairWords({ pairs, among, k }: Consumer): string {
  if (among === 'top-k') return `${pairs} pairs among each item's top ${k}`;
  return among === 'nearest' ? `${pairs} pairs of each item and its nearest other` : `all ${pairs} pairs (sampled)`;
}
