import { dirichletAtMost, dirichletBelow, dirichletNearly } from './dirichlet-mean.ts';
import { largest, smallest } from './extremes.ts';

/**
 * Values of a sample of needs with what a need outside it could have. To bound a mean from above, turn the signs.
 */
export interface BoundedSample {
  /** Float64Array [n], n ≥ 1. */
  readonly values: Float64Array;
  /** Float64Array [n]: how much a need counts in the mean, 1 on average; left out where each need counts once. */
  readonly weights?: Float64Array;
  /** What an average unseen need has at worst: for differences minus the mean old value, as if it lost all it had. */
  readonly typical: number;
  /** The lowest value that any need can have. */
  readonly floor: number;
}

/** The distinct needs of a sample: most have the same value, which then costs once. */
interface Grouped extends BoundedSample {
  readonly weights: Float64Array;
  /** Float64Array, how many needs are like it. */
  readonly counts: Float64Array;
  /** All needs. */
  readonly n: number;
  readonly top: number;
  /** The typical loss, or the largest seen where that is more. */
  readonly unseen: number;
}

/** Values in order, each once, with how often it is there. */
function counted(values: Float64Array): readonly [values: Float64Array, counts: Float64Array] {
  const sorted = values.slice().sort();
  const counts = new Float64Array(sorted.length);
  let last = -1;
  for (let i = 0; i < sorted.length; i++) {
    if (last < 0 || sorted[i] !== sorted[last]) sorted[++last] = sorted[i] as number;
    counts[last] = (counts[last] as number) + 1;
  }
  return [sorted.slice(0, last + 1), counts.slice(0, last + 1)];
}

/** One more, for the unseen need. */
function withOne(counts: Float64Array): Float64Array {
  const more = new Float64Array(counts.length + 1).fill(1);
  more.set(counts);
  return more;
}

function grouped({ values, weights, typical, floor }: BoundedSample): Grouped {
  const [distinct, counts] = weights === undefined ? counted(values) : [values, new Float64Array(values.length).fill(1)];
  return {
    values: distinct,
    weights: weights ?? new Float64Array(distinct.length).fill(1),
    counts: withOne(counts),
    n: values.length,
    top: largest(values, floor),
    unseen: smallest(values, typical),
    typical,
    floor,
  };
}

/** A probability that a weighted mean is at most 0, exactly or no less than that. */
type Below = typeof dirichletBelow;

/** P(weighted mean of the seen, and of an unseen one if it is given, ≤ limit). */
function below({ values, weights, counts }: Grouped, limit: number, unseen: number | null, probability: Below): number {
  const y = new Float64Array(values.length + (unseen === null ? 0 : 1));
  for (let i = 0; i < values.length; i++) y[i] = ((values[i] as number) - limit) * (weights[i] as number);
  if (unseen !== null) y[values.length] = unseen - limit;
  return probability(y, counts);
}

function pTypical(sample: Grouped, limit: number, probability: Below = dirichletBelow): number {
  return below(sample, limit, sample.unseen, probability);
}

/**
 * P(a mean under Dirichlet weights ≤ its expectation) is at least this: a sum of exponentials, log-concave.
 * Source: Grünbaum 1960, Partitions of mass-distributions and of convex bodies by hyperplanes, doi:10.2140/pjm.1960.10.1257.
 */
const BELOW_MEAN = Math.exp(-1);

