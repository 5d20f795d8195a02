import type { IndexMetric } from '../../metric-kinds.ts';

/** Scores this close are the same document twice, or float noise; neither is a loss. */
const TOLERANCE = 1e-6;

/**
 * Recall of the index by score: a served result is a hit when its score is at least the k-th exact score − 1e-6.
 * Where fewer than k exact results exist, their number takes the place of k.
 * @example exact 0.9, 0.8, 0.7, served 0.9, 0.8, 0.6, k 3: 2/3
 */
export const annRecall: IndexMetric = {
  id: 'annRecall',
  title: 'Recall of the index',
  description:
    'Share of the nearest documents that the approximate index really finds, one version against itself. It is about the index, not the model; a higher efSearch or M improves it.',
  formula: '|{served i ≤ k : score_i ≥ k-th exact score − 1e-6}| / min(k, exact results)',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Aumüller, Bernhardsson & Faithfull 2020, ANN-Benchmarks', doi: '10.1016/j.is.2019.02.006' },
  cutoff: 'required',
  defaultCutoffs: [10],
  compute(served, exact, cutoff) {
    const depth = Math.min(cutoff, exact.length);
    if (depth === 0) return null;
    const limit = (exact[depth - 1] as number) - TOLERANCE;
    let hits = 0;
    for (let i = 0; i < Math.min(depth, served.length); i++) if ((served[i] as number) >= limit) hits++;
    return hits / depth;
  },
};
