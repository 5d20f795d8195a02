import { CONFIDENCE } from '../../core/confidence.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import type { Consumer } from '../../model/config.ts';
import type { Bounds } from '../../model/scores.ts';
import { isWithin, type MeasuredConsumer } from './consumer-result.ts';
import { drawnWeights, type GroupedSides, percentileBounds, resamplesFor } from './grouped-pairs.ts';
import { type PairSample, roundedThreshold, thresholdEffect } from './threshold.ts';
import { Choice, quantitiesAt, type RankedPairs, weightedShares } from './threshold-scan.ts';
import { keptQuantity, NAMES } from './threshold-translation.ts';

/** With fewer needs or items a bootstrap of them says less than it claims. */
export const FEWEST_GROUPS = 20;
/** Values that are tried, evenly over the ranked pairs. */
const TRIED = 200;
const ROUNDING = 1e-12;

/** Which groups are looked at, and how their resamples are drawn. */
export interface Drawing {
  readonly members: Int32Array;
  readonly resamples: number;
  readonly random: Random;
}

/** 1 for each member, Float64Array [groups]. */
export function memberWeights(members: ArrayLike<number>, groups: number): Float64Array {
  const weights = new Float64Array(groups);
  for (let i = 0; i < members.length; i++) weights[members[i] as number] = 1;
  return weights;
}

/**
 * One-sided bounds of what each place keeps under the new version less what the old threshold keeps under the old one.
 * Needs are resampled whole and drawn once for both sides. Source: Davison & Hinkley 1997, 5.2 and 3.8.
 */
function differenceBounds(consumer: Consumer, sides: GroupedSides, places: ArrayLike<number>, drawing: Drawing): (Bounds | null)[] {
  const { keep, threshold } = consumer;
  const drawn = Array.from({ length: drawing.resamples }, () => {
    const weights = drawnWeights(drawing.random, drawing.members, sides.groups);
    const before = weightedShares(threshold, sides.old, weights)[keep];
    return quantitiesAt(keep, sides.new, weights, places).map((kept) => (kept === null || before === null ? null : kept - before));
  });
  return Array.from(places, (_, i) =>
    percentileBounds(
      drawn.map((differences) => differences[i] ?? null),
      1 - CONFIDENCE,
    ),
  );
}

/** Whether bounds are within the tolerance; a pass rate may miss on both sides, and by half of the old rate or once it at most. */
function holds({ keep, tolerance }: Consumer, bounds: Bounds | null, before: number): boolean {
  if (bounds === null) return false;
  if (keep !== 'pass-rate') return bounds.lower >= -tolerance - ROUNDING;
  return bounds.lower >= -Math.min(tolerance, before / 2) - ROUNDING && bounds.upper <= Math.min(tolerance, before) + ROUNDING;
}

/** Places between pairs of different scores, from the strictest; at most `TRIED` of them. */
function triedPlaces({ scores }: RankedPairs): Int32Array {
  const all = Int32Array.from({ length: scores.length }, (_, i) => i + 1).filter((place) => scores[place] !== scores[place - 1]);
  const step = Math.max(1, all.length / TRIED);
  return Int32Array.from({ length: Math.ceil(all.length / step) }, (_, i) => all[Math.floor(i * step)] as number);
}

/**
 * Which places hold. A precision that holds at one place and fails a little above it was lucky, so all stricter ones that let
 * through at least half as many pairs have to hold too. The other quantities need no such care: recall only rises.
 */
function held(consumer: Consumer, places: Int32Array, holding: readonly boolean[]): readonly boolean[] {
  if (consumer.keep !== 'precision') return holding;
  return holding.map((_, i) => holding.every((holds, j) => holds || j > i || (places[j] as number) < (places[i] as number) / 2));
}

/**
 * The score from which pairs must pass so that the bound of what is kept is within the tolerance: of the values that keep
 * the old quantity and whose bound holds, the one that the plain translation would take.
 * @returns null where there is none
 */
export function boundedTranslation(consumer: Consumer, sides: GroupedSides, drawing: Drawing): number | null {
  const weights = memberWeights(drawing.members, sides.groups);
  const before = weightedShares(consumer.threshold, sides.old, weights)[consumer.keep];
  if (before === null || before === 0) return null;
  const places = triedPlaces(sides.new);
  const bounds = differenceBounds(consumer, sides, places, drawing);
  const holding = held(
    consumer,
    places,
    bounds.map((each) => holds(consumer, each, before)),
  );
  const choice = new Choice(consumer.keep, before);
  quantitiesAt(consumer.keep, sides.new, weights, places).forEach((kept, i) => {
    if (kept !== null && holding[i]) choice.offer(sides.new.scores[(places[i] as number) - 1] as number, kept);
  });
  return choice.score;
}

const passing = ({ scores }: RankedPairs, threshold: number): number => {
  const cut = scores.findIndex((score) => score < threshold);
  return cut === -1 ? scores.length : cut;
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function whyNone(consumer: Consumer, groups: number, before: number | null): string {
  const of = `the old ${NAMES[consumer.keep]} of ${percent(before ?? 0)}`;
  if (groups < FEWEST_GROUPS) return `A bound of ${of} needs ${FEWEST_GROUPS} needs or items, not ${groups}.`;
  return `No value is within ${percent(consumer.tolerance)} of ${of} with ${100 * CONFIDENCE} % confidence on ${groups} needs or items.`;
}

/**
 * The result of a consumer with `bound: lower`: the value proposed, and whether the accepted one is within the tolerance, go
 * by the bound too. The confidence is the project's own and not the policy's, since what is measured knows no policy.
 */
export function withLowerBound(measured: MeasuredConsumer, sides: GroupedSides, fresh: PairSample, seed: number): MeasuredConsumer {
  const { consumer, before, accepted } = measured;
  const resamples = resamplesFor(sides);
  const enough = sides.groups >= FEWEST_GROUPS;
  const members = Int32Array.from({ length: sides.groups }, (_, i) => i);
  const drawing = (): Drawing => ({ members, resamples, random: seededRandom(seed, `bound ${consumer.name}`) });
  const target = keptQuantity(before, consumer.keep) ?? 0;
  const score = measured.translated === null || !enough ? null : boundedTranslation(consumer, sides, drawing());
  const below = score === null ? 0 : (sides.new.scores[passing(sides.new, score)] ?? Number.NEGATIVE_INFINITY);
  const translated = score === null ? null : thresholdEffect(roundedThreshold({ score, below }), fresh);
  const boundsAt = (threshold: number | undefined): Bounds | null =>
    threshold === undefined || !enough ? null : (differenceBounds(consumer, sides, [passing(sides.new, threshold)], drawing())[0] ?? null);
  const keptBounds = {
    confidence: CONFIDENCE,
    resamples,
    translated: boundsAt(translated?.threshold),
    accepted: boundsAt(accepted?.threshold),
  };
  return {
    ...measured,
    translated,
    whyUntranslated: translated === null ? (measured.whyUntranslated ?? whyNone(consumer, sides.groups, target)) : null,
    withinTolerance: isWithin(consumer, before, translated, accepted, fresh.scores.length) && holds(consumer, keptBounds.accepted, target),
    keptBounds,
  };
}
