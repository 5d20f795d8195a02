import type { Fingerprint } from '../core/brand.ts';

/** What an audit looks for. */
export type FindingKind =
  | 'untagged'
  | 'foreign'
  | 'missing'
  | 'orphaned'
  | 'stale'
  | 'changed'
  | 'pending'
  | 'unattested'
  | 'duplicate'
  | 'wrong-dimension'
  | 'not-finite'
  | 'zero'
  | 'not-unit-length'
  | 'false-tag';

export interface AuditFinding {
  readonly kind: FindingKind;
  readonly title: string;
  readonly count: number;
  /** A few ids, ascending; what is wrong with each in words where that helps. */
  readonly examples: readonly { readonly id: string; readonly note: string }[];
  /** Findings that would mix spaces, or serve wrong or missing vectors, fail the audit; others inform. */
  readonly fails: boolean;
  /** What to do; empty when the count is 0. */
  readonly next: string;
}

/** What a vector that failed the comparison turned out to be. */
export type FalseTagCause =
  | 'other-version'
  | 'other-model'
  | 'missing-prefix'
  | 'other-prefix'
  | 'other-pooling'
  | 'not-normalised'
  | 'truncated'
  | 'precision-loss'
  | 'unknown';

export interface AttestedFailure {
  readonly id: string;
  /** Cosine of stored and fresh vector; null where their dimensions differ. */
  readonly cosine: number | null;
  readonly cause: FalseTagCause;
  readonly note: string;
}

/** Rows embedded again under the version they claim. */
export interface Attestation {
  /** Rows that claim the version, and those of them that were embedded again. */
  readonly population: number;
  readonly sampled: number;
  readonly failed: number;
  readonly confidence: number;
  /** At the confidence at most this share of the tags is false (exact, Clopper-Pearson; finite population where all were taken: failed ÷ population). */
  readonly bound: number;
  /** A stored vector agrees when its cosine with the fresh one is at least this; and how that was measured. */
  readonly tolerance: { readonly cosine: number; readonly relativeLength: number; readonly method: string };
  readonly failures: readonly AttestedFailure[];
  /** Variants that change no sampled vector, so that they can't be told from the claimed version: named, with the reason. */
  readonly indistinguishable: readonly string[];
  /** Why rows could not be embedded again (no text for an id); the count is not in `sampled`. */
  readonly withoutText: number;
}

export interface Audit {
  readonly kind: 'cutover.audit';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  readonly store: { readonly name: string; readonly kind: string; readonly title: string };
  readonly expected: {
    readonly id: string;
    readonly fingerprint: Fingerprint;
    readonly dimension: number | null;
    readonly normalize: boolean;
  };
  /** Rows in the store, and texts in the corpus; null where there is none to compare with. */
  readonly rows: number;
  readonly corpus: number | null;
  /** Rows by tag, largest first; null for untagged. */
  readonly tags: readonly { readonly tag: string | null; readonly name: string | null; readonly rows: number }[];
  /** Every kind once, in the order above. */
  readonly findings: readonly AuditFinding[];
  /** null unless asked for. */
  readonly attestation: Attestation | null;
  readonly outcome: 'pass' | 'fail';
  readonly headline: string;
}
