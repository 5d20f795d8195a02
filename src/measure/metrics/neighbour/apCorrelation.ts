import type { NeighbourMetric } from '../../../model/metric.ts';
import { sharedPlaces, smallerBefore } from '../../ranks.ts';

/**
 * AP correlation of the documents that both first k have, the old list as the reference.
 * @example old a, b, c; new b, a, c: 2/2 · (0/1 + 2/2) − 1 = 0
 */
export const apCorrelation: NeighbourMetric = {
  id: 'apCorrelation',
  title: 'AP correlation of shared documents',
  description:
    "Like Kendall's tau, but swaps near the top weigh more. Not symmetric: the old version is the reference. It sees only shared documents, so read it beside overlap.",
  formula: '2 / (n − 1) · sum over i = 2…n of C(i) / (i − 1) − 1; C(i) documents above the new i-th that the old list also has above it',
  unit: '',
  range: [-1, 1],
  direction: 'none',
  source: {
    title: 'Yilmaz, Aslam & Robertson 2008, A New Rank Correlation Coefficient for Information Retrieval',
    doi: '10.1145/1390334.1390435',
  },
  cutoff: 'required',
  defaultCutoffs: [50],
  compute(old, fresh, cutoff) {
    const oldPlaces = sharedPlaces(fresh, old, cutoff);
    if (oldPlaces.length < 2) return null;
    const sum = smallerBefore(oldPlaces).reduce((total, count, i) => (i === 0 ? 0 : total + count / i), 0);
    return (2 * sum) / (oldPlaces.length - 1) - 1;
  },
};
