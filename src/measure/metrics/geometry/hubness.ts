import type { OneSpaceMetric } from '../../metric-kinds.ts';
import { nearestRows } from '../../neighbour-sets.ts';

const K = 10;

/** Population skewness; null without variance. */
function skewness(counts: Int32Array): number | null {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  let second = 0;
  let third = 0;
  for (const count of counts) {
    second += (count - mean) ** 2 / counts.length;
    third += (count - mean) ** 3 / counts.length;
  }
  return second === 0 ? null : third / second ** 1.5;
}

/**
 * Skewness of how often each row is among the 10 nearest of the others.
 * @example every row is a neighbour equally often: no variance, null
 */
export const hubness: OneSpaceMetric = {
  id: 'hubness',
  title: 'Hubness',
  description:
    'Whether a few texts are neighbours of nearly everything: such hubs turn up in many result lists. High dimensions have some hubness by nature, and duplicates in the corpus raise it. Among fewer than 12 rows it has no value.',
  formula: 'population skewness of N_10(x), the number of rows that have x among their 10 nearest',
  unit: '',
  // The skewness of n counts is at least −√n, and nobody samples over a million rows.
  range: [-1000, null],
  direction: 'lower',
  source: {
    title: 'Radovanović, Nanopoulos & Ivanović 2010, Hubs in Space',
    url: 'https://jmlr.org/papers/v11/radovanovic10a.html',
  },
  spaces: 1,
  compute(space) {
    if (space.rows <= K + 1) return null;
    const counts = new Int32Array(space.rows);
    for (const row of nearestRows(space, K)) counts[row] = (counts[row] as number) + 1;
    return skewness(counts);
  },
};
