import type { Column } from '../model/evaluation.ts';

/**
 * A column of one value a query with its mean over the queries that have one.
 * @example columnOf([1, null, 0]) // { mean: 0.5, n: 2, perQuery: [1, null, 0] }
 */
export function columnOf(perQuery: readonly (number | null)[]): Column {
  let sum = 0;
  let n = 0;
  for (const value of perQuery) {
    if (value === null) continue;
    sum += value;
    n++;
  }
  return { mean: n === 0 ? null : sum / n, n, perQuery };
}
