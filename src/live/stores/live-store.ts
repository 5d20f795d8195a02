import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import type { LedgerStorage } from '../../model/ledger.ts';
import type { StoreContext, StoreSpec } from '../../model/store.ts';

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

/** Which rows are read, and how. */
export interface ReadOptions {
  /** Rows of this tag only; null for untagged rows; all unless given. */
  readonly tag?: string | null;
  /** Rows of these ids only. */
  readonly ids?: readonly string[];
  /** False leaves `values` empty, where ids and tags are all that is asked for. Default true. */
  readonly vectors?: boolean;
  readonly signal?: AbortSignal;
}

/** A row as it is written. The same id may stand under several tags: old and new live side by side until one is retired. */
export interface NewRow {
  readonly id: string;
  readonly tag: Fingerprint;
  readonly textHash: Sha256;
  readonly text: string | null;
  /** Float32Array [d]. */
  readonly vector: Float32Array;
}

/** How an existing store gets its tags: what will be done, in the store's own words, before anything is. */
export interface TaggingPlan {
  /** Statements, or sentences where the store has no language; in order. Empty when the store is ready. */
  readonly statements: readonly string[];
  /** Columns that are there already, or will be. */
  readonly ready: boolean;
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

/**
 * A store of vectors that serves, or is to serve. Credentials come from the environment and stand in no error, log or artifact.
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
  /** Rows by tag, counted by the store. null stands for untagged. */
  counts(): Promise<ReadonlyMap<string | null, number>>;
  /** Writes rows; one that is there under the same id and tag is replaced. All of a call or nothing. */
  write(rows: readonly NewRow[]): Promise<void>;
  /** Deletes all rows of a tag (null: the untagged ones); @returns how many */
  remove(tag: string | null): Promise<number>;
  /** What is missing for tags: columns, indexes. */
  planTagging(): Promise<TaggingPlan>;
  /** Does what the plan says; safe to repeat. No long lock. */
  prepareTagging(): Promise<void>;
  /** Gives untagged rows their tag and text hash, in batches; rows that have a tag are left alone. Restartable. @returns rows changed */
  tagRows(rows: readonly { readonly id: string; readonly textHash: Sha256 }[], tag: Fingerprint): Promise<number>;
  /** The k nearest rows of the query's tag, best first, ties by id descending; for the guarded search only. */
  nearest(query: TaggedQuery, k: number): Promise<Hit[]>;
  /** The migration table beside the vectors. */
  readonly ledger: LedgerStorage;
  /** Ends connections; safe to call twice. */
  close(): Promise<void>;
}

/** One file of `store/adapters/` implements this and stands in the registry there. */
export interface StoreAdapter {
  readonly id: string;
  readonly title: string;
  /** Fields of the spec that must be given. */
  readonly needs: readonly ('path' | 'urlFrom' | 'table')[];
  /** Opens a store that is there; nothing is created. @throws CutoverError STORE_* */
  open(spec: StoreSpec, context: StoreContext): Promise<LiveStore>;
}
