import type { Fingerprint, Sha256 } from '../core/brand.ts';
import type { On } from './policy.ts';
import type { Estimate } from './scores.ts';
import type { Outcome, RuleResult } from './verdict.ts';

/** One of the two evaluations: what was compared, and how it came out. */
export interface AgainstRun {
  /** SHA-256 of evaluation.json. */
  readonly evaluation: Sha256;
  readonly asOf: string;
  readonly old: AgainstVersion | null;
  readonly new: AgainstVersion | null;
  readonly outcome: Outcome;
  readonly headline: string;
}

export interface AgainstVersion {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  readonly dimension: number;
}

/** One thing measured under both candidates. */
export interface Pair<T> {
  readonly other: T;
  readonly this: T;
}

/** A measure's mean under each candidate, and the paired difference this − other over the queries that both have a value for. */
export interface AgainstMeasure extends Pair<number | null> {
  readonly measure: string;
  readonly on: On;
  readonly direction: 'higher' | 'lower' | 'none';
  readonly difference: Estimate | null;
}

/** A rule that either verdict has; null where the other policy has none of that id. */
export interface AgainstRule extends Pair<Pick<RuleResult, 'outcome' | 'state' | 'decides' | 'found'> | null> {
  readonly id: string;
}

/** A query whose value differs between the candidates. */
export interface AgainstQuery extends Pair<number> {
  readonly id: string;
  readonly text: string;
  readonly difference: number;
}

/** Slices by the mean of the compared measure. */
export interface AgainstSlice extends Pair<number | null> {
  readonly field: string;
  readonly value: string;
  readonly queries: number;
}

/** A consumer of scores: what its threshold would have to be. */
export interface AgainstConsumer extends Pair<{ readonly translated: number | null; readonly withinTolerance: boolean } | null> {
  readonly name: string;
}

/** A figure of cost, as each run measured it on its machine. */
export interface AgainstCost extends Pair<number | null> {
  readonly title: string;
  readonly unit: string;
}

/** Two evaluations of the same data side by side; written by `cutover report --against`. */
export interface Against {
  readonly kind: 'cutover.against';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  readonly dataset: { readonly name: string; readonly queries: number; readonly documents: number; readonly judgedQueries: number };
  readonly runs: Pair<AgainstRun>;
  /** Whether both started from the same old version. */
  readonly sameOld: boolean;
  /** What else differs between the two: policy, search parameters, seed, release. In words. */
  readonly caveats: readonly string[];
  readonly measures: readonly AgainstMeasure[];
  /** Those whose state differs first. */
  readonly rules: readonly AgainstRule[];
  /** Under the measure that slices and queries are ranked by; null without quality. */
  readonly ranked: { readonly measure: string; readonly on: On } | null;
  /** Most lost against the other candidate first, then most gained. */
  readonly lost: readonly AgainstQuery[];
  readonly gained: readonly AgainstQuery[];
  readonly slices: readonly AgainstSlice[];
  readonly consumers: readonly AgainstConsumer[];
  readonly cost: readonly AgainstCost[];
}
