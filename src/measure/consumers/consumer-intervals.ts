import { CONFIDENCE } from '../../core/confidence.ts';
import { seededRandom } from '../../core/random.ts';
import type { Bounds, ConsumerIntervals, EffectBounds } from '../../model/scores.ts';
import { quantile } from '../stats/quantile.ts';
import type { MeasuredConsumer } from './consumer-result.ts';
import type { PairSample } from './threshold.ts';
import { type RankedPairs, rankedPairs, type WeightedShares, weightedShares, weightedTranslation } from './threshold-scan.ts';

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

interface Sides {
  readonly old: RankedPairs;
  readonly new: RankedPairs;
}

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
  pairs: { readonly old: GroupedPairs; readonly new: GroupedPairs },
  by: ConsumerIntervals['by'],
  seed: number,
): ConsumerIntervals | null {
  const labels = [
    ...new Set([...pairs.old.groups, ...pairs.new.groups, ...pairs.old.existing.keys(), ...pairs.new.existing.keys()]),
  ].sort();
  if (labels.length < 2) return null;
  const sides = { old: ranked(pairs.old, labels), new: ranked(pairs.new, labels) };
  const seen = sides.old.scores.length + sides.new.scores.length;
  const resamples = Math.max(FEWEST, Math.min(MOST, Math.floor(VISITS / (6 * seen))));
  const drawn = drawAll(measured, sides, { groups: labels.length, resamples, seed });
  const effect = (of: 'before' | 'unchanged' | 'translated' | 'accepted'): EffectBounds => ({
    passRate: boundsOf(drawn.map((one) => one[of]?.['pass-rate'] ?? null)),
    precision: boundsOf(drawn.map((one) => one[of]?.precision ?? null)),
    recall: boundsOf(drawn.map((one) => one[of]?.recall ?? null)),
  });
  return {
    confidence: CONFIDENCE,
    resamples,
    by,
    threshold: measured.translated && boundsOf(drawn.map(({ threshold }) => threshold)),
    before: effect('before'),
    unchanged: effect('unchanged'),
    translated: measured.translated && effect('translated'),
    accepted: measured.accepted && effect('accepted'),
  };
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

function drawAll(measured: MeasuredConsumer, sides: Sides, options: { groups: number; resamples: number; seed: number }): Drawn[] {
  const random = seededRandom(options.seed, `consumer ${measured.consumer.name}`);
  const weights = new Float64Array(options.groups);
  return Array.from({ length: options.resamples }, () => {
    weights.fill(0);
    for (let i = 0; i < options.groups; i++) {
      const group = random.below(options.groups);
      weights[group] = (weights[group] ?? 0) + 1;
    }
    return one(measured, sides, weights);
  });
}

function one({ consumer, translated, accepted }: MeasuredConsumer, sides: Sides, weights: Float64Array): Drawn {
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
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < (1 - MAY_LACK) * values.length) return null;
  const tail = (1 - CONFIDENCE) / 2;
  return { lower: quantile(known, tail), upper: quantile(known, 1 - tail) };
}
