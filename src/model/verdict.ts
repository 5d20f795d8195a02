import type { Sha256 } from '../core/brand.ts';
import type { Policy, Rule, Waiver } from './policy.ts';

/** Any fail beats any inconclusive; both beat a pass. */
export type Outcome = 'pass' | 'fail' | 'inconclusive';

/** One-sided bounds of a mean at the given confidence each. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** One-sided confidence of each bound. */
  readonly confidence: number;
  /** `degenerate`: all differences equal, the interval is that value. */
  readonly method: 'bca' | 'percentile' | 'degenerate';
  /** Degenerate only: largest share of needs that could still differ, at the confidence (1 − α)^(1/n) bound, near 3/n at 95 %. */
  readonly couldDiffer?: number;
}

/** What the query set could have shown. */
export interface Power {
  /** Smallest true mean difference that would have been judged a loss beyond zero with 80 % probability. */
  readonly detectable: number;
  /** Probability of passing the rule when the true difference is 0. */
  readonly passIfEqual: number;
  /** Needs that would settle an inconclusive rule if the estimate stayed as it is; null when settled or when none would. */
  readonly needsToSettle: number | null;
}

/** One rule, on one slice where it is a slice rule. */
export interface RuleResult {
  readonly rule: Rule;
  /** Stable and unique: `nDCG@10 nonInferior 0.02 on served`, slices appended as ` · style=typo`. */
  readonly id: string;
  readonly slice: { readonly field: string; readonly value: string } | null;
  readonly outcome: Outcome | 'skipped';
  /** False for warnings, skipped rules and slices that only inform. */
  readonly decides: boolean;
  /** Plain words with numbers: what the policy wants. */
  readonly expected: string;
  readonly found: string;
  /** Why this outcome, in one sentence. */
  readonly reason: string;
  /** What to do; empty when passed. */
  readonly next: string;
  readonly needs: number;
  readonly old: number | null;
  readonly new: number | null;
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Holm-adjusted one-sided p-value of "worse than the margin"; null for limits. */
  readonly adjustedP: number | null;
  readonly power: Power | null;
  /** The waiver in force that keeps an open result from deciding; missing where there is none. */
  readonly waiver?: Waiver;
}

/** What became of one waiver of the policy. */
export interface WaiverResult {
  readonly waiver: Waiver;
  /** `not-needed`: what it covers passed; `unknown`: it names no rule or slice of this policy. */
  readonly state: 'in-force' | 'expired' | 'not-needed' | 'unknown';
  /** One sentence with owner, date and reason. */
  readonly text: string;
}

/** How the base branch's policy, data set, consumers and search settings judge the same new version, where they differ from the change's own. */
export interface JudgedByBase {
  /** What the base is called, and its commit. */
  readonly ref: string;
  readonly commit: string;
  /** In what they differ, a line each. */
  readonly differences: readonly string[];
  readonly outcome: Outcome;
  readonly exitCode: 0 | 1 | 3;
  readonly headline: string;
}

/** `verdict.json`: the decision, with every rule’s result. */
export interface Verdict {
  readonly kind: 'cutover.verdict';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  /** ISO date the verdict holds for. */
  readonly asOf: string;
  /** SHA-256 of evaluation.json's bytes. */
  readonly evaluation: Sha256;
  /** SHA-256 of the policy's canonical JSON. */
  readonly policyHash: Sha256;
  readonly policy: Policy;
  readonly outcome: Outcome;
  readonly exitCode: 0 | 1 | 3;
  /** One sentence for the top of every report. */
  readonly headline: string;
  /** Deciding reasons first, in plain words. */
  readonly reasons: readonly string[];
  readonly rules: readonly RuleResult[];
  /** Every waiver of the policy; missing where it has none. */
  readonly waivers?: readonly WaiverResult[];
  /** The base branch's judgement, which must pass too; missing where it judges alike. */
  readonly base?: JudgedByBase;
  /** What weakens every number of the evaluation, whatever the outcome; missing where nothing does. */
  readonly cautions?: readonly Caution[];
}

/** Something about the data or the report that a reader must know before the outcome. */
export interface Caution {
  readonly id: 'judge-changed' | 'weak-grades' | 'sampled-corpus' | 'redacted';
  /** A few words to recognise it by. */
  readonly title: string;
  /** What it means, in sentences. */
  readonly text: string;
}
