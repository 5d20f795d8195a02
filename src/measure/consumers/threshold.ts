import type { ThresholdEffect } from '../../model/scores.ts';

/** The pairs that a consumer's threshold is applied to under one version. */
export interface PairSample {
  /** What makes a pair the same under both versions, e.g. query and document id; each once. */
  readonly keys: readonly string[];
  /** Similarity of each pair, finite. */
  readonly scores: ArrayLike<number>;
  /** 1 relevant, 0 judged and not relevant, −1 unjudged, which counts as not relevant; null where such pairs have no labels. */
  readonly labels: ArrayLike<number> | null;
  /** Relevant pairs that exist, seen under this version or not: the denominator of recall. At least those among `labels`. */
  readonly relevant: number;
}

/** How many pairs pass, and what they are. */
export interface PassCounts {
  readonly passing: number;
  readonly relevant: number;
  readonly judged: number;
}

/** A place where a threshold can be: everything from this score up passes, ties together. */
export interface Step extends PassCounts {
  /** The lowest score that passes; +∞ where nothing does. */
  readonly score: number;
  /** The highest score that is cut; −∞ where nothing is. */
  readonly below: number;
}

/**
 * What is kept by counts of passing pairs. Shares without a denominator are null.
 * @example effectOf(0.5, { passing: 4, relevant: 3, judged: 4 }, sample) // precision 0.75
 */
export function effectOf(threshold: number, counts: PassCounts, sample: PairSample): ThresholdEffect {
  const { passing, relevant, judged } = counts;
  const total = sample.scores.length;
  const labelled = sample.labels !== null;
  return {
    threshold,
    passRate: passing / total,
    precision: labelled && passing > 0 ? relevant / passing : null,
    recall: labelled && sample.relevant > 0 ? relevant / sample.relevant : null,
    f1: labelled && sample.relevant > 0 ? (2 * relevant) / (passing + sample.relevant) : null,
    judgedShare: labelled && passing > 0 ? judged / passing : null,
  };
}

/**
 * What a threshold does to the pairs: those with a score of at least this pass.
 * @throws RangeError on an empty or inconsistent sample
 */
export function thresholdEffect(threshold: number, sample: PairSample): ThresholdEffect {
  requireSample(sample);
  let [passing, relevant, judged] = [0, 0, 0];
  for (let i = 0; i < sample.scores.length; i++) {
    if ((sample.scores[i] as number) < threshold) continue;
    passing++;
    if (sample.labels?.[i] === 1) relevant++;
    if (sample.labels !== null && sample.labels[i] !== -1) judged++;
  }
  return effectOf(threshold, { passing, relevant, judged }, sample);
}

/**
 * Every place where a threshold can be, from the one that cuts everything down to the one that lets all pass.
 * @throws RangeError on an empty or inconsistent sample
 */
export function stepsOf(sample: PairSample): readonly Step[] {
  requireSample(sample);
  const { scores, labels } = sample;
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const steps: Step[] = [
    { score: Number.POSITIVE_INFINITY, below: scores[order[0] as number] as number, passing: 0, relevant: 0, judged: 0 },
  ];
  let [relevant, judged] = [0, 0];
  order.forEach((index, i) => {
    const score = scores[index] as number;
    if (labels?.[index] === 1) relevant++;
    if (labels !== null && labels[index] !== -1) judged++;
    const next = order[i + 1];
    const below = next === undefined ? Number.NEGATIVE_INFINITY : (scores[next] as number);
    if (below < score) steps.push({ score, below, passing: i + 1, relevant, judged });
  });
  return steps;
}

function requireSample({ keys, scores, labels, relevant }: PairSample): void {
  if (scores.length === 0) throw new RangeError('A threshold needs pairs to decide.');
  if (keys.length !== scores.length || (labels !== null && labels.length !== scores.length)) {
    throw new RangeError('Keys, scores and labels of pairs differ in number.');
  }
  let seen = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw new RangeError(`The score of pair ${keys[i]} is not a finite number.`);
    if (labels?.[i] === 1) seen++;
  }
  if (relevant < seen) throw new RangeError(`${seen} relevant pairs are seen, but only ${relevant} are said to exist.`);
}

/** Decimals of a proposed value, where so few can tell the scores apart. */
const DECIMALS = 4;

/**
 * A short decimal that decides every pair as the step does: above `below`, and not above `score`. Of those with the
 * fewest decimals (4 or more) it is the highest, so that it is next to the scores that pass.
 * @example roundedThreshold({ score: 0.712345, below: 0.7, … }) // 0.7123
 */
export function roundedThreshold({ score, below }: Pick<Step, 'score' | 'below'>): number {
  for (let decimals = DECIMALS; decimals <= 15; decimals++) {
    const unit = 10 ** decimals;
    const near = score === Number.POSITIVE_INFINITY ? Math.floor(below * unit) + 1 : Math.floor(score * unit);
    // Scaling may round to a neighbour, so the ones beside are tried too.
    const fits = [near + 1, near, near - 1].map((whole) => whole / unit).filter((value) => value <= score && value > below);
    const value = score === Number.POSITIVE_INFINITY ? fits.at(-1) : fits[0];
    if (value !== undefined) return value;
  }
  // Scores beyond what 15 decimals resolve: the score itself, or the next number above all of them.
  return score === Number.POSITIVE_INFINITY ? below + Math.max(Math.abs(below) * 2 * Number.EPSILON, Number.MIN_VALUE) : score;
}
