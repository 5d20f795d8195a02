/** Cost of one judge saying `a` where the other says `b`; 0 where they agree. */
export type DisagreementWeight = (a: number, b: number) => number;

/** Cost by the square of the distance: the usual choice for grades. */
export const QUADRATIC: DisagreementWeight = (a, b) => (a - b) ** 2;

function tally(grades: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const grade of grades) counts.set(grade, (counts.get(grade) ?? 0) + 1);
  return counts;
}

/**
 * Cohen's weighted kappa: 1 − observed / expected disagreement, the expected one being that of two judges who give their
 * own shares of each grade at random. 1 is full agreement, 0 what chance gives, below 0 less than that.
 * κ = 1 − (Σ w(aᵢ, bᵢ) / n) / (Σ over grades g, h of p_a(g) · p_b(h) · w(g, h))
 * Source: Cohen 1968, doi:10.1037/h0026256. With quadratic weights it is an intraclass correlation (Fleiss & Cohen 1973,
 * doi:10.1177/001316447303300309), so it depends on how the grades are spread: compare it within one collection only.
 * @param a grades of one judge, [n]
 * @param b the other's, of the same items in the same order, [n]
 * @returns null where the expected disagreement is 0: both gave one and the same grade throughout
 * @throws RangeError on no items, other lengths, or a grade that is not finite
 * @example weightedKappa([0, 1, 2, 3], [0, 1, 2, 2]) // 0.875: observed 1/4, expected 2
 */
export function weightedKappa(a: readonly number[], b: readonly number[], weight: DisagreementWeight = QUADRATIC): number | null {
  if (a.length === 0 || a.length !== b.length) throw new RangeError('Kappa needs at least one item, and a grade of each judge for each.');
  if (![...a, ...b].every(Number.isFinite)) throw new RangeError('Kappa needs finite grades.');
  const n = a.length;
  const observed = a.reduce((sum, grade, i) => sum + weight(grade, b[i] ?? grade), 0) / n;
  let expected = 0;
  for (const [g, ofA] of tally(a)) for (const [h, ofB] of tally(b)) expected += (ofA / n) * (ofB / n) * weight(g, h);
  return expected === 0 ? null : 1 - observed / expected;
}
