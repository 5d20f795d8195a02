import type { Random } from '../../core/random.ts';

/** Needs of a sample, to be drawn again as if it were the population. */
export interface Redrawn {
  /** Float64Array [n], n ≥ 1. */
  readonly values: Float64Array;
  /** Float64Array [n]: how much a need counts in the mean. */
  readonly counts: Float64Array;
  /** A need unlike those seen, and how many it stands for; weight 0 leaves it out. */
  readonly unseen: { readonly value: number; readonly weight: number };
  readonly draws: number;
  readonly random: Random;
}

/** Says of drawn needs (Int32Array [n], places in the sample, ascending by value; n is the unseen one) whether something holds. */
export type Holds = (picks: Int32Array) => boolean;

/** Values with how often each would be drawn, ascending. */
interface Atoms {
  readonly places: Int32Array;
  readonly values: Float64Array;
  /** What draws them by: the value, but no further from 0 than most are. A loss that is rare in the sample is then no less so in a draw. */
  readonly scores: Float64Array;
  readonly counts: Float64Array;
  readonly weights: Float64Array;
}

const NEWTON_STEPS = 100;
/** A mean this near to the furthest that weights can have would need all needs to be there. */
const NEAREST = 0.98;

function atomsOf({ values, counts, unseen }: Redrawn): Atoms {
  const n = values.length;
  const valueAt = (place: number): number => (place < n ? (values[place] as number) : unseen.value);
  const places = Int32Array.from({ length: n + Number(unseen.weight > 0) }, (_, i) => i).sort((a, b) => valueAt(a) - valueAt(b) || a - b);
  const usual = counts.reduce((sum, count) => sum + count, 0) / n;
  const most = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / n) || Math.abs(unseen.value);
  const ordered = Float64Array.from(places, valueAt);
  return {
    places,
    values: ordered,
    scores: ordered.map((value) => Math.max(-most, Math.min(most, value))),
    counts: Float64Array.from(places, (place) => counts[place] ?? usual),
    weights: Float64Array.from(places, (place) => (place < n ? 1 : unseen.weight)),
  };
}

/** Weights of the atoms by e^(t·score), with the mean under them and how it changes with t. */
function tiltedBy({ values, scores, counts, weights }: Atoms, t: number): { odds: Float64Array; mean: number; change: number } {
  const top = Math.max(t * (scores[0] as number), t * (scores[scores.length - 1] as number));
  const odds = scores.map((score, i) => (weights[i] as number) * Math.exp(t * score - top));
  let [total, first, scored, both] = [0, 0, 0, 0];
  for (let i = 0; i < odds.length; i++) {
    const [share, value, score] = [(odds[i] as number) * (counts[i] as number), values[i] as number, scores[i] as number];
    total += share;
    first += share * value;
    scored += share * score;
    both += share * value * score;
  }
  return { odds, mean: first / total, change: both / total - (first / total) * (scored / total) };
}

/** The mean of the atoms with the score at one end, which no weights can pass. */
function furthest({ values, scores, counts, weights }: Atoms, end: number): number {
  let [total, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const share = scores[i] === scores[end] ? (counts[i] as number) * (weights[i] as number) : 0;
    total += share;
    sum += share * (values[i] as number);
  }
  return sum / total;
}

/** The weights nearest to those of the sample under which the mean is the given one, added up; null where no weights have it. */
function cumulative(atoms: Atoms, mean: number): Float64Array | null {
  const [low, high] = [furthest(atoms, 0), furthest(atoms, atoms.values.length - 1)];
  if (mean < NEAREST * low || mean > (high > 0 ? NEAREST * high : high) || low === high) return null;
  let [from, to, t] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  let found = tiltedBy(atoms, t);
  for (let step = 0; step < NEWTON_STEPS && Math.abs(found.mean - mean) > 1e-6 * (high - low); step++) {
    if (found.mean < mean) from = t;
    else to = t;
    const next = t + (mean - found.mean) / found.change;
    const middle = Number.isFinite(from) && Number.isFinite(to) ? (from + to) / 2 : 2 * t + Math.sign(mean - found.mean);
    t = next > from && next < to ? next : middle;
    found = tiltedBy(atoms, t);
  }
  let sum = 0;
  const ends = found.odds.map((odd) => {
    sum += odd;
    return sum;
  });
  return ends.map((end) => end / sum);
}

/**
 * Draws samples of as many needs from a population that is like the sample but for its mean: needs with low values are more frequent, or
 * less, by exponential tilting of the values, each capped at their root mean square. What did not move stays as it is. All means share
 * the uniform numbers, so that a draw at a lower mean has no value that is higher.
 * Source: Efron 1981, Nonparametric standard errors and confidence intervals, doi:10.2307/3314608 (11, nonparametric tilting); the cap
 * is that of Huber 1964, Robust estimation of a location parameter, doi:10.1214/aoms/1177703732.
 * @param sample its draws share the uniform numbers
 * @example redrawing({ values, counts, unseen: { value: 0, weight: 0 }, draws: 100, random }).share(0, () => true) // 1
 */
