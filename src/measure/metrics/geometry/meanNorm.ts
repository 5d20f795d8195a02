import type { OneSpaceMetric } from '../../metric-kinds.ts';

/**
 * Mean length of the rows; `scoreSummary(space.norms)` has their quantiles.
 * @example rows (3,4) and (0,1): 3
 */
export const meanNorm: OneSpaceMetric = {
  id: 'meanNorm',
  title: 'Mean vector length',
  description:
    'Length of the vectors as stored: 1 throughout where a version normalises. A jump means that normalisation was switched on or off, which changes every dot product and no cosine.',
  formula: 'mean over rows of ‖x‖',
  unit: '',
  range: [0, null],
  direction: 'none',
  source: {
    title: 'Steck, Ekanadham & Kallus 2024, Is Cosine-Similarity of Embeddings Really About Similarity?',
    doi: '10.1145/3589335.3651526',
  },
  spaces: 1,
  compute: (space) => space.norms.reduce((sum, norm) => sum + norm, 0) / space.rows,
};
