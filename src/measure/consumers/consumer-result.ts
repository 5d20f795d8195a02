import { CutoverError } from '../../core/errors.ts';
import type { Consumer } from '../../model/config.ts';
import type { ConsumerResult, ThresholdEffect } from '../../model/scores.ts';
import { type PairSample, thresholdEffect } from './threshold.ts';
import { keepsPassRate, keptQuantity, translateThreshold } from './threshold-translation.ts';

/** Decimal tolerances such as 0.02 have no exact binary form. */
const ROUNDING = 1e-12;

/**
 * Decisions that flip if the old value stays, over the pairs that both versions see.
 * @example a pair at 0.8 before and 0.6 now, threshold 0.7: lost 1
 */
export function flipsAt(threshold: number, old: PairSample, fresh: PairSample): ConsumerResult['flips'] {
  const before = new Map(old.keys.map((key, i) => [key, (old.scores[i] as number) >= threshold]));
  if (before.size !== old.keys.length || new Set(fresh.keys).size !== fresh.keys.length) throw new RangeError('A pair is listed twice.');
  let [common, lost, gained] = [0, 0, 0];
  fresh.keys.forEach((key, i) => {
    const passed = before.get(key);
    if (passed === undefined) return;
    const passes = (fresh.scores[i] as number) >= threshold;
    common++;
    if (passed && !passes) lost++;
    if (!passed && passes) gained++;
  });
  return { common, lost, gained };
}

/** What pairs alone say of a consumer; intervals need resampling, which metrics don't do. */
export type MeasuredConsumer = Omit<ConsumerResult, 'intervals' | 'outOfSample' | 'patch'>;

/**
 * Whether an accepted value keeps the quantity: not more than the tolerance below the old one, and not more than the
 * tolerance above both the old one and what the translated value reaches. The upper side matters: a value that cuts
 * nearly everything has a high precision, and one that cuts nothing a high recall. A pass rate must beside that stay
 * between half and twice the old one, see `keepsPassRate`.
 */
export function isWithin(
  consumer: Consumer,
  before: ThresholdEffect,
  translated: ThresholdEffect | null,
  accepted: ThresholdEffect | null,
  pairs: number,
): boolean {
  const [target, found] = [before, accepted].map((effect) => effect && keptQuantity(effect, consumer.keep));
  if (typeof target !== 'number' || typeof found !== 'number') return false;
  if (consumer.keep === 'pass-rate') return keepsPassRate(target, found, consumer.tolerance, pairs);
  if (target === 0) return false;
  const reached = (translated && keptQuantity(translated, consumer.keep)) ?? target;
  const slack = consumer.tolerance + ROUNDING;
  return found >= target - slack && found <= Math.max(target, reached) + slack;
}

function requireUsable(consumer: Consumer, old: PairSample, fresh: PairSample): void {
  for (const [side, sample] of [
    ['old', old],
    ['new', fresh],
  ] as const) {
    if (sample.scores.length === 0) throw new CutoverError('CONSUMER_NO_PAIRS', { name: consumer.name, side });
    if (consumer.keep !== 'pass-rate' && sample.labels === null) {
      throw new CutoverError('CONSUMER_UNLABELLED', { name: consumer.name, keep: consumer.keep });
    }
  }
}

/**
 * What a bump does to one consumer of scores: its old threshold under both versions, the value that keeps what it wants
 * kept, its accepted value, and the decisions that flip if the old value stays.
 * @throws CutoverError CONSUMER_NO_PAIRS, CONSUMER_UNLABELLED
 * @throws RangeError on a score that is not finite, a pair listed twice, or columns of different length
 */
export function consumerResult(consumer: Consumer, old: PairSample, fresh: PairSample): MeasuredConsumer {
  requireUsable(consumer, old, fresh);
  const before = thresholdEffect(consumer.threshold, old);
  const { translated, whyUntranslated } = translateThreshold(consumer, before, fresh);
  const accepted = consumer.accepted === null ? null : thresholdEffect(consumer.accepted, fresh);
  return {
    consumer,
    pairs: { old: old.scores.length, new: fresh.scores.length },
    before,
    unchanged: thresholdEffect(consumer.threshold, fresh),
    translated,
    whyUntranslated,
    accepted,
    withinTolerance: isWithin(consumer, before, translated, accepted, fresh.scores.length),
    flips: flipsAt(consumer.threshold, old, fresh),
  };
}
