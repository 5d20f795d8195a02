import type { Consumer, ConsumerKeep } from '../../model/config.ts';
import type { ThresholdEffect } from '../../model/scores.ts';
import { effectOf, type PairSample, roundedThreshold, type Step, stepsOf } from './threshold.ts';

/** The value that keeps what a consumer wants kept, or why there is none. */
export type Translation =
  | { readonly translated: ThresholdEffect; readonly whyUntranslated: null }
  | { readonly translated: null; readonly whyUntranslated: string };

/** Names of what is kept, for sentences. */
export const NAMES: Readonly<Record<ConsumerKeep, string>> = {
  'pass-rate': 'pass rate',
  precision: 'precision',
  recall: 'recall',
  f1: 'F1',
};

/** The kept quantity of an effect; null where it is undefined. */
export function keptQuantity(effect: ThresholdEffect, keep: ConsumerKeep): number | null {
  return keep === 'pass-rate' ? effect.passRate : effect[keep];
}

interface Candidate {
  readonly step: Step;
  readonly value: number;
}

type Choose = (candidates: readonly Candidate[], target: number) => Candidate | undefined;

/** Equal shares that were divided by different totals may differ in the last bits. */
const ROUNDING = 1e-12;

function best(candidates: readonly Candidate[], cost: (candidate: Candidate) => number): Candidate | undefined {
  let found: Candidate | undefined;
  for (const candidate of candidates) {
    if (found === undefined || cost(candidate) < cost(found) - ROUNDING) found = candidate;
  }
  return found;
}

const enough = (target: number) => (candidate: Candidate) => candidate.value >= target - ROUNDING;

/** How each quantity is kept. Candidates come from the highest threshold down, so the first of equals is the strictest. */
const CHOICES: Readonly<Record<ConsumerKeep, Choose>> = {
  'pass-rate': (candidates, target) => best(candidates, ({ value }) => Math.abs(value - target)),
  precision: (candidates, target) => candidates.findLast(enough(target)),
  recall: (candidates, target) => candidates.find(enough(target)),
  f1: (candidates, target) => best(candidates.filter(enough(target)), ({ value }) => -value),
};

function nothingToKeep(before: ThresholdEffect, keep: ConsumerKeep): string | null {
  const quantity = keptQuantity(before, keep);
  const old = `the old threshold ${before.threshold} under the old version`;
  if (keep !== 'pass-rate' && before.passRate === 0) return `No pair passes ${old}, so there is no ${NAMES[keep]} to keep.`;
  if (quantity === null) return `No pair is known to be relevant, so the ${NAMES[keep]} of ${old} is undefined.`;
  if (keep !== 'pass-rate' && quantity === 0)
    return `No pair that passes ${old} is known to be relevant: its ${NAMES[keep]} is 0, which any value keeps.`;
  return null;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * Whether a pass rate keeps another one: within the tolerance, and between half and twice of it, because where few pairs
 * pass at all a tolerance of 0.02 accepts any value. A miss of half a pair always counts as kept: no value comes nearer.
 * @param pairs the pairs that `found` is a share of
 * @example keepsPassRate(2 / 312, 5 / 312, 0.02, 312) // false: two and a half times as many pass
 */
export function keepsPassRate(target: number, found: number, tolerance: number, pairs: number): boolean {
  const miss = Math.abs(found - target);
  if (miss <= 0.5 / pairs + ROUNDING) return true;
  return miss <= tolerance + ROUNDING && found >= target / 2 - ROUNDING && found <= 2 * target + ROUNDING;
}

function missed(chosen: Candidate | undefined, target: number, consumer: Consumer, pairs: number): string | null {
  const { keep, tolerance } = consumer;
  if (chosen === undefined) return `No value reaches the old ${NAMES[keep]} of ${percent(target)} under the new version.`;
  // Half a pair is the least by which a pass rate must miss; more than that comes of pairs with one score.
  if (keep !== 'pass-rate' || keepsPassRate(target, chosen.value, tolerance, pairs)) return null;
  return `The nearest pass rate that any value reaches is ${percent(chosen.value)} instead of ${percent(target)}, because pairs share one score.`;
}

/**
 * The threshold that keeps a quantity under the new version:
 * - pass-rate: the one whose pass rate is closest to the old one, the stricter of two equals;
 * - precision: the lowest whose precision is at least the old one;
 * - recall: the highest whose recall is at least the old one;
 * - f1: the one of highest F1, if that is at least the old one, the stricter of equals.
 *
 * The value is rounded so that it decides every pair as the exact one does.
 * @param before the old threshold under the old version
 * @throws RangeError on an empty or inconsistent sample
 */
export function translateThreshold(consumer: Consumer, before: ThresholdEffect, fresh: PairSample): Translation {
  const { keep } = consumer;
  const nothing = nothingToKeep(before, keep);
  const target = keptQuantity(before, keep);
  if (nothing !== null || target === null) return { translated: null, whyUntranslated: nothing ?? `Its ${NAMES[keep]} is undefined.` };
  const candidates = stepsOf(fresh).flatMap((step) => {
    const value = keptQuantity(effectOf(step.score, step, fresh), keep);
    return value === null ? [] : [{ step, value }];
  });
  const chosen = CHOICES[keep](candidates, target);
  const why = missed(chosen, target, consumer, fresh.scores.length);
  if (why !== null || chosen === undefined) return { translated: null, whyUntranslated: why ?? '' };
  return { translated: effectOf(roundedThreshold(chosen.step), chosen.step, fresh), whyUntranslated: null };
}
