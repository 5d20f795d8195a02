import type { NotApplicable } from '../core/absence.ts';
import type { Consumer, Reranker } from './config.ts';

/** Values a query at their least and most over all that the unjudged documents of both lists could be; null where there is none. */
export interface OpenColumns {
  /** Of new − old; a document of both lists is the same in both. */
  readonly least: readonly (number | null)[];
  readonly most: readonly (number | null)[];
  /** Of the new version alone. */
  readonly new: { readonly least: readonly (number | null)[]; readonly most: readonly (number | null)[] };
  /** Unjudged documents in either list, as deep as the measure looks. */
  readonly pairs: readonly number[];
}

/** Quantiles of one sample of scores. */
export interface ScoreSummary {
  readonly n: number;
  readonly mean: number;
  readonly min: number;
  readonly p05: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
}

/** How one kind of score moved from old to new. No p-values: pairs of one query are dependent. */
export interface ScoreShift {
  /** `top-1`, `rank-2`, …, `rank-50`, `relevant`, `other`. */
  readonly id: string;
  readonly title: string;
  readonly old: ScoreSummary;
  readonly new: ScoreSummary;
  /** Shift metric id → value: ks, wasserstein, psi. */
  readonly distances: Readonly<Record<string, number>>;
  readonly histogram: {
    /** Bin edges, one more than bins, the same for both sides. */
    readonly edges: readonly number[];
    /** Share of the sample in each bin. */
    readonly old: readonly number[];
    readonly new: readonly number[];
  };
}

/** How well scores tell relevant pairs from others under each version; blind to the scores' scale. */
export interface Separation {
  /** `all`: judged relevant pairs against sampled other pairs; `results`: among the first ten results. */
  readonly id: 'all' | 'results';
  readonly title: string;
  readonly old: SeparationSide;
  readonly new: SeparationSide;
}

/** How well one version’s scores tell relevant pairs from others: pairs counted, and the area under the ROC curve, 0.5 where they don’t. */
export interface SeparationSide {
  readonly relevant: number;
  readonly other: number;
  readonly auc: number;
}

/** Two-sided bounds. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** What a threshold does to the pairs it is applied to. */
export interface ThresholdEffect {
  readonly threshold: number;
  /** Share of pairs that pass. */
  readonly passRate: number;
  /** Share of passing pairs that are relevant; null without labels or when none passes. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Share of passing pairs that are judged at all; null without labels. */
  readonly judgedShare: number | null;
}

/** Bounds of what one threshold does. null where the quantity has no value, or none in more than 5 % of the resamples. */
export interface EffectBounds {
  readonly passRate: Bounds | null;
  readonly precision: Bounds | null;
  readonly recall: Bounds | null;
}

/** Two-sided percentile bootstrap intervals: needs resampled whole where a pair's left side is a query, else items. */
export interface ConsumerIntervals {
  readonly confidence: number;
  readonly resamples: number;
  readonly by: 'need' | 'item';
  /** Of the translated value itself, translated again in each resample; null where more than 5 % of them have none, and under `bound: lower`. */
  readonly threshold: Bounds | null;
  readonly before: EffectBounds;
  readonly unchanged: EffectBounds;
  readonly translated: EffectBounds | null;
  readonly accepted: EffectBounds | null;
}

/**
 * How well a value that is chosen on some needs does on others: the needs are split in two halves at random, and the value
 * that one half gives is applied to the other, both ways round.
 */
export interface OutOfSample {
  readonly splits: number;
  /** Halves that gave a value, two a split at most; the other half checks it. */
  readonly checks: number;
  /** The kept quantity of the checking half today, mean over the checks. */
  readonly before: number;
  /** The same under the new version and the value that the other half gave. */
  readonly kept: number;
  /** Share of the checks in which `kept` is outside the tolerance of `before`. */
  readonly missed: number;
  /** Whether no more than 5 % of the checks miss. */
  readonly withinTolerance: boolean;
}

/** One-sided bounds of what a value for the new version keeps less what is kept today; null where the value or its bound is missing. */
export interface KeptBounds {
  /** Of each side. */
  readonly confidence: number;
  readonly resamples: number;
  readonly translated: Bounds | null;
  readonly accepted: Bounds | null;
}

/** What becomes of one consumer of a fixed score, with the threshold that the new version needs. */
export interface ConsumerResult {
  /** Every threshold below is in its scale. */
  readonly consumer: Consumer;
  /** What is odd about its thresholds, a sentence each; missing where nothing is. */
  readonly warnings?: readonly string[];
  /** Pairs seen under each version. */
  readonly pairs: { readonly old: number; readonly new: number };
  /** Old threshold under the old version. */
  readonly before: ThresholdEffect;
  /** Old threshold left in place under the new version. */
  readonly unchanged: ThresholdEffect;
  /** The value that keeps what the consumer wants kept; null when no value does, with the reason. */
  readonly translated: ThresholdEffect | null;
  readonly whyUntranslated: string | null;
  /** The accepted value under the new version; null while nothing is accepted. */
  readonly accepted: ThresholdEffect | null;
  /** Whether the accepted value keeps the quantity within the tolerance. */
  readonly withinTolerance: boolean;
  /** Pairs that both versions see and that the old value decides differently under the new version. */
  readonly flips: {
    readonly common: number;
    /** Passed before, cut now. */
    readonly lost: number;
    /** Cut before, pass now. */
    readonly gained: number;
  };
  /** What the way in which the value is chosen keeps out of sample. */
  readonly outOfSample: OutOfSample | NotApplicable;
  /** What `bound: lower` asks of a value; missing elsewhere. */
  readonly keptBounds?: KeptBounds;
  /** null where there is one need or item only: it shows no spread. */
  readonly intervals: ConsumerIntervals | null;
  /** Line of the configuration with the translated value as `accepted`, ready to paste; null where nothing is to be changed. */
  readonly patch: string | null;
}

/** What the bump does to a re-ranker that reads the first `depth` results as served. */
export interface RerankerResult {
  readonly reranker: Reranker;
  /** Candidates it really gets a query: `depth`, or all documents where there are fewer. */
  readonly depthUsed: number;
  /** Shares over all relevant documents of all judged queries together. */
  readonly relevant: RerankerRelevant | NotApplicable;
  /** Mean over queries of the share of its candidates that the old version did not hand it for that query. */
  readonly unseen: number;
  /** The scores it is fed. */
  readonly scores: ScoreShift;
}

/** Relevant documents that reach a re-ranker. */
export interface RerankerRelevant {
  /** Relevant documents there are. */
  readonly total: number;
  /** Share of them that reaches it. */
  readonly old: number;
  readonly new: number;
  /** Of those that reached it before, the share that still does; null where none did. */
  readonly kept: number | null;
  /** New − old with its interval, needs resampled whole. */
  readonly difference: Estimate;
}

/** A mean with a two-sided bootstrap interval; null for one need, which shows no spread. */
export interface Estimate {
  readonly mean: number;
  readonly needs: number;
  readonly confidence: number;
  readonly interval: (Bounds & { readonly method: 'bca' | 'percentile' | 'degenerate' }) | null;
}
