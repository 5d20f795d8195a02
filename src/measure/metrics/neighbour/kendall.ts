import type { NeighbourMetric } from '../../../model/metric.ts';
import { sharedPlaces, smallerBefore } from '../../ranks.ts';

/**
 * Kendall's tau of the documents that both first k have. Ranks have no ties, so tau-b is tau-a.
 * @example order a, b, c against a, c, b: (2 − 1) / 3 = 0.333
 */
export const kendall: NeighbourMetric = {
  id: 'kendall',
  title: "Kendall's tau of shared documents",
  description:
    'Whether the documents both versions return are in the same order. It sees only shared documents, so read it beside overlap: two shared documents give 1 or −1.',
  formula: '(concordant − discordant pairs) / all pairs of shared documents',
  unit: '',
  range: [-1, 1],
  direction: 'none',
  source: { title: 'Kendall 1945, The Treatment of Ties in Ranking Problems', doi: '10.1093/biomet/33.3.239' },
  cutoff: 'required',
  defaultCutoffs: [50],
  compute(old, fresh, cutoff) {
    const places = sharedPlaces(old, fresh, cutoff);
    if (places.length < 2) return null;
    const concordant = smallerBefore(places).reduce((sum, count) => sum + count, 0);
    const pairs = (places.length * (places.length - 1)) / 2;
    return (2 * concordant - pairs) / pairs;
  },
};
