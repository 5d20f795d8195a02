import { incompleteBeta } from './gamma.ts';
import { normalQuantile } from './normal.ts';

/**
 * Distribution function of Student's t with `df` degrees of freedom.
 * Source: Abramowitz & Stegun 1964, 26.7.1.
 * @throws RangeError unless df > 0.
 * @example studentCdf(2.0452296, 29) // 0.975
 */
export function studentCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) throw new RangeError(`studentCdf(${t}, ${df}) is not defined.`);
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/**
 * Inverse of `studentCdf` by bisection, to 1e-12.
 * @throws RangeError outside [0, 1] or unless df > 0.
 * @example studentQuantile(0.975, 29) // 2.0452296
 */
export function studentQuantile(p: number, df: number): number {
  const z = normalQuantile(p);
  if (!Number.isFinite(z) || z === 0) return z;
  if (z > 0) return -studentQuantile(1 - p, df);
  // Student's tails are heavier than the normal's, so its quantile lies further out.
  let low = 2 * z;
  let high = z;
  while (studentCdf(low, df) > p) low *= 2;
  while (high - low > 1e-12 * Math.max(1, -low)) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, df) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
