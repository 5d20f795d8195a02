import type { ShiftMetric } from '../../../model/metric.ts';
import { sortedSample, sweep } from '../../samples.ts';

/**
 * First Wasserstein distance of two samples.
 * @example {0, 1} and {2, 3}: 2
 */
export const wasserstein: ShiftMetric = {
  id: 'wasserstein',
  title: 'Wasserstein distance',
  description:
    'How far scores moved on average when the distributions are matched, in units of the score. The scale is the model’s own: 0.1 is much where all scores are between 0.6 and 0.9.',
  formula: 'integral over x of |F_old(x) − F_new(x)|',
  unit: 'score',
  range: [0, null],
  direction: 'none',
  source: {
    title: 'Vallender 1974, Calculation of the Wasserstein Distance Between Probability Distributions on the Line',
    doi: '10.1137/1118101',
  },
  compute(old, fresh) {
    const a = sortedSample(old);
    const b = sortedSample(fresh);
    let area = 0;
    let gap = 0;
    let last = 0;
    sweep(a, b, (value, belowA, belowB) => {
      if (gap > 0) area += gap * (value - last);
      gap = Math.abs(belowA / a.length - belowB / b.length);
      last = value;
    });
    return area;
  },
};
