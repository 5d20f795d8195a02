import type { ShiftMetric } from '../../../model/metric.ts';
import { lowerBound } from '../../ranks.ts';
import { sortedSample } from '../../samples.ts';
import { quantileSorted } from '../../stats/quantile.ts';

const BINS = 10;

/** An empty bin would make the logarithm infinite. */
const SMALLEST_SHARE = 1e-4;

function shares(sorted: Float64Array, inner: readonly number[]): number[] {
  const cuts = [0, ...inner.map((edge) => lowerBound(sorted, edge)), sorted.length];
  return cuts.slice(1).map((cut, i) => Math.max(SMALLEST_SHARE, (cut - (cuts[i] as number)) / sorted.length));
}

/**
 * Population stability index over ten bins at the deciles of the old scores.
 * @example identical samples: 0
 */
export const psi: ShiftMetric = {
  id: 'psi',
  title: 'Population stability index',
  description:
    'How unevenly the new scores fall into the tenths of the old ones. Usual reading: under 0.1 stable, over 0.25 shifted; that rule comes from credit scoring, not from search. Not symmetric.',
  formula: 'sum over bins of (new − old) · ln(new / old); bins at deciles of old, shares at least 1e-4',
  unit: '',
  range: [0, null],
  direction: 'none',
  source: {
    title: 'Yurdakul 2018, Statistical Properties of Population Stability Index',
    url: 'https://scholarworks.wmich.edu/dissertations/3208/',
  },
  compute(old, fresh) {
    const sorted = sortedSample(old);
    // i · 0.1, not i / 10: NumPy's linspace steps so, and the last bit decides the bin of a score on an edge.
    const inner = Array.from({ length: BINS - 1 }, (_, i) => quantileSorted(sorted, (i + 1) * 0.1));
    const before = shares(sorted, inner);
    const after = shares(sortedSample(fresh), inner);
    return before.reduce((sum, share, i) => sum + ((after[i] as number) - share) * Math.log((after[i] as number) / share), 0);
  },
};
