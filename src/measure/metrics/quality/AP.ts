import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, depthOf, isRelevant, relevanceLevel, relevantCount } from '../../judged-list.ts';

/**
 * Average precision.
 * @example relevant at ranks 1 and 3 of 2 relevant: (1/1 + 2/3) / 2 = 0.8333
 */
export const AP: QualityMetric = {
  id: 'AP',
  title: 'Average precision',
  description:
    'Precision at each relevant document, averaged over all relevant ones, missed ones counting 0. Grades are reduced to relevant or not; incomplete judging lowers it.',
  formula: 'sum over relevant ranks i ≤ k of P@i, divided by |relevant|',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Buckley & Voorhees 2000, Evaluating Evaluation Measure Stability', doi: '10.1145/345508.345543' },
  cutoff: 'optional',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute(list, name) {
    const level = relevanceLevel(name);
    const depth = depthOf(list, name);
    let found = 0;
    let sum = 0;
    for (let i = 0; i < depth; i++) {
      if (!isRelevant(list.grades[i], level)) continue;
      found++;
      sum += found / (i + 1);
    }
    return found === 0 ? 0 : sum / relevantCount(list, level);
  },
};
