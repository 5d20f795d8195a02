/** Index of the first value in a sorted sample that is not below `value`. */
export function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first value in a sorted sample that is above `value`. */
export function upperBound(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Ranks from 1, ties sharing their average rank.
 * @example averageRanks(Float64Array.of(5, 7, 5)) // 1.5, 3, 1.5
 */
export function averageRanks(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  return values.map((value) => {
    const first = lowerBound(sorted, value);
    // Ties are rare among millions of cosines, and a second search costs as much as the first.
    const end = sorted[first + 1] === value ? upperBound(sorted, value) : first + 1;
    return (first + 1 + end) / 2;
  });
}

/** Pearson correlation; null where a side has no variance. */
export function correlation(x: Float64Array, y: Float64Array): number | null {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] as number) - meanX;
    const dy = (y[i] as number) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/**
 * Places in the new list of the documents that both lists have in their first k, in the old list's order.
 * @example sharedPlaces(['a', 'b', 'c'], ['c', 'x', 'a'], 3) // [2, 0]
 */
export function sharedPlaces(old: readonly string[], fresh: readonly string[], k: number): number[] {
  const place = new Map(fresh.slice(0, k).map((id, index) => [id, index]));
  return old.slice(0, k).flatMap((id) => place.get(id) ?? []);
}

/**
 * For each value, how many of the values before it are smaller. A binary indexed tree keeps long lists fast.
 * Source: Fenwick 1994, doi:10.1002/spe.4380240306
 * @param places distinct whole numbers of 0 or more
 * @example smallerBefore([2, 0, 1]) // [0, 0, 1]
 */
export function smallerBefore(places: readonly number[]): number[] {
  const size = places.reduce((top, place) => Math.max(top, place + 1), 0);
  const tree = new Int32Array(size + 1);
  return places.map((place) => {
    let count = 0;
    for (let i = place; i > 0; i -= i & -i) count += tree[i] as number;
    for (let i = place + 1; i <= size; i += i & -i) tree[i] = (tree[i] as number) + 1;
    return count;
  });
}
