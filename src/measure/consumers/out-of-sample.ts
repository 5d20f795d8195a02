import type { NotApplicable } from '../../core/absence.ts';
import { CONFIDENCE } from '../../core/confidence.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import type { Consumer } from '../../model/config.ts';
import type { OutOfSample } from '../../model/scores.ts';
import { boundedTranslation, FEWEST_GROUPS, memberWeights } from './bounded-translation.ts';
import { type GroupedSides, roundsFor } from './grouped-pairs.ts';
import { weightedShares, weightedTranslation } from './threshold-scan.ts';
import { keepsPassRate } from './threshold-translation.ts';

const MOST_SPLITS = 100;
const FEWEST_SPLITS = 10;
/** Splits where each half's value needs a separate bootstrap, and its resamples. */
const BOUNDED_SPLITS = 20;
const RESAMPLES = 200;
const ROUNDING = 1e-12;

/** What one half's value keeps on the other half. */
export interface HalfCheck {
  readonly before: number;
  readonly kept: number;
  readonly missed: boolean;
}

/**
 * Chooses the value on some groups and applies it to others.
 * @returns null where the choosing groups give no value, or the quantity of the checking ones is undefined
 */
export function checkHalf(
  consumer: Consumer,
  sides: GroupedSides,
  { choosing, checking }: { readonly choosing: Int32Array; readonly checking: Int32Array },
  seed: number,
): HalfCheck | null {
  const value = chosenOn(consumer, sides, choosing, seed);
  if (value === null) return null;
  const weights = memberWeights(checking, sides.groups);
  const before = weightedShares(consumer.threshold, sides.old, weights)[consumer.keep];
  const kept = weightedShares(value, sides.new, weights)[consumer.keep];
  if (before === null || kept === null) return null;
  const pairs = sides.new.groups.reduce((sum, group) => sum + (weights[group] as number), 0);
  const within =
    consumer.keep === 'pass-rate' ? keepsPassRate(before, kept, consumer.tolerance, pairs) : kept >= before - consumer.tolerance - ROUNDING;
  return { before, kept, missed: !within };
}

function chosenOn(consumer: Consumer, sides: GroupedSides, members: Int32Array, seed: number): number | null {
  if (consumer.bound === 'lower') {
    const random = seededRandom(seed, `bound of halves ${consumer.name}`);
    return boundedTranslation(consumer, sides, { members, resamples: RESAMPLES, random });
  }
  const weights = memberWeights(members, sides.groups);
  const target = weightedShares(consumer.threshold, sides.old, weights)[consumer.keep];
  if (target === null || target === 0) return null;
  return weightedTranslation(consumer.keep, target, sides.new, weights);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Splits the needs in two halves at random, many times; each half's value is checked on the other half. A value that is
 * chosen and checked on the same needs looks better than it is.
 * Source: Stone 1974, doi:10.1111/j.2517-6161.1974.tb00994.x
 */
export function outOfSample(consumer: Consumer, sides: GroupedSides, seed: number): OutOfSample | NotApplicable {
  if (sides.groups < FEWEST_GROUPS)
    return { notApplicable: `Two halves to choose and to check on need ${FEWEST_GROUPS} needs or items, not ${sides.groups}.` };
  const splits =
    consumer.bound === 'lower'
      ? roundsFor(sides, 2 * RESAMPLES, FEWEST_SPLITS, BOUNDED_SPLITS)
      : roundsFor(sides, 6, FEWEST_SPLITS, MOST_SPLITS);
  const random = seededRandom(seed, `halves ${consumer.name}`);
  const half = Math.floor(sides.groups / 2);
  const checks = Array.from({ length: splits }).flatMap(() => {
    const order = Int32Array.from(shuffled(random, sides.groups));
    const [one, other] = [order.subarray(0, half), order.subarray(half)];
    return [
      checkHalf(consumer, sides, { choosing: one, checking: other }, seed),
      checkHalf(consumer, sides, { choosing: other, checking: one }, seed),
    ].filter((check) => check !== null);
  });
  if (checks.length < splits)
    return { notApplicable: `Only ${checks.length} of ${2 * splits} halves give a value that the other half can check.` };
  const missed = checks.filter((check) => check.missed).length / checks.length;
  return {
    splits,
    checks: checks.length,
    before: mean(checks.map(({ before }) => before)),
    kept: mean(checks.map(({ kept }) => kept)),
    missed,
    withinTolerance: missed <= 1 - CONFIDENCE + ROUNDING,
  };
}
