import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, depthOf, relevanceLevel, relevantRetrieved } from '../../judged-list.ts';

/**
 * Precision at k; a list shorter than k is still divided by k, as in trec_eval.
 * @example 2 relevant documents in a list of 3, at 5: 0.4
 */
export const P: QualityMetric = {
  id: 'P',
  title: 'Precision',
  description:
    'Share of relevant documents among the first k places. A query with fewer than k relevant documents can never reach 1, so compare it only on the same queries.',
  formula: '|relevant ∩ first k| / k',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval', doi: '10.1017/CBO9780511809071' },
  cutoff: 'required',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute(list, name) {
    if (name.cutoff === null) throw new TypeError('P needs a cutoff.');
    return relevantRetrieved(list, depthOf(list, name), relevanceLevel(name)) / name.cutoff;
  },
};
