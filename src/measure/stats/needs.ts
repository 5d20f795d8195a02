/** Which need each query belongs to. */
export interface NeedIndex {
  /** Distinct needs, ascending by code units, so that the order of queries changes nothing. */
  readonly labels: readonly string[];
  /** One a query: index into labels, −1 for queries left out. */
  readonly of: Int32Array;
}

/** What counts once in a mean: a need, whatever the number of its queries, or a query. */
export type Weight = 'needs' | 'queries';

/**
 * One value a query, gathered by need: what resampling by need works on. Only needs with at least one value are listed.
 * The statistic is Σ sums / Σ counts: the mean over needs of each need's own mean, or the mean over queries.
 */
export interface NeedColumn {
  /** Int32Array [g], ascending, index into the need index. */
  readonly needs: Int32Array;
  /** Float64Array [g], the mean of the need's queries; by queries their sum. */
  readonly sums: Float64Array;
  /** Float64Array [g], how much the need counts: 1; by queries how many of its queries have a value. */
  readonly counts: Float64Array;
}

/**
 * @param needs one label a query
 * @param include leaves out the queries for which it is false; their needs don't count
 * @example indexNeeds(['b', 'a', 'b']).of // [1, 0, 1]
 */
export function indexNeeds(needs: readonly string[], include?: readonly boolean[]): NeedIndex {
  if (include !== undefined && include.length !== needs.length) throw new RangeError('One flag a query is needed.');
  const taken = (i: number): boolean => include?.[i] ?? true;
  const labels = [...new Set(needs.filter((_, i) => taken(i)))].sort((a, b) => (a < b ? -1 : 1));
  const places = new Map(labels.map((label, i) => [label, i]));
  return { labels, of: Int32Array.from(needs, (need, i) => (taken(i) ? (places.get(need) ?? -1) : -1)) };
}

/**
 * Gathers a column of per-query values by need.
 * @param values one a query; null where there is none
 * @param members leaves out the queries for which it is false, e.g. those outside a slice
 * @throws RangeError on NaN, on other lengths, and on a value of a query that the index leaves out.
 * @example columnByNeed(indexNeeds(['a', 'a', 'b']), [1, 0, null]) // needs [0], sums [0.5], counts [1]
 */
export function columnByNeed(
  index: NeedIndex,
  values: readonly (number | null)[],
  members?: readonly boolean[],
  weight: Weight = 'needs',
): NeedColumn {
  if (values.length !== index.of.length || (members !== undefined && members.length !== values.length))
    throw new RangeError('Values, members and needs must have one entry a query.');
  const sums = new Float64Array(index.labels.length);
  const counts = new Float64Array(index.labels.length);
  values.forEach((value, i) => {
    if (value === null || members?.[i] === false) return;
    const need = index.of[i] ?? -1;
    if (need < 0 || !Number.isFinite(value)) throw new RangeError(`Query ${i}: ${need < 0 ? 'its need was left out' : `value ${value}`}.`);
    sums[need] = (sums[need] ?? 0) + value;
    counts[need] = (counts[need] ?? 0) + 1;
  });
  const needs = Int32Array.from(index.labels.keys()).filter((need) => (counts[need] ?? 0) > 0);
  const gathered = { needs, sums: Float64Array.from(needs, (n) => sums[n] ?? 0), counts: Float64Array.from(needs, (n) => counts[n] ?? 0) };
  return weight === 'queries' ? gathered : { needs, sums: needMeans(gathered), counts: new Float64Array(needs.length).fill(1) };
}

/**
 * Per query fresh − old; null where either is null.
 * @throws RangeError on other lengths.
 * @example pairedDifferences([0.5, null], [0.75, 1]) // [0.25, null]
 */
export function pairedDifferences(old: readonly (number | null)[], fresh: readonly (number | null)[]): (number | null)[] {
  if (old.length !== fresh.length) throw new RangeError('Paired values must have one entry a query each.');
  return old.map((before, i) => {
    const after = fresh[i] ?? null;
    return before === null || after === null ? null : after - before;
  });
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Mean over needs, or over queries where the column was gathered by them.
 * @throws RangeError on a column without values.
 */
export function columnMean(column: NeedColumn): number {
  if (column.needs.length === 0) throw new RangeError('A column without values has no mean.');
  return total(column.sums) / total(column.counts);
}

/**
 * How much a standard error may be off itself, as a share of it: √((kurtosis − 1)/n)/2, large where few needs move. 0 where nothing varies.
 * Source: Cramér 1946, Mathematical Methods of Statistics, 27.4 (the variance of a sample variance), by the delta method.
 * @example spreadError(columnByNeed(indexNeeds(['a', 'b', 'c', 'd']), [0, 0, 0, 1])) // 0.289: kurtosis 7/3
 */
export function spreadError(column: NeedColumn): number {
  const mean = columnMean(column);
  let [squares, fourths] = [0, 0];
  column.sums.forEach((sum, i) => {
    const square = (sum - mean * (column.counts[i] ?? 0)) ** 2;
    squares += square;
    fourths += square ** 2;
  });
  return squares === 0 ? 0 : Math.sqrt(Math.max(0, fourths / squares ** 2 - 1 / column.needs.length)) / 2;
}

/** Mean of each need over its queries, Float64Array [g]. */
export function needMeans(column: NeedColumn): Float64Array {
  return column.sums.map((sum, i) => sum / (column.counts[i] ?? 1));
}

/**
 * Standard error of the mean when needs are independent (linearised ratio): √( g/(g−1) · Σ (sums − mean · counts)² ) / Σ counts.
 * Where each need counts once it is the usual s/√n.
 * Source: Liang & Zeger 1986, doi:10.1093/biomet/73.1.13; Cochran 1977, Sampling Techniques, 6.4.
 * @throws RangeError with fewer than two needs.
 * @example clusterStandardError(columnByNeed(indexNeeds(['a', 'b']), [0, 1])) // 0.5
 */
export function clusterStandardError(column: NeedColumn): number {
  const g = column.needs.length;
  if (g < 2) throw new RangeError('A standard error needs two needs or more.');
  const mean = columnMean(column);
  let squares = 0;
  column.sums.forEach((sum, i) => {
    squares += (sum - mean * (column.counts[i] ?? 0)) ** 2;
  });
  return Math.sqrt((squares * g) / (g - 1)) / total(column.counts);
}
