import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, depthOf, relevanceLevel, relevantCount, relevantRetrieved } from '../../judged-list.ts';

/**
 * Recall at k.
 * @example 1 of 4 relevant documents in the first 10: 0.25
 */
export const R: QualityMetric = {
  id: 'R',
  title: 'Recall',
  description:
    'Share of the known relevant documents among the first k: what a re-ranker or a reader of k results can still see. Below 1 by necessity where a query has more than k relevant documents.',
  formula: '|relevant ∩ first k| / |relevant|',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval', doi: '10.1017/CBO9780511809071' },
  cutoff: 'required',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute(list, name) {
    const level = relevanceLevel(name);
    const relevant = relevantCount(list, level);
    return relevant === 0 ? 0 : relevantRetrieved(list, depthOf(list, name), level) / relevant;
  },
};
