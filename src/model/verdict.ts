import type { Sha256 } from '../core/brand.ts';
import type { MeasuredOn } from './lookup.ts';
import type { Direction } from './metric.ts';
import type { Policy, Rule, Waiver } from './policy.ts';
import type { Bounds, Estimate } from './scores.ts';
import type { HarmKind } from './studies.ts';

/** Any fail beats any inconclusive; both beat a pass. */
export type Outcome = 'pass' | 'fail' | 'inconclusive';

/** One-sided bounds of a mean, or of a ratio of costs, at the given confidence each; unjudged documents count as not relevant. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** One-sided confidence of each bound. */
  readonly confidence: number;
  /** Gaffke's bound with an unseen need; for a ratio, order statistics of blocks. */
  readonly method: 'gaffke' | 'order-statistics';
}

/** What the query set could have shown: its needs are drawn again from populations like it, and judged by the gate's own bounds. */
export interface Power {
  /**
   * Smallest true loss that would have been told from none with 80 % probability, or for a slice how far it has to be beyond the margin;
   * null where no loss of the needs seen would have been.
   */
  readonly detectable: number | null;
  /** Probability of passing the rule when the true difference is 0. */
  readonly passIfEqual: number;
  /** Needs that would settle an inconclusive rule if the estimate stayed as it is; null when settled or when none would. */
  readonly needsToSettle: number | null;
}

/**
 * What every format shows of a result. `not-shown-safe`: a slice in which no harm is shown, though it is not excluded either;
 * it counts as a pass and is never drawn as one. `waived`: open, and a waiver keeps it from deciding.
 */
export type State = Outcome | 'not-shown-safe' | 'skipped' | 'waived';

/** What judging what nobody judged could still change, in the metric's own direction. */
export interface Open {
  /** Mean difference at its least and most over all that the unjudged documents of both lists could be. */
  readonly least: number;
  readonly most: number;
  /** Bounds of it: the lower one with the unjudged at their least, the upper one at their most; missing for limits. */
  readonly bounds?: Bounds;
  /** Unjudged pairs of query and document that could change it. */
  readonly pairs: number;
  /** How many of them would settle the rule if they turned out not relevant; null where it isn't the unjudged that leave it open. */
  readonly toSettle: number | null;
}

/**
 * `few-needs`: the bounds take in the margin. `unjudged`: documents that nobody judged decide. `cannot-fail`: the rule holds
 * whatever the new version does. `busy-machine`: times vary too much to tell. `insensitive`: even lists of other queries would not have failed it. `nothing-decided`: no rule of the policy had anything to look at.
 */
export type Inconclusive = 'few-needs' | 'unjudged' | 'cannot-fail' | 'busy-machine' | 'insensitive' | 'nothing-decided';

