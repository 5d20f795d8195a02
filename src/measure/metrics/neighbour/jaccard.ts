import type { NeighbourMetric } from '../../../model/metric.ts';
import { sharedPlaces } from '../../ranks.ts';

/**
 * Jaccard similarity of the first k.
 * @example first 2 of [a, b] and [b, c]: 1/3
 */
export const jaccard: NeighbourMetric = {
  id: 'jaccard',
  title: 'Jaccard similarity',
  description:
    'Share of the documents in either first k that are in both, in any order. A low value is change, not harm; it falls faster than overlap (half shared is 0.33).',
  formula: '|A ∩ B| / |A ∪ B|, A and B the first k of each list',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: 'Jaccard 1912, The Distribution of the Flora in the Alpine Zone', doi: '10.1111/j.1469-8137.1912.tb05611.x' },
  cutoff: 'required',
  defaultCutoffs: [10],
  compute(old, fresh, cutoff) {
    const shared = sharedPlaces(old, fresh, cutoff).length;
    const union = Math.min(old.length, cutoff) + Math.min(fresh.length, cutoff) - shared;
    return union === 0 ? null : shared / union;
  },
};
