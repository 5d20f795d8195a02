import type { TwoSpaceMetric } from '../../metric-kinds.ts';
import { nearestRows, neighbourSetJaccard } from '../../neighbour-sets.ts';
import { requireSameRows } from '../../spaces/space.ts';

const K = 10;

/**
 * Mean Jaccard similarity of each row's nearest neighbours within its own space; relates two spaces.
 * @example a space and its rotated copy: 1
 */
export const knnJaccard: TwoSpaceMetric = {
  id: 'knnJaccard',
  title: 'Shared nearest neighbours between the two spaces',
  description:
    'How much of each text’s neighbourhood survives: low values with a high Procrustes fit can’t be, low values everywhere mean another graph. About a third is usual between two good models, and no harm by itself. Among fewer than 11 rows all others are neighbours, and it has no value.',
  formula: 'mean over rows of |A ∩ B| / |A ∪ B|, A and B the 10 nearest other rows by cosine',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: 'Wendlandt, Kummerfeld & Mihalcea 2018, Surprising Instability of Word Embeddings', doi: '10.18653/v1/N18-1190' },
  spaces: 2,
  compute(old, fresh) {
    requireSameRows(old, fresh);
    if (old.rows <= K + 1) return null;
    const values = neighbourSetJaccard(nearestRows(old, K), nearestRows(fresh, K), K);
    return values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  },
};