/** One rule, on one slice where it is a slice rule. */
export interface RuleResult {
  readonly rule: Rule;
  /** Stable and unique: `nDCG@10 nonInferior 0.02 on served`, slices appended as ` · style=typo`. */
  readonly id: string;
  readonly slice: { readonly field: string; readonly value: string } | null;
  readonly outcome: Outcome | 'skipped';
  readonly state: State;
  /** Why it is inconclusive; missing where it isn't. */
  readonly why?: Inconclusive;
  /** Which way the rule's metric is better. */
  readonly direction: Direction;
  /** Present where the metric has no value. */
  readonly missing?: true;
  /** False for warnings, skipped rules and slices that are for information only. */
  readonly decides: boolean;
  /** Plain words with numbers: what the policy wants. */
  readonly expected: string;
  readonly found: string;
  /** Why this outcome, in one sentence. */
  readonly reason: string;
  /** What to do; empty when passed. */
  readonly next: string;
  readonly needs: number;
  /** Needs whose value changed at all; null where there is no difference a need. */
  readonly moved: number | null;
  readonly old: number | null;
  readonly new: number | null;
  readonly difference: number | null;
  /** new / old of a cost, of which `interval` is then; missing for other rules. */
  readonly ratio?: number;
  readonly interval: Interval | null;
  /** Holm-adjusted one-sided p-value of "worse than the margin"; null for limits. */
  readonly adjustedP: number | null;
  readonly power: Power | null;
  /** Missing where everything that counts is judged. */
  readonly open?: Open;
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

/** The measure that a report leads with. */
export interface Lead extends MeasuredOn {
  readonly direction: Exclude<Direction, 'none'>;
}

/** Bounds of one measure, as a rule about it would have them. */
export interface MeasureBounds extends MeasuredOn {
  /** `difference`: new − old; `mean`: of a value that is between the versions, such as overlap. */
  readonly of: 'difference' | 'mean';
  readonly interval: Interval;
}

/** Every slice under one measure: order, bounds and figures are all of that measure. */
export interface SliceTable extends Lead {
  /** Two-sided, of intervals and bands. */
  readonly confidence: number;
  /** Worst first: sure losses by their least size, then by how clearly a slice lost; slices of too few needs, then those without a value, last. */
  readonly rows: readonly SliceRow[];
}

/** What changed in one slice: means as the rules take them, over what has a value under both versions; null where there is none. */
export interface SliceRow {
  readonly field: string;
  readonly value: string;
  /** Declared, and of enough needs for a rule to decide on it. */
  readonly canDecide: boolean;
  /** Needs with a value. */
  readonly needs: number;
  readonly old: number | null;
  readonly new: number | null;
  readonly difference: number | null;
  /** Of the slice by itself; null for one need, which shows no spread. */
  readonly interval: Estimate['interval'];
  /**
   * Band that holds for all compared slices at once, so also for the one picked as the worst; null for slices of too few
   * needs, which take no part in the ranking.
   */
  readonly simultaneous: Bounds | null;
  /** Smallest true loss that `simultaneous` would show in 8 of 10 cases; null for slices of too few needs, and where nothing varies. */
  readonly detectable?: number | null;
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
  /** What is spoken of first, and what slices and queries are ranked by; null where nothing was measured that has a better and a worse. */
  readonly lead: Lead | null;
  /** Of everything that was measured by query, whether or not a rule names it; missing where nothing was. */
  readonly measures?: readonly MeasureBounds[];
  /** Slices under `lead`, then under each other measure of old and new that a rule names. */
  readonly slices: readonly SliceTable[];
  /** What nobody can say without judgements, in a sentence; missing where quality was measured. */
  readonly unknownQuality?: string;
  /** Why it is inconclusive; null where it isn't. */
  readonly why: Inconclusive | null;
  /** One sentence for the top of every report. */
  readonly headline: string;
  /** Deciding reasons first, in plain words. */
  readonly reasons: readonly string[];
  readonly rules: readonly RuleResult[];
  /** Every waiver of the policy; missing where it has none. */
  readonly waivers?: readonly WaiverResult[];
  /** The base branch's judgement, which must pass too; missing where it judges alike. */
  readonly base?: JudgedByBase;
  /** Looks with fewer needs before this one; missing where this is the first. */
  readonly looks?: Looks;
  /** What losses each rule on quality would have noticed; missing where it has none. */
  readonly assay?: readonly Assay[];
  /** Ways to the new version by the policy's own rules; missing where none was measured or no rule asks. */
  readonly ways?: WaysVerdict;
  /** What reaches the user, for each measure of old and new that a rule names; missing without a pipeline. */
  readonly reach?: readonly UserReach[];
  /** What weakens every number of the evaluation, whatever the outcome; missing where nothing does. */
  readonly cautions?: readonly Caution[];
}

/** What was gated before needs were added: whoever adds needs until it passes will pass some day, so each look has a smaller error. */
export interface Looks {
  /** Judged needs at each look, oldest first. */
  readonly needs: readonly number[];
  /** One-sided confidence of each bound now, in place of the policy's. */
  readonly confidence: number;
}

/**
 * Whether a rule could have noticed harm. `exchanged`: the new version's lists are given to queries of other needs, for a growing share of
 * needs. The other kinds are those of `studies.harms`; between two sizes a share of needs has the larger one.
 */
export interface Assay {
  /** Id of the rule. */
  readonly rule: string;
  readonly kind: 'exchanged' | HarmKind;
  /** Ascending. */
  readonly steps: readonly AssayStep[];
  /** Smallest loss that would have failed in 8 of 10 cases, between steps by interpolation; null where even the largest harm would not. */
  readonly smallest: number | null;
}

/** One size of planted harm, and how often the policy would have noticed it. */
export interface AssayStep {
  /** Share of needs whose lists were exchanged, or the size of the harm. */
  readonly size: number;
  /** Mean loss against the old version, over the draws. */
  readonly loss: number;
  /** Share of the draws that fail the rule; each draw is a set of as many needs. */
  readonly fails: number;
}

/** One measure of a way against the old version, unjudged documents at their worst. */
export interface WayResult {
  /** Id of the rule. */
  readonly rule: string;
  readonly measure: string;
  readonly value: number;
  readonly difference: number;
  /** At the confidence that is left when the error rate is shared among the ways. */
  readonly interval: Interval;
  readonly outcome: Outcome;
}

/** What the policy's nonInferior rules say of a way. */
export interface JudgedWay {
  /** Of `studies.ways`. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly results: readonly WayResult[];
}

/** The ways of `studies.ways` but `stay`, judged on exact neighbours. */
export interface WaysVerdict {
  readonly ways: readonly JudgedWay[];
  /** The one that passes and needs the fewest new vectors, then the least storage; null where none passes. */
  readonly cheapest: string | null;
  /** What follows, in a sentence or two. */
  readonly summary: string;
}

/** How much of a difference of the vectors is left in what the user gets. */
export interface UserReach {
  readonly measure: string;
  /** Needs with a value under both versions. */
  readonly needs: number;
  /** New − old of the vectors as served, and of the pipeline. */
  readonly vectors: number;
  readonly pipeline: number;
  /** `pipeline / vectors`; null where the vectors' own difference can't be told from none, so that no share of it means anything. */
  readonly share: number | null;
  /** One-sided bounds of the share at the given confidence each; null with it. */
  readonly interval: (Bounds & { readonly confidence: number; readonly method: 'fieller' }) | null;
}

/** Something about the data or the report that a reader must know before the outcome. */
export interface Caution {
  readonly id: 'judge-changed' | 'weak-grades' | 'sampled-corpus' | 'redacted' | 'by-chance' | 'few-judged';
  /** A few words to recognise it by. */
  readonly title: string;
  /** What it means, in sentences. */
  readonly text: string;
}
