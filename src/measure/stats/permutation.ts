import { seededRandom } from '../../core/random.ts';
import type { NeedColumn } from './needs.ts';

/** P-values of a test by flipped signs. */
export interface PermutationTest {
  /** P-values of "differs", "is below 0" and "is above 0". */
  readonly twoSided: number;
  readonly less: number;
  readonly greater: number;
  /** All sign patterns were tried; else drawn at random, with the +1 correction. */
  readonly exact: boolean;
}

/** Up to this many needs with a difference, all 2^n sign patterns are tried. */
const EXACT_NEEDS = 20;

/** Σ ± sums for every sign pattern; entry 0 is as observed. */
function allPatterns(sums: Float64Array): Float64Array {
  const totals = new Float64Array(2 ** sums.length);
  totals[0] = sums.reduce((a, b) => a + b, 0);
  let filled = 1;
  for (const sum of sums) {
    for (let i = 0; i < filled; i++) totals[filled + i] = (totals[i] ?? 0) - 2 * sum;
    filled *= 2;
  }
  return totals;
}

function drawnPatterns(sums: Float64Array, resamples: number, seed: number): Float64Array {
  const random = seededRandom(seed, 'sign-flips');
  return new Float64Array(resamples).map(() => {
    let total = 0;
    let bits = 0;
    sums.forEach((sum, i) => {
      if (i % 32 === 0) bits = random.below(2 ** 32);
      total += bits & 1 ? sum : -sum;
      bits >>>= 1;
    });
    return total;
  });
}

/**
 * Sign-flip test of "the mean difference is 0": under it a need's differences could as well have had the other sign.
 * All queries of a need flip together. Exact for up to 20 needs with a difference, else Monte Carlo, where
 * p = (1 + as extreme) / (1 + resamples); two-sided is twice the smaller one-sided value, at most 1.
 * Source: Smucker, Allan & Carterette 2007, doi:10.1145/1321440.1321528; +1: Phipson & Smyth 2010, doi:10.2202/1544-6115.1585.
 * @throws RangeError on a column without values or fewer than one resample.
 * @example signFlipTest(columnByNeed(indexNeeds(['a', 'b', 'c']), [1, 1, 1]), 9999, 7).twoSided // 2/8
 */
export function signFlipTest(column: NeedColumn, resamples: number, seed: number): PermutationTest {
  if (column.needs.length === 0 || !(resamples >= 1)) throw new RangeError('A sign-flip test needs values and resamples.');
  const sums = column.sums.filter((sum) => sum !== 0);
  const exact = sums.length <= EXACT_NEEDS;
  const totals = exact ? allPatterns(sums) : drawnPatterns(sums, resamples, seed);
  const observed = sums.reduce((a, b) => a + b, 0);
  // Patterns that tie with the observed one must count as ties whatever the order of additions rounded to.
  const near = 1e-10 * sums.reduce((a, b) => a + Math.abs(b), 0);
  const extra = exact ? 0 : 1;
  let less = extra;
  let greater = extra;
  for (const total of totals) {
    if (total <= observed + near) less++;
    if (total >= observed - near) greater++;
  }
  const share = (count: number): number => count / (totals.length + extra);
  return { twoSided: Math.min(1, 2 * share(Math.min(less, greater))), less: share(less), greater: share(greater), exact };
}
