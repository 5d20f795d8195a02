import { CONFIDENCE } from '../../core/confidence.ts';
import { seededRandom } from '../../core/random.ts';
import type { Bounds, ConsumerIntervals, EffectBounds } from '../../model/scores.ts';
import type { MeasuredConsumer } from './consumer-result.ts';
import { drawnWeights, type GroupedSides, percentileBounds, resamplesFor } from './grouped-pairs.ts';
import { type WeightedShares, weightedShares, weightedTranslation } from './threshold-scan.ts';

/** What one resample says, by what it says it of. */
type Drawn = Readonly<Record<'before' | 'unchanged' | 'translated' | 'accepted', WeightedShares | null>> & {
  readonly threshold: number | null;
};

/**
 * Percentile bootstrap of a consumer's figures. Groups are resampled whole and drawn once for both sides, since both see
 * the same needs; the translated value is translated again each time, so its interval knows that the old quantity which it
 * keeps is an estimate too. Percentile, because a threshold is no smooth statistic, for which BCa's correction would hold.
 * Source: Davison & Hinkley 1997, 5.2 and 3.8.
 * @returns null where there is one group only
 */
export function consumerIntervals(
  measured: MeasuredConsumer,
  sides: GroupedSides,
  by: ConsumerIntervals['by'],
  seed: number,
): ConsumerIntervals | null {
  if (sides.groups < 2) return null;
  const resamples = resamplesFor(sides);
  const drawn = drawAll(measured, sides, resamples, seed);
  const effect = (of: 'before' | 'unchanged' | 'translated' | 'accepted'): EffectBounds => ({
    passRate: boundsOf(drawn.map((one) => one[of]?.['pass-rate'] ?? null)),
    precision: boundsOf(drawn.map((one) => one[of]?.precision ?? null)),
    recall: boundsOf(drawn.map((one) => one[of]?.recall ?? null)),
  });
  return {
    confidence: CONFIDENCE,
    resamples,
    by,
    threshold: measured.consumer.bound === 'lower' ? null : measured.translated && boundsOf(drawn.map(({ threshold }) => threshold)),
    before: effect('before'),
    unchanged: effect('unchanged'),
    translated: measured.translated && effect('translated'),
    accepted: measured.accepted && effect('accepted'),
  };
}

function drawAll(measured: MeasuredConsumer, sides: GroupedSides, resamples: number, seed: number): Drawn[] {
  const random = seededRandom(seed, `consumer ${measured.consumer.name}`);
  const members = Int32Array.from({ length: sides.groups }, (_, i) => i);
  return Array.from({ length: resamples }, () => one(measured, sides, drawnWeights(random, members, sides.groups)));
}

function one({ consumer, translated, accepted }: MeasuredConsumer, sides: GroupedSides, weights: Float64Array): Drawn {
  const before = weightedShares(consumer.threshold, sides.old, weights);
  const target = before[consumer.keep];
  const nothing = target === null || (target === 0 && consumer.keep !== 'pass-rate');
  return {
    before,
    unchanged: weightedShares(consumer.threshold, sides.new, weights),
    translated: translated && weightedShares(translated.threshold, sides.new, weights),
    accepted: accepted && weightedShares(accepted.threshold, sides.new, weights),
    threshold: translated === null || nothing ? null : weightedTranslation(consumer.keep, target, sides.new, weights),
  };
}

function boundsOf(values: readonly (number | null)[]): Bounds | null {
  return percentileBounds(values, (1 - CONFIDENCE) / 2);
}
