function checked(ps: readonly number[]): readonly number[] {
  if (ps.some((p) => !(p >= 0 && p <= 1))) throw new RangeError('A p-value must be between 0 and 1.');
  return ps;
}

/** Indices in the order of their keys, smallest first. */
function ascending(keys: readonly number[]): number[] {
  return keys
    .map((key, i) => ({ key, i }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .map(({ i }) => i);
}

/** P-values per weight in Holm's order, each with the weight that is left when it is tested. */
function inHolmsOrder(ps: readonly number[], weights: readonly number[]): { readonly i: number; readonly left: number }[] {
  if (weights.length !== ps.length || weights.some((weight) => !(weight > 0))) throw new RangeError('Each p-value needs a weight above 0.');
  let left = weights.reduce((sum, weight) => sum + weight, 0);
  return ascending(checked(ps).map((p, i) => p / (weights[i] ?? 1))).map((i) => {
    const entry = { i, left };
    left -= weights[i] ?? 1;
    return entry;
  });
}

/** All alike. */
function even(ps: readonly number[]): number[] {
  return ps.map(() => 1);
}

/**
 * Holm's step-down adjustment: controls the chance of any false finding among all, whatever their dependence. A hypothesis
 * of weight w is tested at w over the weight of all that are left.
 * Source: Holm 1979, https://www.jstor.org/stable/4615733, weights in its section 4.
 * @returns adjusted p-values in the order given.
 * @throws RangeError on a p-value outside [0, 1] or a weight that is not above 0.
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 * @example holm([0.01, 0.04], [3, 1]) // [0.0133, 0.04]
 */
export function holm(ps: readonly number[], weights: readonly number[] = even(ps)): number[] {
  const adjusted = new Array<number>(ps.length).fill(1);
  let floor = 0;
  for (const { i, left } of inHolmsOrder(ps, weights)) {
    floor = Math.max(floor, Math.min(1, (left * (ps[i] ?? 1)) / (weights[i] ?? 1)));
    adjusted[i] = floor;
  }
  return adjusted;
}

/**
 * The level at which Holm tests each hypothesis: with equal weights α/k for the smallest p-value, α/(k − 1) for the next, … up to
 * the first that isn't rejected; all later ones are tested with the weight that was left then. A one-sided bound at that level
 * is beyond the limit exactly when Holm rejects.
 * @example holmLevels([0.01, 0.04, 0.03], 0.05) // [0.01667, 0.025, 0.025]
 */
export function holmLevels(ps: readonly number[], alpha: number, weights: readonly number[] = even(ps)): number[] {
  const levels = new Array<number>(ps.length).fill(alpha);
  let stoppedAt: number | null = null;
  for (const { i, left } of inHolmsOrder(ps, weights)) {
    const level = (alpha * (weights[i] ?? 1)) / (stoppedAt ?? left);
    if ((ps[i] ?? 1) >= level) stoppedAt ??= left;
    levels[i] = level;
  }
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
  const order = ascending(checked(ps));
  for (let rank = order.length; rank > 0; rank--) {
    const i = order[rank - 1] ?? 0;
    ceiling = Math.min(ceiling, ((ps[i] ?? 1) * ps.length) / rank);
    adjusted[i] = ceiling;
  }
  return adjusted;
}