/** Sum over the needs and the unseen one, relative to the limit. */
function sumOver({ values, weights, counts, unseen }: Grouped, limit: number): number {
  return values.reduce((sum, value, i) => sum + (counts[i] as number) * (weights[i] as number) * (value - limit), unseen - limit);
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** A function with one peak, and a bound of it between two places, from its value at the second. */
interface Peaked {
  at(x: number): number;
  most(from: number, to: number, atTo: number): number;
}

/** Its largest value between two places; any value above `enough` will do, and so will any below it once none can be above. */
function peak(f: Peaked, from: number, to: number, enough: number): number {
  let [a, b] = [from, to];
  let [left, right] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let atB = f.at(b);
  let best = Math.max(f.at(a), atB);
  if (best > enough) return best;
  let [atLeft, atRight] = [f.at(left), f.at(right)];
  for (let step = 0; step < 12; step++) {
    best = Math.max(best, atLeft, atRight);
    if (best > enough) return best;
    if (Math.max(f.most(a, left, atLeft), f.most(left, right, atRight), f.most(right, b, atB)) <= enough) return best;
    if (atLeft < atRight) {
      [a, left, atLeft] = [left, right, atRight];
      right = a + GOLDEN * (b - a);
      atRight = f.at(right);
    } else {
      [b, right, atB, atRight] = [right, left, atRight, atLeft];
      left = b - GOLDEN * (b - a);
      atLeft = f.at(left);
    }
  }
  return Math.max(best, atLeft, atRight);
}

/** e^−λ · P(mean of the seen ≤ what remains when a share 1 − e^(−λ/n) has the floor), up to the λ from where it is e^−λ. */
function extremeOf(sample: Grouped, limit: number, probability: Below): Peaked & { readonly end: number } {
  const { n, top, floor } = sample;
  const remains = (lambda: number): number => floor + (limit - floor) * Math.exp(lambda / n);
  return {
    at: (lambda) => Math.exp(-lambda) * below(sample, remains(lambda), null, probability),
    // The probability rises with λ.
    most: (from, to, atTo) => Math.exp(to - from) * atTo,
    // From here on even the best need seen would not make up for the share.
    end: n * Math.log((top - floor) / (limit - floor)),
  };
}

/** The most that needs like none seen could explain: the largest value over all λ. */
function pExtreme(sample: Grouped, limit: number, enough: number, probability: Below = dirichletBelow): number {
  if (limit <= sample.floor) return 0;
  if (sample.top <= limit) return 1;
  const extreme = extremeOf(sample, limit, probability);
  const least = Math.exp(-extreme.end);
  return least > enough ? least : Math.max(least, peak({ ...extreme, most: () => Infinity }, 0, extreme.end, enough));
}

/** Whether `pExtreme` is below a level, which takes fewer places than its value. */
function isExtremeBelow(sample: Grouped, limit: number, level: number, probability: Below = dirichletBelow): boolean {
  if (limit <= sample.floor) return true;
  if (sample.top <= limit) return false;
  const extreme = extremeOf(sample, limit, probability);
  const least = Math.exp(-extreme.end);
  if (least >= level) return false;
  // Beyond this place it is below the level whatever the probability is.
  const far = Math.min(extreme.end, -Math.log(level));
  if (extreme.most(0, far, extreme.at(far)) < level) return true;
  return peak(extreme, 0, extreme.end, level) < level;
}

/**
 * One-sided p-value of "the true mean is at most the limit", the larger of two that guard against what the sample doesn't show:
 *
 * 1. Gaffke's: P(Σ W·x ≤ limit) under Dirichlet(1, …, 1) weights over the sample and one unseen need, which has the typical
 *    loss or the largest seen.
 * 2. The most that needs like none seen, at the floor, could explain: with a share w of them, none is seen with
 *    probability (1 − w)^n, and the seen ones must mean no more than (limit − w · floor)/(1 − w).
 *
 * It falls when any value rises, so nothing that improves a need can undo a pass.
 * Source: Gaffke 2005, Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable,
 * Mathematical Methods of Statistics 14, 451–467; Phan, Thomas & Learned-Miller 2021, arXiv:2106.03163; docs/adr (bounds).
 * @example pAtMost({ values: new Float64Array(50), typical: -0.5, floor: -1 }, -0.02) // 0.364: 0.98^50
 */
export function pAtMost(sample: BoundedSample, limit: number): number {
  const seen = grouped(sample);
  return Math.max(pTypical(seen, limit), pExtreme(seen, limit, 1));
}

/**
 * Whether `pAtMost` is below a level. Most samples are far from it, and a bound of the p-value says so at an eighth of the cost.
 * @example isAbove({ values: new Float64Array(149), typical: -0.5, floor: -1 }, -0.02, 0.05) // true: 0.98^149 is 0.049
 */
export function isAbove(sample: BoundedSample, limit: number, level: number): boolean {
  const seen = grouped(sample);
  if (level < BELOW_MEAN && sumOver(seen, limit) <= 0) return false;
  if (pTypical(seen, limit, dirichletAtMost) >= level && pTypical(seen, limit) >= level) return false;
  return isExtremeBelow(seen, limit, level, dirichletAtMost) || isExtremeBelow(seen, limit, level);
}

/** `isAbove` but for samples beside the level, where it may differ: for simulations, in which one draw decides nothing. */
export function isAboveNearly(sample: BoundedSample, limit: number, level: number): boolean {
  const seen = grouped(sample);
  if (level < BELOW_MEAN && sumOver(seen, limit) <= 0) return false;
  return pTypical(seen, limit, dirichletNearly) < level && isExtremeBelow(seen, limit, level, dirichletNearly);
}

/** A probability that rises with the limit, by either way to find it: exactly, and nearly at an eighth of the cost. */
type Rising = (x: number, probability: Below) => number;

/** Where it reaches the level, to 1e-8. What is nearly as high says where to begin; the exact one decides. */
function crossing(p: Rising, level: number, from: number, to: number): number {
  const near = (x: number): number => p(x, dirichletNearly);
  const guess = between(near, level, [from, to, Math.log(1e-12), logOf(near(to), level)], 1e-5);
  const above = (x: number): number => logOf(p(x, dirichletBelow), level);
  let [low, high, atLow, atHigh] = [from, to, Math.log(1e-12), Number.NaN];
  for (let step = 1e-4, x = guess; step < 1; step *= 8) {
    const at = above(x);
    if (at < 0) [low, atLow] = [x, at];
    else [high, atHigh] = [x, at];
    if (low > from && high < to) break;
    x = at < 0 ? Math.min(to, x + step) : Math.max(from, x - step);
    if (x <= from || x >= to) break;
  }
  return between((x) => p(x, dirichletBelow), level, [low, high, atLow, Number.isNaN(atHigh) ? above(to) : atHigh], 1e-8);
}

function logOf(p: number, level: number): number {
  return Math.log(Math.max(p, 1e-300) / level);
}

type Bracket = readonly [low: number, high: number, atLow: number, atHigh: number];

/** The rule of false position, after Illinois, on the logarithm of a rising function. */
function between(p: (x: number) => number, level: number, [from, to, atFrom, atTo]: Bracket, near: number): number {
  let [low, high, atLow, atHigh] = [from, to, atFrom, atTo];
  for (let step = 0; step < 100 && high - low > near; step++) {
    // Both ends close in: a place at the same end twice running counts half.
    const x = step % 3 === 2 ? (low + high) / 2 : high - (atHigh * (high - low)) / (atHigh - atLow);
    const at = logOf(p(x), level);
    if (at < 0) {
      [low, atLow] = [x, at];
      atHigh /= 2;
    } else {
      [high, atHigh] = [x, at];
      atLow /= 2;
    }
  }
  return low;
}

/**
 * One-sided lower bound of the true mean: it is above any limit exactly when `pAtMost` of that limit is below 1 − confidence.
 * @throws RangeError without values, or unless 0 < confidence < 1
 * @example meanAtLeast({ values: new Float64Array(50), typical: -0.5, floor: -1 }, 0.95) // −0.058: 0.05^(1/50) − 1
 */
export function meanAtLeast(sample: BoundedSample, confidence: number): number {
  if (sample.values.length === 0 || !(confidence > 0 && confidence < 1))
    throw new RangeError(`No bound of ${sample.values.length} values at ${confidence}.`);
  const level = 1 - confidence;
  const seen = grouped(sample);
  const bound = crossing((x, probability) => pTypical(seen, x, probability), level, Math.min(seen.unseen, seen.top), seen.top);
  if (isExtremeBelow(seen, bound, level)) return bound;
  return crossing((x, probability) => pExtreme(seen, x, level, probability), level, sample.floor, bound);
}
