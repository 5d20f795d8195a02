import type { ChurnMetric } from '../../metric-kinds.ts';

function rankOf(list: readonly string[], cutoff: number): (id: string) => number {
  const ranks = new Map(list.slice(0, cutoff).map((id, index) => [id, index + 1]));
  return (id) => ranks.get(id) ?? cutoff + 1;
}

/**
 * Mean number of places that relevant documents moved; one that is not in a list's first k is at k + 1 there.
 * @example k 10, ranks 1 → 3 and 4 → missing: (2 + 7) / 2 = 4.5
 */
export const rankChurn: ChurnMetric = {
  id: 'rankChurn',
  title: 'Rank churn of relevant documents',
  description:
    'How many places the relevant documents moved, up or down. It says how much the good part of the list was reshuffled, not whether for the better; unjudged documents are not seen.',
  formula: 'mean of |rank_old − rank_new| over relevant documents in either first k; k + 1 where missing',
  unit: 'positions',
  range: [0, null],
  // From the first place to k + 1, that of what is missing.
  rangeAt: ({ cutoff }) => [0, cutoff],
  direction: 'none',
  source: {
    title: 'Fagin, Kumar & Sivakumar 2003, Comparing Top k Lists (footrule with location k + 1)',
    doi: '10.1137/S0895480102412856',
  },
  cutoff: 'required',
  defaultCutoffs: [10],
  compute(old, fresh, relevant, cutoff) {
    const listed = new Set([...old.slice(0, cutoff), ...fresh.slice(0, cutoff)].filter((id) => relevant.has(id)));
    if (listed.size === 0) return null;
    const before = rankOf(old, cutoff);
    const after = rankOf(fresh, cutoff);
    return [...listed].reduce((sum, id) => sum + Math.abs(before(id) - after(id)), 0) / listed.size;
  },
};