export function redrawing(sample: Redrawn): {
  /** Share of the draws from a population of that mean of which it holds; null where the sample has no such population. */
  share(mean: number, holds: Holds): number | null;
  /** The same, less what a sample as small shows too much: draws are drawn from again, and `share` falls by how much more theirs show. */
  corrected(mean: number, holds: Holds): number | null;
  /** Smallest loss from whose population at least such a share of draws holds, looked for near a guess; null where none is. */
  smallestLoss(holds: Holds, share: number, guess: number): number | null;
} {
  const atoms = atomsOf(sample);
  const { draws, random } = sample;
  const uniforms = Array.from({ length: draws }, () => sample.values.map(() => random.next()).sort());
  const pick = (draw: number, ends: Float64Array, { places } = atoms): Int32Array => {
    const own = uniforms[draw] as Float64Array;
    const picks = new Int32Array(own.length);
    for (let i = 0, at = 0; i < picks.length; i++) {
      while ((own[i] as number) > (ends[at] as number) && at < ends.length - 1) at++;
      picks[i] = places[at] as number;
    }
    return picks;
  };
  const all = Array.from({ length: draws }, (_, draw) => draw);
  const share = (mean: number, holds: Holds): number | null => {
    const ends = cumulative(atoms, mean);
    return ends && all.filter((draw) => holds(pick(draw, ends))).length / draws;
  };
  return {
    share,
    corrected: (mean, holds) => {
      const found = share(mean, holds);
      const ends = cumulative(atoms, mean);
      if (found === null || ends === null || found === 0 || found === 1) return found;
      const again = all.slice(0, AGAIN.draws).flatMap((draw) => {
        const drawn = drawnAtoms(atoms, pick(draw, ends));
        const own = cumulative(drawn, mean);
        // The uniform numbers of other draws are as good as fresh ones.
        const others = all.slice(0, AGAIN.each).map((_, i) => (draw + i + 1) % draws);
        return own === null ? [] : others.filter((other) => holds(pick(other, own, drawn))).length / others.length;
      });
      if (again.length === 0) return found;
      const theirs = again.reduce((sum, each) => sum + each, 0) / again.length;
      // Where theirs are lower, a smaller sample is further from passing at all, which says nothing about this one.
      return Math.max(0, Math.min(found, 2 * found - theirs));
    },
    smallestLoss: (holds, share, guess) => smallestLoss({ atoms, all, pick, holds }, share, guess),
  };
}

/** How many draws are drawn from again, and how often. */
const AGAIN = { draws: 25, each: 30 };

/** A draw as a separate sample: each atom as often as it was drawn. */
function drawnAtoms({ places, values, scores, counts }: Atoms, picks: Int32Array): Atoms {
  const times = new Map<number, number>();
  for (const place of picks) times.set(place, (times.get(place) ?? 0) + 1);
  const drawn = Array.from(places.keys()).filter((i) => times.has(places[i] as number));
  const of = (column: Float64Array): Float64Array => Float64Array.from(drawn, (i) => column[i] as number);
  return {
    places: Int32Array.from(drawn, (i) => places[i] as number),
    values: of(values),
    scores: of(scores),
    counts: of(counts),
    weights: Float64Array.from(drawn, (i) => times.get(places[i] as number) as number),
  };
}

const HALVINGS = 7;

interface Search {
  readonly atoms: Atoms;
  readonly all: readonly number[];
  readonly pick: (draw: number, ends: Float64Array) => Int32Array;
  readonly holds: Holds;
}

/** The draws of which it holds at a loss, and the others. */
function divided({ atoms, pick, holds }: Search, loss: number, draws: readonly number[]): readonly [yes: number[], no: number[]] {
  const ends = cumulative(atoms, -loss);
  const [yes, no]: [number[], number[]] = [[], []];
  for (const draw of draws) (ends !== null && holds(pick(draw, ends)) ? yes : no).push(draw);
  return [yes, no];
}

/** By halving. What holds of a draw is taken to hold of it at a larger loss too, so that each is tried a few times only. */
function smallestLoss(search: Search, share: number, guess: number): number | null {
  const { atoms, all } = search;
  const most = -0.95 * furthest(atoms, 0);
  if (most <= 0) return null;
  let [low, high, open, known] = [0, most, all, 0];
  let next = Math.min(2 * guess, most / 2);
  for (let step = 0; step < HALVINGS; step++) {
    const [yes, no] = divided(search, next, open);
    if (known + yes.length >= share * all.length) [high, open] = [next, yes];
    else [low, open, known] = [next, no, known + yes.length];
    next = (low + high) / 2;
  }
  return high < most ? next : null;
}
