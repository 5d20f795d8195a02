import type { Fingerprint, Sha256 } from '../core/brand.ts';

/** How far a migration is. `retired` and `rolled-back` end it. */
export type MigrationState = 'registered' | 'backfilling' | 'backfilled' | 'evaluated' | 'cut-over' | 'retired' | 'rolled-back';

/** What the store held at one moment, counted and hashed from its rows. */
export interface Snapshot {
  /** Tag (`untagged` for none) → rows and a hash of them that doesn't depend on their order. */
  readonly tags: Readonly<Record<string, { readonly rows: number; readonly hash: Sha256 }>>;
  /** Number of the entry at which the rows were read, where a step that can't wait read none; missing where its own entry is. */
  readonly asOf?: number;
}

/** What tagging an existing store rests on. */
export interface TaggingRecord {
  readonly tag: Fingerprint;
  readonly method: 'all' | 'sample';
  readonly rows: number;
  /** Texts embedded again and compared; none of them failed in what was tagged. */
  readonly attested: number;
  /** At the confidence, at most this share of the tagged rows is false; 0 where all were embedded again. */
  readonly bound: number;
  readonly confidence: number;
  /** Strata left untagged. */
  readonly left: readonly string[];
  /** The runtime whose rounding was allowed for; missing where none was named. */
  readonly runtime?: string;
}

/** What happened. */
export type LedgerEvent =
  | { readonly type: 'migration'; readonly migration: string; readonly state: MigrationState }
  | { readonly type: 'tagging'; readonly tagging: TaggingRecord };

/** One line of the migration table. Its hash covers everything else in it, the hash of the line before included. */
export interface LedgerEntry {
  readonly schemaVersion: 1;
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** ISO time by the clock of who wrote it; never before that of the line before. */
  readonly at: string;
  readonly event: LedgerEvent;
  /** The version that was live before this migration; null for the first one of a store. */
  readonly from: Fingerprint | null;
  readonly to: Fingerprint;
  /** The tag that readers get after this entry; null while nothing was ever cut over. */
  readonly live: Fingerprint | null;
  readonly snapshot: Snapshot;
  /** SHA-256 of the certificate that allowed this step; null where the step needs none. */
  readonly certificate: Sha256 | null;
  /** Why, in words, where somebody forced a step. */
  readonly reason: string | null;
  readonly forced: boolean;
  /** Hash of the line before; 64 zeros for the first. */
  readonly previous: Sha256;
  readonly hash: Sha256;
}

/** Where a store keeps its migration table. */
export interface LedgerStorage {
  /** Canonical JSON of each entry, in order of seq; [] while there is no table. */
  read(): Promise<readonly string[]>;
  /**
   * Appends one entry and makes `live` the tag that readers get, both or neither (in PostgreSQL: the view, in the same transaction).
   * @param seq must follow the last one: otherwise somebody else wrote meanwhile
   * @throws CutoverError LEDGER_MOVED
   */
  append(line: string, seq: number, live: Fingerprint | null): Promise<void>;
  /** Runs alone: a second holder is refused at once. @throws CutoverError LEDGER_LOCKED naming who holds it where that is known */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}
