import { couldDiffer } from '../measure/stats/binomial.ts';
import type { BootstrapSample } from '../measure/stats/bootstrap.ts';
import { lowerBound, pNotWorse, pWorse, upperBound } from '../measure/stats/interval.ts';
import { holm, holmLevels } from '../measure/stats/multiple.ts';
import type { Interval, Outcome } from '../model/verdict.ts';

/** A hypothesis "worse than the margin" about one sample of improvements; null sample where only one need has a value. */
export interface Hypothesis {
  readonly sample: BootstrapSample | null;
  readonly margin: number;
}

export interface Decision {
  readonly outcome: Outcome;
  /** Of improvements: below 0 is a loss. */
  readonly interval: Interval | null;
  readonly adjustedP: number | null;
}

/** Bounds with the gate's correction for few needs; a plain BCa bound errs too often there (see `SmallSampleCorrection`). */
export function intervalOf(sample: BootstrapSample, confidence: number): Interval {
  const bounds = {
    lower: lowerBound(sample, confidence, 'student'),
    upper: upperBound(sample, confidence, 'student'),
    confidence,
    method: sample.method,
  };
  return sample.method === 'degenerate' ? { ...bounds, couldDiffer: couldDiffer(sample.needs, confidence) } : bounds;
}

/** P-values of "worse than the margin"; 1 where there is no sample, which leaves Holm's other hypotheses stricter, never laxer. */
function worseThanMargin(hypotheses: readonly Hypothesis[]): number[] {
  return hypotheses.map(({ sample, margin }) => (sample ? pWorse(sample, -margin, 'student') : 1));
}

/**
 * Non-inferiority: pass when the lower bound lies above −margin (no correction: all rules must pass, intersection-union,
 * Berger 1982, doi:10.1080/00401706.1982.10487790), fail when Holm over the given rules finds the mean below it.
 */
export function decideNonInferior(hypotheses: readonly Hypothesis[], confidence: number): Decision[] {
  const adjusted = holm(worseThanMargin(hypotheses));
  return hypotheses.map(({ sample, margin }, i) => {
    if (sample === null) return { outcome: 'inconclusive', interval: null, adjustedP: null };
    const adjustedP = adjusted[i] ?? 1;
    const passes = pNotWorse(sample, -margin, 'student') < 1 - confidence;
    const fails = adjustedP < 1 - confidence;
    return { outcome: passes ? 'pass' : fails ? 'fail' : 'inconclusive', interval: intervalOf(sample, confidence), adjustedP };
  });
}

/**
 * No harm: fail where Holm over the given slices finds the mean below −margin, else pass. The interval stands at the
 * level at which Holm tested the slice, so its upper bound lies below −margin exactly when the slice fails.
 */
export function decideNoHarm(hypotheses: readonly Hypothesis[], confidence: number): Decision[] {
  const ps = worseThanMargin(hypotheses);
  const adjusted = holm(ps);
  const levels = holmLevels(ps, 1 - confidence);
  return hypotheses.map(({ sample }, i) => {
    if (sample === null) return { outcome: 'pass', interval: null, adjustedP: null };
    const level = levels[i] ?? 1 - confidence;
    const fails = (ps[i] ?? 1) < level;
    return { outcome: fails ? 'fail' : 'pass', interval: intervalOf(sample, 1 - level), adjustedP: adjusted[i] ?? 1 };
  });
}
