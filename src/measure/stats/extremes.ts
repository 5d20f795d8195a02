/**
 * The smallest value, or the given one where that is less. `Math.min(...values)` throws from about 100,000 values on.
 * @example smallest([3, 1], 2) // 1
 */
export function smallest(values: ArrayLike<number>, orLess = Number.POSITIVE_INFINITY): number {
  let least = orLess;
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i] as number);
  return least;
}

/**
 * The largest value, or the given one where that is more.
 * @example largest([3, 1], 4) // 4
 */
export function largest(values: ArrayLike<number>, orMore = Number.NEGATIVE_INFINITY): number {
  let most = orMore;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i] as number);
  return most;
}
