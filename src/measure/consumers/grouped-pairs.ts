import type { Random } from '../../core/random.ts';
import type { Bounds } from '../../model/scores.ts';
import { quantileSorted } from '../stats/quantile.ts';
import type { PairSample } from './threshold.ts';
import { type RankedPairs, rankedPairs } from './threshold-scan.ts';

/** Resamples, and how many pairs they may look at in all: sampled pairs are many. */
const MOST = 1_000;
const FEWEST = 200;
const VISITS = 1e8;
/** Share of resamples that may lack a quantity before its bounds say too much. */
const MAY_LACK = 0.05;

/** One side's pairs, each with the need or item that it is resampled with. */
export interface GroupedPairs {
  readonly sample: PairSample;
  /** One a pair. */
  readonly groups: readonly string[];
  /** Relevant pairs that exist by group, seen or not; a group without any may be missing. */
  readonly existing: ReadonlyMap<string, number>;
}

/** The pairs of both versions. */
export interface PairsOfSides {
  readonly old: GroupedPairs;
  readonly new: GroupedPairs;
}

/** Both sides ranked by score, over the same numbered groups. */
export interface GroupedSides {
  /** How many needs or items there are. */
  readonly groups: number;
  readonly old: RankedPairs;
  readonly new: RankedPairs;
}

/** Numbers the groups of both sides in one order, so that one set of weights serves both. */
export function groupedSides(pairs: PairsOfSides): GroupedSides {
  const labels = [
    ...new Set([...pairs.old.groups, ...pairs.new.groups, ...pairs.old.existing.keys(), ...pairs.new.existing.keys()]),
  ].sort();
  return { groups: labels.length, old: ranked(pairs.old, labels), new: ranked(pairs.new, labels) };
}

function ranked({ sample, groups, existing }: GroupedPairs, labels: readonly string[]): RankedPairs {
  const place = new Map(labels.map((label, i) => [label, i]));
  const numbers = Int32Array.from(groups, (group) => place.get(group) ?? -1);
  return rankedPairs(
    sample,
    numbers,
    Float64Array.from(labels, (label) => existing.get(label) ?? 0),
  );
}

/** How often pairs may be looked at where one round looks at all of both sides `looks` times. */
export function roundsFor({ old, new: fresh }: GroupedSides, looks: number, fewest: number, most: number): number {
  return Math.max(fewest, Math.min(most, Math.floor(VISITS / (looks * (old.scores.length + fresh.scores.length)))));
}

/** Resamples of a bootstrap over both sides. */
export function resamplesFor(sides: GroupedSides): number {
  return roundsFor(sides, 6, FEWEST, MOST);
}

/** How often each group was drawn in one resample of `members`, Float64Array [groups]. */
export function drawnWeights(random: Pick<Random, 'below'>, members: Int32Array, groups: number): Float64Array {
  const weights = new Float64Array(groups);
  for (let i = 0; i < members.length; i++) {
    const group = members[random.below(members.length)] as number;
    weights[group] = (weights[group] ?? 0) + 1;
  }
  return weights;
}

/** Percentile bounds with `tail` outside on each side; null where too many resamples lack the quantity. */
export function percentileBounds(values: readonly (number | null)[], tail: number): Bounds | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < (1 - MAY_LACK) * values.length) return null;
  const sorted = Float64Array.from(known).sort();
  return { lower: quantileSorted(sorted, tail), upper: quantileSorted(sorted, 1 - tail) };
}
