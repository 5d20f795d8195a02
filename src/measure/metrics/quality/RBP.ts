import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, depthOf, isRelevant, relevanceLevel } from '../../judged-list.ts';

/**
 * Rank-biased precision with binary gain.
 * @example p 0.5, relevant at ranks 1 and 3: 0.5 · (1 + 0.25) = 0.625
 */
export const RBP: QualityMetric = {
  id: 'RBP',
  title: 'Rank-biased precision',
  description:
    'Gain a document for a reader who goes on to the next rank with probability p (0.8: about 5 ranks). It is not normalised: a query with few relevant documents cannot reach 1.',
  formula: '(1 − p) · sum over relevant ranks i ≤ k of p^(i − 1)',
  unit: '',
  range: [0, 1],
  // All k places relevant.
  rangeAt: ({ cutoff, params }) => [0, cutoff === null ? 1 : 1 - Number(params.p) ** cutoff],
  direction: 'higher',
  source: {
    title: 'Moffat & Zobel 2008, Rank-Biased Precision for Measurement of Retrieval Effectiveness',
    doi: '10.1145/1416950.1416952',
  },
  cutoff: 'optional',
  params: { rel: 1, p: 0.8 },
  // Without `rel` ir_measures means graded gain, which its providers scale differently.
  spelledOut: ['rel'],
  check(name) {
    const p = name.params.p;
    if (typeof p !== 'number' || !(p > 0 && p < 1)) return 'p must be between 0 and 1, both excluded';
    return checkRelevanceLevel(name);
  },
  compute(list, name) {
    const p = Number(name.params.p);
    const level = relevanceLevel(name);
    const depth = depthOf(list, name);
    let sum = 0;
    let weight = 1 - p;
    for (let i = 0; i < depth; i++) {
      if (isRelevant(list.grades[i], level)) sum += weight;
      weight *= p;
    }
    return sum;
  },
};
