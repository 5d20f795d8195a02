function checked(ps: readonly number[]): readonly number[] {
  if (ps.some((p) => !(p >= 0 && p <= 1))) throw new RangeError('A p-value lies between 0 and 1.');
  return ps;
}

/** Indices of p-values, smallest first. */
function ascending(ps: readonly number[]): number[] {
  return checked(ps)
    .map((p, i) => ({ p, i }))
    .sort((a, b) => a.p - b.p || a.i - b.i)
    .map(({ i }) => i);
}

/**
 * Holm's step-down adjustment: controls the chance of any false finding among all, whatever their dependence.
 * Source: Holm 1979, https://www.jstor.org/stable/4615733.
 * @returns adjusted p-values in the order given.
 * @throws RangeError on a p-value outside [0, 1].
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length).fill(1);
  let floor = 0;
  ascending(ps).forEach((i, rank) => {
    floor = Math.max(floor, Math.min(1, (ps.length - rank) * (ps[i] ?? 1)));
    adjusted[i] = floor;
  });
  return adjusted;
}

/**
 * The level at which Holm tests each hypothesis: α/k for the smallest p-value, α/(k − 1) for the next, … up to the first
 * that isn't rejected, whose level all the later ones share. A one-sided bound at that level lies beyond the limit
 * exactly when Holm rejects.
 * @example holmLevels([0.01, 0.04, 0.03], 0.05) // [0.01667, 0.025, 0.025]
 */
export function holmLevels(ps: readonly number[], alpha: number): number[] {
  const levels = new Array<number>(ps.length).fill(alpha);
  let level = alpha;
  let stopped = false;
  ascending(ps).forEach((i, rank) => {
    if (!stopped) level = alpha / (ps.length - rank);
    stopped ||= (ps[i] ?? 1) >= level;
    levels[i] = level;
  });
  return levels;
}

/**
 * Benjamini and Hochberg's step-up adjustment: controls the expected share of false findings among the findings.
 * Source: Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
 * @returns adjusted p-values in the order given.
 * @throws RangeError on a p-value outside [0, 1].
 * @example benjaminiHochberg([0.01, 0.04, 0.03]) // [0.03, 0.04, 0.04]
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length).fill(1);
  let ceiling = 1;
  const order = ascending(ps);
  for (let rank = order.length; rank > 0; rank--) {
    const i = order[rank - 1] ?? 0;
    ceiling = Math.min(ceiling, ((ps[i] ?? 1) * ps.length) / rank);
    adjusted[i] = ceiling;
  }
  return adjusted;
}
