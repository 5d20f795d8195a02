import { normalCdf, normalDensity } from './distributions.ts';
import { largest, smallest } from './extremes.ts';

/**
 * How far the path leans, to the side where the integrand falls: on an upright line one outlier among many alike makes it
 * turn round and round with hardly any decay. Below 1, so that it falls like a bell where the values are many.
 */
const BEND = 0.5;
/** Step of the trapezoidal rule in u. Shifted by i·atan(BEND) the path still leans to that side: the error is about e^(−2π·0.46/STEP). */
const STEP = 0.1;
/** Where the two sides are compared, sinh u = 27: beyond the bell of many values, on the slope that an outlier leaves. */
const FAR_OUT = 4;
/** sinh u = 1e21: beyond every pole that counts. */
const FARTHEST = 50;
/** Terms below this no longer change the sum. */
const NEGLIGIBLE = 1e-15;

/** So many factors are multiplied before their size goes into its logarithm: of a hundred thousand in order, half would overflow. */
const RESCALED = 32;

/** Values, each with how often it is there. */
interface Atoms {
  readonly y: Float64Array;
  readonly counts: Float64Array;
}

/**
 * Where Σ count·y/(1 − s·y) − unit/s is 0 between 0 and the nearest pole, found by Newton's steps, halved where they lead out. With
 * unit 1 it is the saddle point of the integrand; with unit 0 it is where the moment generating function is least.
 */
function flatPoint({ y, counts }: Atoms, pole: number, unit: 0 | 1): number {
  const outwards = Math.sign(pole);
  let [near, far, s] = [0, pole, pole / 2];
  for (let step = 0; step < 60; step++) {
    let [slope, curvature] = [-unit / s, unit / (s * s)];
    for (let i = 0; i < y.length; i++) {
      const share = (y[i] as number) / (1 - s * (y[i] as number));
      const weighed = (counts[i] as number) * share;
      slope += weighed;
      curvature += weighed * share;
    }
    if (slope * outwards < 0) near = s;
    else far = s;
    const next = s - slope / curvature;
    const isInside = (next - near) * outwards > 0 && (far - next) * outwards > 0;
    const moved = (isInside ? next : (near + far) / 2) - s;
    s += moved;
    if (Math.abs(moved) <= 1e-4 * Math.abs(s)) break;
  }
  return s;
}

interface Path {
  /** Where it crosses the real axis, the saddle point. */
  readonly s0: number;
  readonly scale: number;
  /** Which way it leans, and how far: ±BEND. */
  readonly bend: number;
}

/** The integrand at a place of a path, relative to the saddle point: Π ((1 − s0·y)/(1 − s·y))^count · s0/s. Written over by the next. */
const height = { re: 0, im: 0 };

function findHeight({ y, counts }: Atoms, { s0, scale, bend }: Path, u: number): void {
  const x = s0 + scale * bend * (Math.cosh(u) - 1);
  const t = scale * Math.sinh(u);
  const norm = x * x + t * t;
  let re = (s0 * x) / norm;
  let im = (-s0 * t) / norm;
  let [logSize, angle] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const v = y[i] as number;
    const count = counts[i] as number;
    const a = 1 - x * v;
    const b = -t * v;
    const share = (1 - s0 * v) / (a * a + b * b);
    if (count > 1) {
      // A power by its logarithm: neither large nor small ones overflow before they meet.
      logSize += (count * Math.log((1 - s0 * v) * share)) / 2;
      angle -= count * Math.atan2(b, a);
      continue;
    }
    const real = (re * a + im * b) * share;
    im = (im * a - re * b) * share;
    re = real;
    if (i % RESCALED !== 0) continue;
    const size = Math.hypot(re, im) || 1;
    logSize += Math.log(size);
    re /= size;
    im /= size;
  }
  const size = Math.exp(logSize);
  const [cos, sin] = [size * Math.cos(angle), size * Math.sin(angle)];
  height.re = re * cos - im * sin;
  height.im = re * sin + im * cos;
}

/** (1/scale) ∫ Re f ds/i over the upper half of the path by the trapezoidal rule, f relative to the saddle point. */
function along(atoms: Atoms, path: Path): number {
  let sum = 0.5;
  for (let u = STEP; u < FARTHEST; u += STEP) {
    findHeight(atoms, path, u);
    if (Math.hypot(height.re, height.im) < NEGLIGIBLE) break;
    sum += height.re * Math.cosh(u) + height.im * path.bend * Math.sinh(u);
  }
  return sum * STEP;
}

/** (1/π) ∫ Re f(s)/|s| ds/i along a hyperbola through the saddle point, f(s) = Π 1/(1 − s·y). */
function tailBeyond(atoms: Atoms, s0: number): number {
  const { y, counts } = atoms;
  let curvature = 1 / (s0 * s0);
  let logHeight = -Math.log(Math.abs(s0));
  for (let i = 0; i < y.length; i++) {
    const [v, count] = [y[i] as number, counts[i] as number];
    const rest = 1 - s0 * v;
    curvature += count * (v / rest) ** 2;
    logHeight -= count * Math.log(rest);
  }
  const scale = 1 / Math.sqrt(curvature);
  const paths = [BEND, -BEND].map((bend) => ({ s0, scale, bend }));
  const [right, left] = paths.map((path) => {
    findHeight(atoms, path, FAR_OUT);
    return Math.hypot(height.re, height.im);
  });
  const path = paths[(left as number) < (right as number) ? 1 : 0] as Path;
  return Math.min(1, Math.max(0, (Math.exp(logHeight) * scale * along(atoms, path)) / Math.PI));
}

function ones(y: Float64Array): Float64Array {
  return new Float64Array(y.length).fill(1);
}

