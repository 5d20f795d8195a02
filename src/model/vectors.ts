import type { Fingerprint, Sha256 } from '../core/brand.ts';
import type { Role, Side } from './version.ts';

/** One stored vector with everything that says where it came from. */
export interface VectorRow {
  readonly id: string;
  readonly role: Role;
  /** SHA-256 of the text before its prefix. */
  readonly textHash: Sha256;
  /** The fingerprint of the version that made the vector. */
  readonly tag: Fingerprint;
  readonly tokenCount: number | null;
  readonly truncated: boolean;
  /** Float32Array [d]. */
  readonly vector: Float32Array;
}

/**
 * Vectors of one version, one role, one dimension, contiguous. The type parameter keeps old and new apart
 * at compile time, the fingerprint at run time.
 */
export interface VectorSet<S extends Side = Side> {
  /** Never read; ties the set to a side in the type system. */
  readonly side: S;
  readonly fingerprint: Fingerprint;
  readonly dimension: number;
  /** Row i belongs to ids[i]; ascending by id (code units). */
  readonly ids: readonly string[];
  /** Float32Array [n × d], row-major. */
  readonly data: Float32Array;
}

/** The i-th of n parts of all texts; i counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
