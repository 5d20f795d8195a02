import type { Fingerprint } from '../core/brand.ts';
import type { On } from './policy.ts';
import type { HnswParams } from './search.ts';
import type { Interval, Outcome } from './verdict.ts';

/** What a candidate costs, as far as it follows from the candidate itself. */
export interface SweepCost {
  readonly dimension: number;
  /** Bytes of one document in the index, about: vector and links; a full scan has the vector alone. */
  readonly bytes: number;
  /** Id of the engine that serves. */
  readonly engine: string;
  /** null where the engine has no graph. */
  readonly hnsw: HnswParams | null;
  /** Documents that a search looks at, at least: efSearch, or k where that is more, or all where there are no more; a full scan looks at all. */
  readonly visited: number;
}

/** How one candidate came out. */
export interface SweepResult {
  readonly name: string;
  readonly version: { readonly id: string; readonly fingerprint: Fingerprint };
  readonly outcome: Outcome;
  readonly headline: string;
  /** Those of its verdict: each rule that does not hold, in words. */
  readonly reasons: readonly string[];
  /** The measure that slices are ranked by, under the new version; null without quality. */
  readonly quality: number | null;
  /** New − old under the rule of that measure; null where the policy has none. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly cost: SweepCost;
  /** Another candidate that passes is at least as good at no higher cost, and better in one of them. */
  readonly dominated: boolean;
}

/** A candidate that could not be evaluated. */
export interface SweepFailure {
  readonly name: string;
  /** Of the catalogue; null for an error that is not in it. */
  readonly code: string | null;
  readonly message: string;
  readonly next: string;
}

/** sweep.json: several candidates against one old version. Nothing in it comes from a clock. */
export interface Sweep {
  readonly kind: 'cutover.sweep';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  readonly asOf: string;
  readonly dataset: { readonly name: string; readonly documents: number; readonly queries: number };
  readonly old: { readonly id: string; readonly quality: number | null; readonly cost: SweepCost } | null;
  readonly measure: { readonly name: string; readonly on: On } | null;
  /** The policy's confidence, and the one that each candidate is judged at. */
  readonly confidence: { readonly policy: number; readonly candidate: number };
  /** In the order of the configuration. */
  readonly results: readonly SweepResult[];
  readonly failures: readonly SweepFailure[];
  /** Name of the cheapest candidate that passes; null where none does. */
  readonly cheapest: string | null;
}

/** What a clock and a machine say of each candidate, by name; null where nothing was measured. */
export type SweepTimings = Readonly<
  Record<string, { readonly queryMilliseconds: number | null; readonly indexBytes: number | null; readonly textsPerSecond: number | null }>
>;
