/**
 * Ways to bound a mean of needs. Each says whether a loss of the margin or more is excluded (`pass`), and whether one of the margin
 * or less is (`fail`), one-sided at `alpha`.
 * @typedef {{ old: Float64Array, difference: Float64Array }} Sample
 * @typedef {(sample: Sample, margin: number, alpha: number) => { pass: boolean, fail: boolean }} Method
 */
import { studentQuantile } from '../../dist/measure/stats/distributions.js';
import { isAbove } from '../../dist/measure/stats/unseen-need.js';

/** @param {Float64Array} values */
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** @param {Float64Array} values */
const negated = (values) => values.map((value) => -value);

/** The gate's. @type {Method} */
function ours({ old, difference }, margin, alpha) {
  const had = meanOf(old);
  return {
    pass: isAbove({ values: difference, typical: -had, floor: -1 }, -margin, alpha),
    fail: isAbove({ values: negated(difference), typical: had - 1, floor: -1 }, margin, alpha),
  };
}

/** Gaffke's bound where any unseen need loses, or gains, 1. @type {Method} */
function worstUnseen({ difference }, margin, alpha) {
  return {
    pass: isAbove({ values: difference, typical: -1, floor: -1 }, -margin, alpha),
    fail: isAbove({ values: negated(difference), typical: -1, floor: -1 }, margin, alpha),
  };
}

/** Mean ∓ t · standard error. @type {Method} */
function student({ difference }, margin, alpha) {
  const n = difference.length;
  const mean = meanOf(difference);
  const squares = difference.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = (quantile(n, alpha) * Math.sqrt(squares / (n - 1))) / Math.sqrt(n);
  return { pass: mean - reach > -margin, fail: mean + reach < -margin };
}

const quantiles = new Map();
/** @param {number} n @param {number} alpha @returns {number} */
function quantile(n, alpha) {
  const key = `${n} ${alpha}`;
  if (!quantiles.has(key)) quantiles.set(key, studentQuantile(1 - alpha, n - 1));
  return quantiles.get(key);
}

/**
 * Whether a wealth of 1 grows to 1/α by bets, each on at most half of what it has, against "the mean of x is at most m", x in [0, 1]:
 * the predictable plug-in of Waudby-Smith & Ramdas 2024, doi:10.1093/jrsssb/qkad009, section 4, in the order of the sample.
 * @param {Float64Array} x @param {number} m @param {number} alpha
 */
function betsWin(x, m, alpha) {
  let [logWealth, sum, squares] = [0, 0.5, 0.25];
  for (const [i, value] of x.entries()) {
    const variance = squares / (i + 1);
    const bet = Math.min(Math.sqrt((2 * Math.log(1 / alpha)) / (variance * x.length)), 0.5 / m);
    logWealth += Math.log(1 + bet * (value - m));
    if (logWealth >= -Math.log(alpha)) return true;
    sum += value;
    squares += (value - sum / (i + 2)) ** 2;
  }
  return false;
}

/** Bets on the differences, moved into [0, 1]. @type {Method} */
function betting({ difference }, margin, alpha) {
  return {
    pass: betsWin(
      difference.map((d) => (d + 1) / 2),
      (1 - margin) / 2,
      alpha,
    ),
    fail: betsWin(
      difference.map((d) => (1 - d) / 2),
      (1 + margin) / 2,
      alpha,
    ),
  };
}

/** @type {Readonly<Record<string, Method>>} */
export const METHODS = {
  'Gaffke, unseen need': ours,
  'Gaffke, unseen need loses 1': worstUnseen,
  'Betting (Waudby-Smith & Ramdas)': betting,
  Student: student,
};
