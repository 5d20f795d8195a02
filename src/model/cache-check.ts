import type { Fingerprint } from '../core/brand.ts';
import type { Side } from './version.ts';

/** What was embedded again of one version's cached vectors; all of it was as cached. */
export interface SideCacheCheck {
  readonly side: Side;
  readonly version: string;
  readonly fingerprint: Fingerprint;
  readonly compared: { readonly queries: number; readonly documents: number };
  /** Ids among the documents that were drawn by the operating system's randomness: other ones in each run. */
  readonly drawn: readonly string[];
  /** Cached documents that were not compared. */
  readonly rest: number;
}

/** `cache-check.json`: which cached vectors a run compared with what their versions make. */
export interface CacheCheck {
  readonly kind: 'cutover.cache-check';
  readonly schemaVersion: 1;
  readonly sides: readonly SideCacheCheck[];
}
