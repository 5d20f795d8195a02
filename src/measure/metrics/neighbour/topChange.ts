import type { NeighbourMetric } from '../../../model/metric.ts';

/**
 * Whether the first result is another document.
 * @example [a, b] and [b, a]: 1
 */
export const topChange: NeighbourMetric = {
  id: 'topChange',
  title: 'Top document changed',
  description:
    'Share of queries whose first result is another document. People notice it most, but the new first result may be as good or better.',
  formula: '1 if the first documents differ, else 0',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: '1 − overlap@1 of Fagin, Kumar & Sivakumar 2003, Comparing Top k Lists', doi: '10.1137/S0895480102412856' },
  cutoff: 'none',
  defaultCutoffs: [],
  compute: (old, fresh) => (old.length === 0 || fresh.length === 0 ? null : Number(old[0] !== fresh[0])),
};
