import type { NeighbourMetric } from '../../../model/metric.ts';

/** Persistence: the first 10 ranks carry 86 % of the weight (Webber et al., section 5.2). */
const P = 0.9;

/**
 * Rank-biased overlap, extrapolated from the depth both lists reach.
 * @example [a, b] and [a, c], k 2: 0.1 · (1 + 0.9 · 0.5) + 0.5 · 0.81 = 0.55
 */
export const rbo: NeighbourMetric = {
  id: 'rbo',
  title: 'Rank-biased overlap',
  description:
    'Agreement of two rankings with most weight on the top, extrapolated beyond the common depth. Change, not harm. With short lists it is mostly extrapolation.',
  formula: '(1 − p) · sum over d ≤ n of p^(d − 1) · X_d / d + X_n / n · p^n; X_d shared in the first d, n = min(k, lengths), p = 0.9',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: 'Webber, Moffat & Zobel 2010, A Similarity Measure for Indefinite Rankings, eq. 23', doi: '10.1145/1852102.1852106' },
  cutoff: 'required',
  defaultCutoffs: [50],
  compute(old, fresh, cutoff) {
    const depth = Math.min(cutoff, old.length, fresh.length);
    if (depth === 0) return old.length + fresh.length === 0 ? null : 0;
    const seen = new Set<string>();
    let shared = 0;
    let weight = 1;
    let sum = 0;
    for (let d = 1; d <= depth; d++) {
      for (const id of [old[d - 1] as string, fresh[d - 1] as string]) {
        if (seen.has(id)) shared++;
        seen.add(id);
      }
      sum += (weight * shared) / d;
      weight *= P;
    }
    return Math.min(1, (1 - P) * sum + (shared / depth) * weight);
  },
};
