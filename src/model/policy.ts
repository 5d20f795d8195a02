/** Whether a rule decides, or is for information only. */
export type Severity = 'fail' | 'warn';
/** What the user gets of the whole search, neighbours as the index serves them, or by full scan. */
export const ONS = ['pipeline', 'served', 'exact'] as const;
/** One of {@link ONS}. */
export type On = (typeof ONS)[number];

interface RuleBase {
  /** ir_measures name, or an id of the metric registry with its cutoff. */
  readonly metric: string;
  readonly on: On;
  readonly severity: Severity;
  /** A rule without a value fails, unless this says `skip`. */
  readonly ifMissing: 'fail' | 'skip';
}

/** The new version may be worse by at most `margin` on average over needs. */
export interface NonInferiorRule extends RuleBase {
  readonly kind: 'nonInferior';
  readonly margin: number;
}

/** No slice may be worse by more than `margin`. */
export interface NoHarmRule extends RuleBase {
  readonly kind: 'noHarm';
  readonly margin: number;
  /** `declared`: every field of the data set; or the fields named. */
  readonly slices: 'declared' | readonly string[];
}

/** The new version's value against a fixed limit: the point estimate, or a one-sided bound of it. */
export interface LimitRule extends RuleBase {
  readonly kind: 'atLeast' | 'atMost';
  readonly limit: number;
  readonly bound: 'estimate' | 'lower' | 'upper';
}

/** A cost of the new version may be at most so many times the old version's. */
export interface RatioRule extends RuleBase {
  readonly kind: 'atMostTimes';
  readonly times: number;
}

/** One rule of a policy, distinguished by `kind`. */
export type Rule = NonInferiorRule | NoHarmRule | LimitRule | RatioRule;

/** A rule that may fail until a date: somebody answers for it. */
export interface Waiver {
  /** The rule's id as the verdict shows it, without its slice: `nDCG@10 nonInferior 0.02 on served`. */
  readonly rule: string;
  /** The slice it holds for; null for the rule itself (a slice rule: all of its slices). */
  readonly slice: { readonly field: string; readonly value: string } | null;
  readonly owner: string;
  readonly reason: string;
  /** ISO date of the last day it holds; afterwards it counts as absent. */
  readonly expires: string;
}

/** What a cutover has to pass, all defaults filled in. */
export interface Policy {
  /** One-sided confidence of every bound, e.g. 0.95. */
  readonly confidence: number;
  readonly rules: readonly Rule[];
  /** `block`: an inconclusive verdict exits 3; `warn`: 0. */
  readonly inconclusive: 'block' | 'warn';
  /** Slices of fewer needs than this inform and don't decide. */
  readonly minimumNeeds: number;
  /** Bootstrap resamples. */
  readonly resamples: number;
  readonly waivers: readonly Waiver[];
  /** Share of a live store's documents that may have been added, changed or removed since the evaluation; no limit unless given. */
  readonly storeDrift?: number;
  /** What grades made of clicks do: `forbid` takes them for none; otherwise they count, and the verdict says what they are. */
  readonly weakGrades?: 'warn' | 'forbid';
}
