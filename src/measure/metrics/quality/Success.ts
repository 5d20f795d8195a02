import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, depthOf, relevanceLevel, relevantRetrieved } from '../../judged-list.ts';

/**
 * Whether any relevant document is in the first k.
 * @example first relevant document at rank 4: Success@5 is 1, Success@3 is 0
 */
export const Success: QualityMetric = {
  id: 'Success',
  title: 'Success',
  description:
    'Share of queries with at least one relevant document in the first k (some call this Recall@k or hit rate). It is 0 or 1 a query, so small differences need many queries.',
  formula: '1 if the first k hold a relevant document, else 0',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'trec_eval, measure success', url: 'https://github.com/usnistgov/trec_eval' },
  cutoff: 'required',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute: (list, name) => (relevantRetrieved(list, depthOf(list, name), relevanceLevel(name)) > 0 ? 1 : 0),
};
