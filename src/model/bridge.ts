import type { Fingerprint, Sha256 } from '../core/brand.ts';
import type { DatasetHashes } from './dataset.ts';
import type { Way } from './studies.ts';
import type { JudgedWay } from './verdict.ts';

/** A version at one end of a bridge. */
export interface BridgeEnd {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  readonly dimension: number;
}

/** bridge.json: what bridge.safetensors beside it is, which pair of versions it is for, and what it was measured to do. */
export interface BridgeRecord {
  readonly kind: 'cutover.bridge';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  /** The tag of vectors that it made: hash of both ends, how it was fitted, and its numbers. */
  readonly fingerprint: Fingerprint;
  readonly old: BridgeEnd;
  readonly new: BridgeEnd;
  readonly method: NonNullable<Way['method']>;
  /** Whether what it makes is scaled to length 1. */
  readonly normalize: boolean;
  /** SHA-256 of bridge.safetensors. */
  readonly tensors: Sha256;
  readonly fitted: {
    /** Documents whose vectors under both versions it was fitted on. */
    readonly pairs: number;
    readonly seed: number;
    readonly dataset: { readonly name: string; readonly hashes: DatasetHashes };
  };
  /** On documents that it was not fitted on. */
  readonly heldOut: {
    readonly documents: number;
    /** Between what it makes of an old vector and the new one: the mean, and what 95 % of the documents exceed. */
    readonly cosine: { readonly mean: number; readonly p05: number };
  };
  /** As the study `ways` found it: each half of the documents carried over by a bridge that was fitted on the other half. */
  readonly judged: JudgedWay & { readonly evaluation: Sha256; readonly policy: Sha256 };
}
