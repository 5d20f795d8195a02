import type { ShiftMetric } from '../../../model/metric.ts';
import { sortedSample, sweep } from '../../samples.ts';

/**
 * Kolmogorov-Smirnov distance of two samples.
 * @example {1, 2} and {2, 3}: 0.5
 */
export const ks: ShiftMetric = {
  id: 'ks',
  title: 'Kolmogorov-Smirnov distance',
  description:
    'Largest gap between the two distributions of scores: at the worst threshold, this share of pairs is decided differently. Given without a p-value, because pairs of one query are dependent.',
  formula: 'max over x of |F_old(x) − F_new(x)|',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: 'Smirnov 1948, Table for Estimating the Goodness of Fit of Empirical Distributions', doi: '10.1214/aoms/1177730256' },
  compute(old, fresh) {
    const a = sortedSample(old);
    const b = sortedSample(fresh);
    let largest = 0;
    sweep(a, b, (_, belowA, belowB) => {
      largest = Math.max(largest, Math.abs(belowA / a.length - belowB / b.length));
    });
    return largest;
  },
};
