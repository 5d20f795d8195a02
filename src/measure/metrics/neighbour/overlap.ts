import type { NeighbourMetric } from '../../../model/metric.ts';
import { sharedPlaces } from '../../ranks.ts';

/**
 * Overlap of the first k.
 * @example first 2 of [a, b] and [b, c]: 1/2
 */
export const overlap: NeighbourMetric = {
  id: 'overlap',
  title: 'Overlap',
  description:
    'Share of the first k results that both versions return, in any order. A low value is change, not harm: two good versions often share less than half. Lists shorter than k cannot reach 1.',
  formula: '|A ∩ B| / k, A and B the first k of each list',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: 'Fagin, Kumar & Sivakumar 2003, Comparing Top k Lists', doi: '10.1137/S0895480102412856' },
  cutoff: 'required',
  defaultCutoffs: [10],
  compute: (old, fresh, cutoff) => (old.length + fresh.length === 0 ? null : sharedPlaces(old, fresh, cutoff).length / cutoff),
};
