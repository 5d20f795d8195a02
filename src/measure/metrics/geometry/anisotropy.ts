import type { OneSpaceMetric } from '../../metric-kinds.ts';
import { unitRows } from '../../spaces/space.ts';

/**
 * Mean cosine over all pairs of different rows, from the sum of the rows: (‖Σx‖² − Σ‖x‖²) / (n·(n − 1)).
 * @example rows (1,0) and (0,1): 0
 */
export const anisotropy: OneSpaceMetric = {
  id: 'anisotropy',
  title: 'Anisotropy',
  description:
    'How far all vectors point the same way. It moves every score at once, which breaks fixed thresholds; ranking is not hurt by it. It depends on the texts sampled.',
  formula: 'mean cosine over all pairs of rows',
  unit: '',
  range: [-1, 1],
  direction: 'none',
  source: { title: 'Ethayarajh 2019, How Contextual are Contextualized Word Representations?', doi: '10.18653/v1/D19-1006' },
  spaces: 1,
  compute(space) {
    const { rows, dimension } = space;
    if (rows < 2) return null;
    const sum = new Float64Array(dimension);
    let own = 0;
    unitRows(space).forEach((value, i) => {
      sum[i % dimension] = (sum[i % dimension] as number) + value;
      own += value * value;
    });
    return (sum.reduce((total, value) => total + value * value, 0) - own) / (rows * (rows - 1));
  },
};
