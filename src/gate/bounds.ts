import { largest, smallest } from '../measure/stats/extremes.ts';
import { type NeedColumn, needMeans } from '../measure/stats/needs.ts';
import { type BoundedSample, isAbove, isAboveNearly, meanAtLeast, pAtMost } from '../measure/stats/unseen-need.ts';
import type { Interval } from '../model/verdict.ts';
import type { Comparison, Room } from './item.ts';

/** How much each need counts, 1 on average; nothing where all count alike. */
function weightsOf({ counts }: NeedColumn): Pick<BoundedSample, 'weights'> {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.every((count) => count === mean) ? {} : { weights: counts.map((count) => count / mean) };
}

/** The same with every sign turned, to bound a mean from above. */
function turned(sample: BoundedSample): BoundedSample {
  return { ...sample, values: sample.values.map((value) => -value) };
}

/** Improvements of needs, of which an unseen one could have lost all that it had. */
function downside(column: NeedColumn, { loss, width }: Room): BoundedSample {
  return { values: needMeans(column), ...weightsOf(column), typical: -loss, floor: -width };
}

/** The other way round: an unseen need could have gained all that there is to gain. Signs are turned. */
function upside(column: NeedColumn, { gain, width }: Room): BoundedSample {
  return turned({ values: needMeans(column), ...weightsOf(column), typical: -gain, floor: -width });
}

type Tested = Pick<Comparison, 'improvement' | 'room' | 'rule'>;

/** Whether "the loss is the margin or more" is refuted at a level, whatever the unjudged are. */
export function isNotWorse({ improvement, room, rule }: Tested, level: number): boolean {
  return isAbove(downside(improvement.least, room), -rule.margin, level);
}

/** Whether "the loss is the margin or less" is refuted at a level, whatever the unjudged are: `pWorse` is below it. */
export function isWorse({ improvement, room, rule }: Tested, level: number): boolean {
  return isAbove(upside(improvement.most, room), rule.margin, level);
}

/** `isNotWorse` of improvements that were drawn, nearly. */
export function isNearlyNotWorse(column: NeedColumn, room: Room, margin: number, level: number): boolean {
  return isAboveNearly(downside(column, room), -margin, level);
}

/** `isWorse` of improvements that were drawn, nearly. */
export function isNearlyWorse(column: NeedColumn, room: Room, margin: number, level: number): boolean {
  return isAboveNearly(upside(column, room), margin, level);
}

/** P-value of "the loss is the margin or less", whatever the unjudged are. */
export function pWorse({ improvement, room, rule }: Tested): number {
  return pAtMost(upside(improvement.most, room), rule.margin);
}

/** One-sided bounds of the mean improvement, the unjudged counted as not relevant. */
export function intervalOf(column: NeedColumn, room: Room, confidence: number): Interval {
  const lower = meanAtLeast(downside(column, room), confidence);
  return { lower, upper: upperBound(column, room, confidence), confidence, method: 'gaffke' };
}

/** One-sided lower bound of the mean improvement. */
export function lowerBound(column: NeedColumn, room: Room, confidence: number): number {
  return meanAtLeast(downside(column, room), confidence);
}

/** One-sided upper bound of the mean improvement. */
export function upperBound(column: NeedColumn, room: Room, confidence: number): number {
  return -meanAtLeast(upside(column, room), confidence);
}

/** An end of the metric's range; where there is none, the furthest value seen. */
function ends(column: NeedColumn, [low, high]: readonly [number, number | null]): readonly [number, number] {
  const seen = needMeans(column);
  return [smallest(seen, low), high ?? largest(seen, low)];
}

/** Bounds of the mean of one version's values; an unseen need could have the worst value that the metric allows. */
export function valueInterval(column: NeedColumn, range: readonly [number, number | null], confidence: number): Interval {
  const [low, high] = ends(column, range);
  const sample = { values: needMeans(column), ...weightsOf(column) };
  return {
    lower: meanAtLeast({ ...sample, typical: low, floor: low }, confidence),
    upper: -meanAtLeast(turned({ ...sample, typical: -high, floor: -high }), confidence),
    confidence,
    method: 'gaffke',
  };
}
