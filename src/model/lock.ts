import type { Fingerprint, Sha256 } from '../core/brand.ts';
import type { DatasetHashes } from './dataset.ts';
import type { Canaries } from './version.ts';

/** A version as the lock knows it. */
export interface LockedVersion {
  readonly id: string;
  readonly fingerprint: Fingerprint;
}

/** The live version, with everything that a later difference can be told by. */
export interface LiveVersion extends LockedVersion {
  /** Names beside the fingerprint: model, revision. */
  readonly names: Readonly<Record<string, string>>;
  readonly verifiable: boolean;
  /** What is hashed into the fingerprint: the hashes of weights and tokenizer files among it. */
  readonly decides: Readonly<Record<string, unknown>>;
  /** Instruction sets that made the vectors that were evaluated, and what they gave for the canary texts; missing where none decides them, or where nothing was evaluated. */
  readonly processors?: readonly string[];
  readonly canaries?: Canaries;
}

/** What of the certificate the lock rests on. Another machine's certificate of the same evaluation has the same facts, but not the same hash. */
export interface LockedCertificate {
  readonly sha256: Sha256;
  readonly old: LockedVersion;
  readonly dataset: { readonly name: string; readonly hashes: DatasetHashes };
  /** ISO dates. */
  readonly issued: string;
  readonly expires: string;
}

/** `cutover.lock`: which version is live on this branch, and what allowed it. */
export interface Lock {
  readonly kind: 'cutover.lock';
  readonly schemaVersion: 1;
  readonly live: LiveVersion;
  /** A version that the configuration named beside the live one when the lock was written without an evaluation; nobody approved it. */
  readonly waiting: LockedVersion | null;
  readonly policy: Sha256;
  /** null where the live version was pinned without an evaluation. */
  readonly certificate: LockedCertificate | null;
  /** Why there was none, in words; null where there was. */
  readonly unevaluated: string | null;
  /** Where each configured store's ledger ended. */
  readonly ledgers: Readonly<Record<string, { readonly seq: number; readonly head: Sha256 }>>;
  /** SHA-256 of the canonical JSON of the rest: two locks merged line by line never fit it. */
  readonly seal: Sha256;
}

/** What a change of the working tree means for the lock. */
export type ChangeState =
  /** Nothing that decides vectors or verdict changed. */
  | 'unchanged'
  /** A version or the policy changed and has to be evaluated. */
  | 'evaluate'
  /** It was evaluated, passed, and the lock says so. */
  | 'locked'
  /** It was evaluated and passed, but the lock doesn't say so. */
  | 'lock-missing'
  /** It was evaluated and did not pass. */
  | 'not-passed'
  /** The live version is no longer what the lock pins. */
  | 'silent-bump'
  /** Neither version of the configuration is the live one. */
  | 'not-live'
  /** What judges a bump changed (policy, data set, consumers, search settings), and no version did. */
  | 'judge-changed'
  /** The policy changed and the lock doesn't say so. */
  | 'policy-changed'
  /** The lock names a version that the configuration doesn't. */
  | 'lock-foreign'
  /** The base has a lock, the working tree has none. */
  | 'lock-removed'
  /** A store's ledger no longer holds the entry that the lock pins. */
  | 'ledger-rewritten';

/** The outcome of comparing the lock of the base with the working tree. */
export interface Change {
  readonly state: ChangeState;
  /** One sentence. */
  readonly headline: string;
  /** Further facts, a line each: which fields differ. */
  readonly facts: readonly string[];
  /** What to do; empty where nothing is. */
  readonly next: string;
}

/** `change.json`: a change, where it was compared with, and how it came out. */
export interface ChangeRecord extends Change {
  readonly kind: 'cutover.change';
  readonly schemaVersion: 1;
  /** Git commit of the lock compared with; null where the base has none. */
  readonly base: { readonly ref: string; readonly commit: string | null };
  /** Path of the lock, relative to the repository. */
  readonly lock: string;
  readonly evaluated: boolean;
  /** Which cached vectors were embedded again, and what that proves; missing where nothing came from a cache. */
  readonly cache?: readonly string[];
  readonly exitCode: number;
}
