import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import type { LedgerStorage, Snapshot } from '../../model/ledger.ts';
import type { StoreSpec } from '../../model/store.ts';

/**
 * Rows of a store, column by column. A row may lack anything but its id: that is what an audit looks for.
 * Vector i is `values.subarray(offsets[i], offsets[i + 1])`; an empty one is missing.
 */
export interface StoreBatch {
  readonly ids: readonly string[];
  readonly tags: readonly (string | null)[];
  readonly textHashes: readonly (string | null)[];
  /** Missing where the store keeps no texts. */
  readonly texts?: readonly (string | null)[];
  /** The part of the store that each row belongs to. */
  readonly strata: readonly string[];
  /** Int32Array [rows + 1]. */
  readonly offsets: Int32Array;
  readonly values: Float32Array;
}

/** The column that is served, or the one beside it. */
export type Place = 'current' | 'next';

/** Which rows are read, and how. */
export interface ReadOptions {
  /** Rows of this tag only; null for untagged rows; all unless given. */
  readonly tag?: string | null;
  /** Rows of these ids only. */
  readonly ids?: readonly string[];
  /** False leaves `values` empty, where ids and tags are all that is asked for. Default true. */
  readonly vectors?: boolean;
  /** The column (or folder) that is served, which is the default, or the one beside it. */
  readonly place?: Place;
  /** Rows that have no vector there, too. Default false. */
  readonly empty?: boolean;
  /** For estimates: files that others replace or delete meanwhile are passed over. Default false, which throws STORE_CHANGED. */
  readonly rough?: boolean;
  readonly signal?: AbortSignal;
}

/** How an existing store gets its tags: what will be done, in the store's own words, before anything is. */
export interface TaggingPlan {
  /** Statements, or sentences where the store has no language; in order. Empty when the store is ready. */
  readonly statements: readonly string[];
  /** Columns that are there already, or will be. */
  readonly ready: boolean;
  /** What would stop it; nothing is done while there is any. */
  readonly refusals?: readonly Refusal[];
  /** What to know before. */
  readonly warnings?: readonly string[];
}

/** Why something will not be done, and what to do. */
export interface Refusal {
  readonly reason: string;
  readonly next: string;
}

/** A query that says which version made its vector. */
export interface TaggedQuery {
  readonly tag: Fingerprint;
  /** Float32Array [d]. */
  readonly vector: Float32Array;
}

/** A row that a search found. */
export interface Hit {
  readonly id: string;
  readonly tag: string | null;
  /** Cosine similarity. */
  readonly score: number;
}

/** What a search found. */
export interface Found {
  readonly hits: readonly Hit[];
  /** What whoever asked should know: fewer rows than were asked for, say. */
  readonly note: string | null;
}

/** A row whose vector and text were compared, or whose text hash is known. */
export interface TagRow {
  readonly id: string;
  readonly textHash: Sha256;
  /** The vector that was compared; a row that has another one by now gets no tag. Missing where a sample was taken. */
  readonly vector?: Float32Array;
}

/**
 * A store of vectors that serves, or is to serve. Credentials come from the environment and are never stored in a error, log or artifact.
 * Every method throws CutoverError: STORE_UNREACHABLE, STORE_LOGIN_REFUSED, STORE_FORBIDDEN, STORE_TABLE_MISSING, STORE_COLUMN_MISSING,
 * STORE_EXTENSION_MISSING, STORE_CHANGED (changed while it was read), FILE_* and ARROW_*, PARQUET_MALFORMED.
 */
export interface LiveStore {
  readonly spec: StoreSpec;
  /** For people: `PostgreSQL table public.chunks`; no credentials. */
  readonly title: string;
  /**
   * All rows in bounded memory, from one moment: what is written meanwhile is not among them, or STORE_CHANGED is thrown at the end.
   * The order is the store's; the tag column may be missing (all null then), the id and vector columns may not.
   */
  read(options?: ReadOptions): AsyncIterable<StoreBatch>;
  /** Rows by tag, counted by the store. null stands for untagged. Rows without a vector don't count. */
  counts(place?: Place): Promise<ReadonlyMap<string | null, number>>;
  /** What the store holds, where it can count and hash that itself. */
  snapshot?(): Promise<Snapshot>;
  /** What is missing for tags: columns, indexes. */
  planTagging(): Promise<TaggingPlan>;
  /** Does what the plan says; safe to repeat. No long lock. */
  prepareTagging(): Promise<void>;
  /** Rows that `tagRows` is given at a time, where each call writes files again. */
  readonly tagBatch?: number;
  /** Gives untagged rows their tag and text hash, in batches; rows that have a tag are left alone. Restartable. @returns rows changed */
  tagRows(rows: readonly TagRow[], tag: Fingerprint): Promise<number>;
  /** The k nearest rows of the query's tag, best first, ties by id descending; for the guarded search only. */
  nearest(query: TaggedQuery, k: number): Promise<Found>;
  /** The migration table beside the vectors. */
  readonly ledger: LedgerStorage;
  /** Ends connections; safe to call twice. */
  close(): Promise<void>;
}
