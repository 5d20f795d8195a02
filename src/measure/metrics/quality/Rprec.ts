import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, relevanceLevel, relevantCount, relevantRetrieved } from '../../judged-list.ts';

/**
 * Precision at R, R the number of relevant documents of the query.
 * @example 4 relevant, 3 of them in the first 4: 0.75
 */
export const Rprec: QualityMetric = {
  id: 'Rprec',
  title: 'R-precision',
  description:
    'Precision where precision and recall meet, so a query with many relevant documents is read deeper than one with few. Sensitive to how completely a query was judged.',
  formula: '|relevant ∩ first R| / R, R = |relevant|',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Manning, Raghavan & Schütze 2008, Introduction to Information Retrieval', doi: '10.1017/CBO9780511809071' },
  cutoff: 'none',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute(list, name) {
    const level = relevanceLevel(name);
    const relevant = relevantCount(list, level);
    return relevant === 0 ? 0 : relevantRetrieved(list, Math.min(relevant, list.grades.length), level) / relevant;
  },
};
