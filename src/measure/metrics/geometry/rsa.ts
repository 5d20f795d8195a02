import type { TwoSpaceMetric } from '../../metric-kinds.ts';
import { averageRanks, correlation } from '../../ranks.ts';
import { requireSameRows, type Space } from '../../spaces/space.ts';

function upperTriangle(space: Space): Float64Array {
  const n = space.rows;
  const cosines = space.cosines();
  const values = new Float64Array((n * (n - 1)) / 2);
  let next = 0;
  for (let i = 0; i < n; i++) {
    values.set(cosines.subarray(i * n + i + 1, (i + 1) * n), next);
    next += n - 1 - i;
  }
  return values;
}

/**
 * Representational similarity analysis; relates two spaces by Spearman's correlation of their pairwise cosines.
 * @example a space and its rotated copy: 1
 */
export const rsa: TwoSpaceMetric = {
  id: 'rsa',
  title: 'Representational similarity between the two spaces',
  description:
    'Whether pairs of texts that are close under one version are close under the other, over all pairs. Most pairs are unrelated texts, so it says little of the nearest neighbours that search returns.',
  formula: 'Spearman correlation of the upper triangles of the two cosine matrices',
  unit: '',
  range: [-1, 1],
  direction: 'none',
  source: { title: 'Kriegeskorte, Mur & Bandettini 2008, Representational Similarity Analysis', doi: '10.3389/neuro.06.004.2008' },
  spaces: 2,
  compute(old, fresh) {
    requireSameRows(old, fresh);
    if (old.rows < 3) return null;
    return correlation(averageRanks(upperTriangle(old)), averageRanks(upperTriangle(fresh)));
  },
};
