import type { OneSpaceMetric } from '../../metric-kinds.ts';
import { centred } from '../../spaces/linear-algebra.ts';
import { singularValues } from '../../spaces/singular-values.ts';

/**
 * Effective rank of the centred matrix.
 * @example rows (1,0), (−1,0), (0,1), (0,−1): two equal singular values, effective rank 2
 */
export const effectiveRank: OneSpaceMetric = {
  id: 'effectiveRank',
  title: 'Effective rank',
  description:
    'How many directions the vectors really use, 1 to the dimension. A sudden drop hints at wrong pooling or a collapsed model. It cannot exceed the number of rows less one, so compare equal samples only.',
  formula: 'exp(−sum of p·ln p), p = singular values of the centred matrix over their sum',
  unit: 'dimensions',
  range: [1, null],
  direction: 'none',
  source: { title: 'Roy & Vetterli 2007, The Effective Rank (EUSIPCO)', url: 'https://ieeexplore.ieee.org/document/7098875' },
  spaces: 1,
  compute(space) {
    const matrix = centred(space.data, space.dimension);
    if (matrix === null) return null;
    const values = singularValues(matrix, space.dimension);
    const total = values.reduce((sum, value) => sum + value, 0);
    return Math.exp(-values.reduce((sum, value) => (value === 0 ? sum : sum + (value / total) * Math.log(value / total)), 0));
  },
};
