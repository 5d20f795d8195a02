import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, relevanceLevel, relevantCount } from '../../judged-list.ts';

/**
 * Binary preference: how often judged relevant documents rank above judged others. Unjudged documents, and those of
 * negative grade, are passed over, as in trec_eval.
 * @example 2 relevant and 2 other judged, ranked relevant, other, relevant: (1 + (1 − 1/2)) / 2 = 0.75
 */
export const Bpref: QualityMetric = {
  id: 'Bpref',
  title: 'Binary preference',
  description:
    'Built for incomplete judgements: unjudged documents change nothing. It needs judged documents that are not relevant; without them every relevant document found counts in full.',
  formula: '1/R · sum over retrieved relevant r of (1 − min(others above r, R) / min(R, N)); R relevant, N others judged',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Buckley & Voorhees 2004, Retrieval Evaluation with Incomplete Information', doi: '10.1145/1008992.1009000' },
  cutoff: 'none',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute(list, name) {
    const level = relevanceLevel(name);
    const relevant = relevantCount(list, level);
    if (relevant === 0) return 0;
    const bound = Math.min(relevant, relevantCount(list, 0) - relevant);
    let above = 0;
    let sum = 0;
    for (const grade of list.grades) {
      if (grade === null || grade < 0) continue;
      if (grade < level) above++;
      else sum += above === 0 ? 1 : 1 - Math.min(above, relevant) / bound;
    }
    return sum / relevant;
  },
};
