import type { Dataset } from '../model/dataset.ts';
import type { Column, QueryTable } from '../model/evaluation.ts';
import { columnByNeed, columnMean, indexNeeds } from './stats/needs.ts';

/** The need of each query, and what counts once in a mean. */
export type Weighing = Pick<QueryTable, 'needs' | 'weight'>;

/**
 * Mean over needs of the means of their queries that have a value, or over queries where `weight` says so; null when none has.
 * @example weighedMean([1, null, 0, 1], { needs: ['a', 'b', 'c', 'c'] }) // 0.75
 */
export function weighedMean(perQuery: readonly (number | null)[], { needs, weight }: Weighing): number | null {
  // A gain beyond what a number holds is said where the measure is known.
  if (perQuery.some((value) => value !== null && !Number.isFinite(value))) return Number.NaN;
  const column = columnByNeed(indexNeeds(needs), perQuery, undefined, weight);
  return column.needs.length === 0 ? null : columnMean(column);
}

/**
 * A column of one value a query with its mean.
 * @param queries whose values they are; each query is a need unless given
 * @example columnOf([1, null, 0]) // { mean: 0.5, n: 2, perQuery: [1, null, 0] }
 */
export function columnOf(perQuery: readonly (number | null)[], queries?: Weighing): Column {
  const n = perQuery.filter((value) => value !== null).length;
  return { mean: weighedMean(perQuery, queries ?? { needs: perQuery.map((_, i) => String(i)) }), n, perQuery };
}

/** Needs and weight of the queries with these ids. */
export function weighingOf({ queries, weight }: Dataset, ids: readonly string[]): Weighing {
  const needs = new Map(queries.map(({ id, need }) => [id, need]));
  return { needs: ids.map((id) => needs.get(id) ?? id), ...(weight === undefined ? {} : { weight }) };
}
