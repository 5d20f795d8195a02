import type { ConsumerKeep } from '../../model/config.ts';
import type { PairSample } from './threshold.ts';

/** Pairs sorted by score, high to low, for translating a threshold many times under other weights. */
export interface RankedPairs {
  readonly scores: Float64Array;
  /** 1 for relevant, aligned with scores; null where such pairs have no labels. */
  readonly relevant: Uint8Array | null;
  /** Which weight a pair takes. */
  readonly groups: Int32Array;
  /** Float64Array [groups]: relevant pairs that exist in each group, the denominator of recall. */
  readonly existing: Float64Array;
}

/** What is kept by a threshold under weights; null without a denominator. */
export type WeightedShares = { readonly [K in ConsumerKeep]: number | null };

const ROUNDING = 1e-12;

/**
 * @param groups one a pair: need or item, as an index into the weights
 * @param existing relevant pairs of each group
 * @throws RangeError when groups and pairs differ in number
 */
export function rankedPairs(sample: PairSample, groups: Int32Array, existing: Float64Array): RankedPairs {
  const { scores, labels } = sample;
  if (groups.length !== scores.length) throw new RangeError('Groups and pairs differ in number.');
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  return {
    scores: Float64Array.from(order, (i) => scores[i] as number),
    relevant: labels === null ? null : Uint8Array.from(order, (i) => (labels[i] === 1 ? 1 : 0)),
    groups: Int32Array.from(order, (i) => groups[i] as number),
    existing,
  };
}

/** Weighted sum of the relevant pairs that exist. */
function existingUnder({ existing }: RankedPairs, weights: ArrayLike<number>): number {
  return existing.reduce((sum, count, group) => sum + count * (weights[group] as number), 0);
}

function weightOf({ groups }: RankedPairs, weights: ArrayLike<number>, place: number): number {
  return weights[groups[place] as number] as number;
}

/** The kept quantity where `passing` and `hits` are let through; null where it is undefined. */
function quantity(keep: ConsumerKeep, passing: number, hits: number, total: number, existing: number): number | null {
  if (keep === 'pass-rate') return passing / total;
  if (keep === 'precision') return passing > 0 ? hits / passing : null;
  if (existing === 0) return null;
  return keep === 'recall' ? hits / existing : (2 * hits) / (passing + existing);
}

/**
 * What a threshold lets pass when each group of pairs counts as often as its weight says: `thresholdEffect` of a resample.
 * @param weights Float64Array [groups]: how often each group was drawn
 */
export function weightedShares(threshold: number, pairs: RankedPairs, weights: ArrayLike<number>): WeightedShares {
  const { scores, relevant } = pairs;
  let [total, passing, hits] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    const weight = weightOf(pairs, weights, i);
    total += weight;
    if ((scores[i] as number) < threshold) continue;
    passing += weight;
    hits += weight * (relevant?.[i] ?? 0);
  }
  const existing = existingUnder(pairs, weights);
  const share = (keep: ConsumerKeep): number | null => {
    if (total === 0 || (keep !== 'pass-rate' && relevant === null)) return null;
    return quantity(keep, passing, hits, total, existing);
  };
  return { 'pass-rate': share('pass-rate'), precision: share('precision'), recall: share('recall'), f1: share('f1') };
}

/** Where a scan from the highest score down is: the best place so far and what it cost. */
export class Choice {
  readonly #keep: ConsumerKeep;
  readonly #target: number;
  score: number | null = null;
  #cost = Number.POSITIVE_INFINITY;

  constructor(keep: ConsumerKeep, target: number) {
    this.#keep = keep;
    this.#target = target;
  }

  /** Places come from the highest score down, so the first of equals is the strictest. */
  offer(score: number, value: number): void {
    const enough = value >= this.#target - ROUNDING;
    if (this.#keep === 'pass-rate') this.#take(score, Math.abs(value - this.#target));
    else if (!enough) return;
    else if (this.#keep === 'precision') this.score = score;
    else if (this.#keep === 'recall') this.score ??= score;
    else this.#take(score, -value);
  }

  #take(score: number, cost: number): void {
    if (this.score !== null && cost >= this.#cost - ROUNDING) return;
    this.score = score;
    this.#cost = cost;
  }
}

/**
 * The score from which pairs must pass so that a quantity is kept under weights, chosen as `translateThreshold` chooses.
 * One pass over the sorted pairs, nothing allocated by pair: it runs once a resample.
 * @param target the quantity of the old threshold under the old version, under the same weights
 * @returns null where no score keeps it; a threshold beyond every score is no score
 */
export function weightedTranslation(keep: ConsumerKeep, target: number, pairs: RankedPairs, weights: ArrayLike<number>): number | null {
  const { scores, relevant } = pairs;
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += weightOf(pairs, weights, i);
  if (total === 0) return null;
  const existing = existingUnder(pairs, weights);
  const choice = new Choice(keep, target);
  let [passing, hits, offered] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    const weight = weightOf(pairs, weights, i);
    passing += weight;
    hits += weight * (relevant?.[i] ?? 0);
    // Ties pass together, and pairs that were not drawn are no place for a threshold.
    if (scores[i + 1] === scores[i] || passing === offered) continue;
    offered = passing;
    const value = quantity(keep, passing, hits, total, existing);
    if (value !== null) choice.offer(scores[i] as number, value);
  }
  return choice.score;
}

/**
 * What is kept by letting through the first pairs in rank order, under weights.
 * @param places how many pairs are let through, ascending
 * @returns one a place; null where the quantity is undefined
 */
export function quantitiesAt(
  keep: ConsumerKeep,
  pairs: RankedPairs,
  weights: ArrayLike<number>,
  places: ArrayLike<number>,
): (number | null)[] {
  const sums = new Float64Array(pairs.scores.length + 1);
  const hits = new Float64Array(pairs.scores.length + 1);
  for (let i = 0; i < pairs.scores.length; i++) {
    const weight = weightOf(pairs, weights, i);
    sums[i + 1] = (sums[i] as number) + weight;
    hits[i + 1] = (hits[i] as number) + weight * (pairs.relevant?.[i] ?? 0);
  }
  const total = sums[pairs.scores.length] as number;
  const existing = existingUnder(pairs, weights);
  return Array.from(places, (place) =>
    total === 0 ? null : quantity(keep, sums[place] as number, hits[place] as number, total, existing),
  );
}
