import { readFileSync } from 'node:fs';

/**
 * Populations of needs whose true mean difference is known. Each need is [old value, difference]; the old value bounds what it can lose.
 * @typedef {{ next(): number }} Random uniform in [0, 1)
 * @typedef {(random: Random) => [old: number, difference: number]} Draw
 * @typedef {Readonly<Record<string, { old: readonly number[], fresh: readonly number[] }>>} Pairs real values a need, by name
 */

/**
 * Weights of the values under which their mean is the given one, by exponential tilting: zeros stay zeros.
 * @param {readonly number[]} values
 * @param {readonly number[]} weights
 * @param {number} mean
 * @param {readonly number[]} scores what is tilted by, rising with the values
 */
export function tilt(values, weights, mean, scores = values) {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const at = (/** @type {number} */ t) => {
    const top = Math.max(t * least, t * most);
    const raw = scores.map((score, i) => weights[i] * Math.exp(t * score - top));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((weight) => weight / sum);
  };
  let [low, high] = [-400, 400];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (at(middle).reduce((sum, weight, i) => sum + weight * values[i], 0) < mean) low = middle;
    else high = middle;
  }
  return at((low + high) / 2);
}

/** @param {readonly number[]} weights @returns {(random: Random) => number} an index, by weight */
function picker(weights) {
  let sum = 0;
  const ends = weights.map((weight) => (sum += weight));
  return (random) => {
    const at = random.next() * sum;
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Pairs that are drawn as often as their weights say. @param {readonly [number, number][]} pairs @param {readonly number[]} weights @returns {Draw} */
export function weighted(pairs, weights) {
  const pick = picker(weights);
  return (random) => pairs[pick(random)];
}

/** Real values of the bundled data set. @returns {Pairs} */
export function helpdesk() {
  return JSON.parse(readFileSync(new URL('helpdesk.json', import.meta.url), 'utf8'));
}

/** @param {Random} random */
export function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** An old value with which the difference is possible: any. @param {Random} random @param {number} d */
function anyOld(random, d) {
  const low = Math.max(0, -d);
  return low + (Math.max(low, Math.min(1, 1 - d)) - low) * random.next();
}

/** Half of the needs had no more than they lost: many had nothing. @param {Random} random @param {number} d */
function leastOld(random, d) {
  return random.next() < 0.5 ? Math.max(0, -d) : anyOld(random, d);
}

/** @param {readonly number[]} values @param {readonly number[]} weights @returns {Draw} */
function discrete(values, weights, old = anyOld) {
  const pick = picker(weights);
  return (random) => {
    const d = values[pick(random)];
    return [old(random, d), d];
  };
}

const JUMPS = [-1, -0.63, -0.5, -0.37, -0.26, -0.13, -0.05, 0.05, 0.13, 0.26, 0.37, 0.5, 0.63, 1];
const LOSSES = [-1, -0.5, -0.37, -0.13];

/** Most needs don't move, the others jump as nDCG does when a document changes its rank. */
function jumps(/** @type {number} */ zeros, /** @type {number} */ mean, old = anyOld) {
  const rarer = JUMPS.map((jump) => (Math.abs(jump) > 0.6 ? 0.3 : 1));
  return discrete([0, ...JUMPS], [zeros, ...tilt(JUMPS, rarer, mean / (1 - zeros)).map((weight) => weight * (1 - zeros))], old);
}

/** A share of needs loses all it had, whatever that was. @param {Draw} draw @param {number} meanOld @param {number} mean @returns {Draw} */
function wipedOut(draw, meanOld, mean) {
  const share = -mean / meanOld;
  return (random) => {
    const [old, d] = draw(random);
    return random.next() < share ? [old, -old] : [old, d];
  };
}

/** @param {number} mean @param {1 | -1} sign @returns {Draw} */
function lognormal(mean, sign) {
  return (random) => {
    const d = Math.max(-1, Math.min(1, mean + sign * 0.05 * (Math.exp(normal(random)) - Math.exp(0.5))));
    return [anyOld(random, d), d];
  };
}

/** @param {number} mean below 0 @returns {Record<string, Draw>} */
function losses(mean) {
  const m = -mean;
  const sizes = tilt(
    LOSSES,
    LOSSES.map(() => 1),
    mean / 0.06,
  ).map((weight) => weight * 0.06);
  const binary = (/** @type {number} */ p) => (/** @type {Random} */ random) =>
    /** @type {[number, number]} */ ([Number(random.next() < p), 0]);
  return {
    '6 % lose 0.13 to 1': discrete([0, ...LOSSES], [0.94, ...sizes]),
    '6 % lose 0.13 to 1, many had 0': discrete([0, ...LOSSES], [0.94, ...sizes], leastOld),
    'a share loses 1; all had 1': wipedOut(() => [1, 0], 1, mean),
    'a share loses 0.5; all had 0.5': discrete([0, -0.5], [1 - m / 0.5, m / 0.5], () => 0.5),
    'a share loses 0.5': discrete([0, -0.5], [1 - m / 0.5, m / 0.5]),
    'a share loses 0.2': discrete([0, -0.2], [1 - m / 0.2, m / 0.2]),
    'a share loses all; 30 % had 1, others 0': wipedOut(binary(0.3), 0.3, mean),
    'a share loses all; 80 % had 1, others 0': wipedOut(binary(0.8), 0.8, mean),
    'a share loses all; old values 0 to 1': wipedOut((random) => [random.next(), 0], 0.5, mean),
    'a share loses all; old values 0.05 or 1': wipedOut((random) => [random.next() < 0.3 ? 1 : 0.05, 0], 0.335, mean),
    'only those that had 1 lose it': (random) => (random.next() < m ? [1, -1] : [random.next(), 0]),
    'only those that had 1 lose it, others gain 0.01': (random) =>
      random.next() < (m + 0.01) / 1.01 ? [1, -1] : [0.99 * random.next(), 0.01],
  };
}

/** @param {string} name @param {{ old: readonly number[], fresh: readonly number[] }} pair @param {number} mean @returns {Record<string, Draw>} */
function real(name, { old, fresh }, mean) {
  const d = old.map((before, i) => fresh[i] - before);
  const even = d.map(() => 1);
  if (mean <= Math.min(...d) || mean >= Math.max(...d)) return {};
  const tilted = picker(tilt(d, even, mean));
  /** @type {Record<string, Draw>} */
  const scenes = { [`${name}, tilted`]: (random) => pair(tilted(random)) };
  const pair = (/** @type {number} */ i) => /** @type {[number, number]} */ ([old[i], d[i]]);
  if (mean >= 0) return scenes;
  // Those that are not wiped out change as they really do, to no effect on average.
  const weights = tilt(d, even, 0);
  const still = picker(weights);
  const meanOld = weights.reduce((sum, weight, i) => sum + weight * old[i], 0);
  scenes[`${name}, a share loses all, others change`] = wipedOut((random) => pair(still(random)), meanOld, mean);
  scenes[`${name}, a share loses all`] = wipedOut((random) => [old[still(random)], 0], meanOld, mean);
  return scenes;
}

/**
 * Every scene with the given true mean difference; those that only lose need one below 0.
 * @param {number} mean
 * @param {Pairs} pairs
 * @returns {Record<string, Draw>}
 */
export function scenesAt(mean, pairs = {}) {
  return {
    'normal, sd 0.2': (random) => {
      const d = mean + 0.2 * normal(random);
      return [anyOld(random, d), d];
    },
    '70 % zeros, jumps': jumps(0.7, mean),
    '70 % zeros, jumps, many had 0': jumps(0.7, mean, leastOld),
    '90 % zeros, jumps': jumps(0.9, mean),
    '90 % zeros, jumps, many had 0': jumps(0.9, mean, leastOld),
    'few large losses, many small gains': discrete([-0.8, (mean + 0.04) / 0.95], [0.05, 0.95]),
    'few large gains, many small losses': discrete([0.8, (mean - 0.04) / 0.95], [0.05, 0.95]),
    'minus lognormal': lognormal(mean, -1),
    'plus lognormal': lognormal(mean, 1),
    ...(mean < 0 ? losses(mean) : {}),
    ...Object.assign({}, ...Object.entries(pairs).map(([name, pair]) => real(name, pair, mean))),
  };
}

/**
 * A sample of needs.
 * @param {Draw} draw @param {number} needs @param {Random} random
 */
export function sampleOf(draw, needs, random) {
  const [old, difference] = [new Float64Array(needs), new Float64Array(needs)];
  for (let i = 0; i < needs; i++) [old[i], difference[i]] = draw(random);
  return { old, difference };
}

/** The same with paraphrases: each query of a need follows its need with probability 0.6 and is drawn alone otherwise. @param {Draw} draw @param {number} queries @returns {Draw} */
export function clustered(draw, queries) {
  return (random) => {
    const own = draw(random);
    let [old, difference] = [0, 0];
    for (let i = 0; i < queries; i++) {
      const [o, d] = random.next() < 0.6 ? own : draw(random);
      old += o / queries;
      difference += d / queries;
    }
    return [old, difference];
  };
}
