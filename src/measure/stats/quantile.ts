/**
 * A quantile by linear interpolation between order statistics (NumPy's default, type 7 of Hyndman & Fan 1996,
 * doi:10.1080/00031305.1996.10473566): position h = (n − 1)·q, value x⌊h⌋ + (h − ⌊h⌋)·(x⌊h⌋₊₁ − x⌊h⌋).
 * @param sorted at least one finite value, ascending
 * @param q in [0, 1]
 * @throws RangeError on an empty sample or a q outside [0, 1]
 * @example quantileSorted([1, 2, 3, 10], 0.5) // 2.5
 */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new RangeError('A quantile needs at least one value.');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile's level must be in [0, 1], not ${q}.`);
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  const t = position - low;
  // Interpolating from the nearer end, as NumPy does, keeps the result monotone in q to the last bit.
  return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

/**
 * The same of a sample in any order; the sample is not changed.
 * @throws RangeError on an empty sample, a value that is not finite, or a q outside [0, 1]
 * @example quantile([10, 1, 3, 2], 0.25) // 1.75
 */
export function quantile(sample: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(sample).sort();
  if (!sorted.every(Number.isFinite)) throw new RangeError('A quantile needs finite values.');
  return quantileSorted(sorted, q);
}
