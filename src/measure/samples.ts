/**
 * A sorted copy of a sample of scores.
 * @throws RangeError on an empty sample or a value that is not finite
 */
export function sortedSample(sample: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(sample);
  if (sorted.length === 0) throw new RangeError('A sample of scores is empty.');
  for (const score of sorted) if (!Number.isFinite(score)) throw new RangeError('A score is not a finite number.');
  return sorted.sort();
}

/**
 * Calls back at each distinct value of two sorted samples, ascending.
 * @param visit gets the value, and the counts of each sample at or below it
 */
export function sweep(a: Float64Array, b: Float64Array, visit: (value: number, belowA: number, belowB: number) => void): void {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    visit(value, i, j);
  }
}
