import type { Fingerprint, Sha256 } from '../core/brand.ts';
import type { DatasetHashes } from './dataset.ts';
import type { Waiver } from './policy.ts';
import type { Outcome } from './verdict.ts';
import type { Canaries } from './version.ts';

/** What the evaluation was of, and how it came out. */
export interface CertificatePredicate {
  readonly cutoverVersion: string;
  readonly old: CertifiedVersion;
  readonly new: CertifiedVersion;
  readonly dataset: { readonly name: string; readonly hashes: DatasetHashes };
  readonly policy: { readonly sha256: Sha256 };
  /** Hash of what else judged: consumers and search settings. Missing in certificates of releases that did not say it. */
  readonly settings?: { readonly sha256: Sha256 };
  readonly evaluation: { readonly sha256: Sha256 };
  readonly verdict: { readonly sha256: Sha256; readonly outcome: Outcome; readonly headline: string };
  /** In force on `issued`. */
  readonly waivers: readonly Waiver[];
  /** ISO dates. */
  readonly issued: string;
  readonly expires: string;
  /** Head of the store's ledger when it was issued: name of the store → hash, since a bare chain can be rewritten whole. */
  readonly ledgers: Readonly<Record<string, { readonly seq: number; readonly head: Sha256 }>>;
}

export interface CertifiedVersion {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  readonly verifiable: boolean;
  /** What is hashed into the fingerprint; weights and tokenizer files by their hashes among it. */
  readonly decides: Readonly<Record<string, unknown>>;
  /** Instruction sets that made its vectors; missing where none decides them. */
  readonly processors?: readonly string[];
  readonly canaries?: Canaries;
}

/** in-toto Statement v1. */
export interface Certificate {
  readonly _type: 'https://in-toto.io/Statement/v1';
  /** The new version's fingerprint and verdict.json, each by its digest. */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: Sha256 } }[];
  readonly predicateType: string;
  readonly predicate: CertificatePredicate;
}

/** DSSE envelope. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64 of the payload's bytes. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}