/** The event does not depend on the unit; in units of the largest value no pole overflows. */
function scaled(y: Float64Array, counts: Float64Array): readonly [atoms: Atoms, low: number, high: number] {
  if (y.length === 0) throw new RangeError('A weighted mean needs at least one value.');
  const [low, high] = [smallest(y, 0), largest(y, 0)];
  const unit = Math.max(high, -low);
  if (unit === 0) return [{ y, counts }, 0, 0];
  // Written out, as what follows is: simulations come here a hundred thousand times, and a callback costs more than the sum.
  const values = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) values[i] = (y[i] as number) / unit;
  return [{ y: values, counts }, low / unit, high / unit];
}

function totalOf({ y, counts }: Atoms): number {
  let total = 0;
  for (let i = 0; i < y.length; i++) total += (y[i] as number) * (counts[i] as number);
  return total;
}

function negated({ y, counts }: Atoms): Atoms {
  const values = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) values[i] = -(y[i] as number);
  return { y: values, counts };
}

/**
 * P(Σ W·y ≤ 0) where the weights W are Dirichlet(1, …, 1), exactly: W is a vector of independent unit exponentials divided by
 * its sum, so the event is Σ E·y ≤ 0, and the moment generating function of that sum, Π 1/(1 − s·y), is inverted along a
 * hyperbola through its saddle point, on the side of the smaller tail. A few dozen points give about nine digits, in small tails too.
 * Source: Rubin 1981, The Bayesian bootstrap, doi:10.1214/aos/1176345338; inversion: Lugannani & Rice 1980, doi:10.2307/1426607;
 * hyperbola and trapezoidal rule: Trefethen & Weideman 2014, doi:10.1137/130932132.
 * @param y Float64Array [n], n ≥ 1, finite
 * @param counts Float64Array [n], how often each value is there, whole and ≥ 1: a value costs the same however often
 * @throws RangeError on an empty array
 * @example dirichletBelow(Float64Array.of(-0.3, 0.7)) // 0.3: the mean of 0 and 1 under uniform weights is at most 0.3
 */
export function dirichletBelow(y: Float64Array, counts: Float64Array = ones(y)): number {
  const [atoms, low, high] = scaled(y, counts);
  if (high <= NEGLIGIBLE) return 1;
  if (low >= -NEGLIGIBLE) return 0;
  return totalOf(atoms) > 0 ? tailBeyond(atoms, flatPoint(atoms, 1 / low, 1)) : 1 - tailBeyond(atoms, flatPoint(atoms, 1 / high, 1));
}

/** Where the moment generating function is least, its logarithm there, and the variance of the sum tilted by it. */
function leastOf(atoms: Atoms, low: number): { readonly s: number; readonly log: number; readonly variance: number } {
  const s = flatPoint(atoms, 1 / low, 0);
  let [log, variance] = [0, 0];
  for (let i = 0; i < atoms.y.length; i++) {
    const [v, count] = [atoms.y[i] as number, atoms.counts[i] as number];
    const rest = 1 - s * v;
    log -= count * Math.log(rest);
    variance += count * (v / rest) ** 2;
  }
  return { s, log, variance };
}

/**
 * No less than `dirichletBelow` of the same, about two and a half times it, at an eighth of the cost. The least value M of the moment
 * generating function bounds the probability (Chernoff). What M leaves out is E e^(−|s|·X) over X ≤ 0 for the sum X tilted by s: its
 * density is log-concave with mean 0 and deviation σ, so it is at most 1/σ anywhere, and at most 1 − 1/e of it is below 0.
 * Source: Chernoff 1952, doi:10.1214/aoms/1177729330; Bobkov & Chistyakov 2015, doi:10.1007/s10958-015-2477-3 (density at most 1/σ);
 * Grünbaum 1960, doi:10.2140/pjm.1960.10.1257.
 * @throws RangeError on an empty array
 * @example dirichletAtMost(Float64Array.of(-0.3, 0.7)) // 0.53, where the probability is 0.3
 */
export function dirichletAtMost(y: Float64Array, counts: Float64Array = ones(y)): number {
  const [atoms, low, high] = scaled(y, counts);
  if (low >= -NEGLIGIBLE) return 0;
  if (high <= NEGLIGIBLE || totalOf(atoms) <= 0) return 1;
  const { s, log, variance } = leastOf(atoms, low);
  return Math.exp(log) * Math.min(1 - Math.exp(-1), 1 / (-s * Math.sqrt(variance)));
}

/**
 * Nearly `dirichletBelow` of the same, to a few percent of the smaller tail, at the cost of `dirichletAtMost`: for
 * simulations, in which one draw decides nothing.
 * Source: Lugannani & Rice 1980, doi:10.2307/1426607.
 * @throws RangeError on an empty array
 * @example dirichletNearly(Float64Array.of(-0.3, 0.7)) // 0.302, where the probability is 0.3
 */
export function dirichletNearly(y: Float64Array, counts: Float64Array = ones(y)): number {
  const [atoms, low, high] = scaled(y, counts);
  if (high <= NEGLIGIBLE) return 1;
  if (low >= -NEGLIGIBLE) return 0;
  const total = totalOf(atoms);
  if (total === 0) return 0.5;
  return total > 0 ? smallerTail(atoms, low) : 1 - smallerTail(negated(atoms), -high);
}

function smallerTail(atoms: Atoms, low: number): number {
  const { s, log, variance } = leastOf(atoms, low);
  // Beside the mean the formula is 0/0, and the probability about a half.
  if (log > -1e-6) return 0.5;
  const r = -Math.sqrt(-2 * log);
  return Math.min(1, Math.max(0, normalCdf(r) + normalDensity(r) * (1 / r - 1 / (s * Math.sqrt(variance)))));
}
