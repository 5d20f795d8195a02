/** What a column of the store is called, where it has another name. Names are quoted wherever they go into a statement. */
export interface StoreColumns {
  readonly id: string;
  readonly vector: string;
  /** The fingerprint of the version that made the vector. */
  readonly tag: string;
  /** SHA-256 of the text before its prefix. */
  readonly textHash: string;
  /**
   * The text itself, where the store keeps it; null where it does not: a column, or a template such as `{title} {body}`, trimmed.
   */
  readonly text: string | null;
  /** In place of `text`, in a database: an expression of SQL over the columns of the row; trimmed, too. */
  readonly textSql?: string;
  /** What divides the rows into strata; null for the store's own parts: segment, file, partition. */
  readonly stratum: string | null;
}

/** A store as the configuration describes it, defaults filled in, paths absolute. */
export interface StoreSpec {
  /** Its key under `stores:`; or the path that was given instead. */
  readonly name: string;
  /** An id of the live-store registry: `arrow`, `parquet`, `postgres`, `pglite`, `lancedb`. */
  readonly kind: string;
  /** Absolute: folder of segments, Parquet folder or file, PGlite data folder, LanceDB folder. */
  readonly path: string | null;
  /** `postgres`: name of the environment variable that holds the connection string; the string itself is never stored or shown. */
  readonly urlFrom: string | null;
  /** `postgres`, `pglite`, `lancedb`: the table, with its schema where it has one (`public.chunks`). */
  readonly table: string | null;
  readonly columns: StoreColumns;
  /** Columns that identify a row together; `columns.id` alone unless there are several. */
  readonly key?: readonly string[];
  /** `postgres`, `pglite`: which rows of the table are the store, as a condition of SQL; null for all. */
  readonly where?: string | null;
  /** `postgres`: variables with the connection strings of servers that take the table by logical replication; they are looked at, never written. */
  readonly subscribers?: readonly string[];
  /** Absolute path of the corpus that the store must hold (a data set folder or a corpus.jsonl); null for the configuration's data set. */
  readonly corpus: string | null;
}

/** What an adapter may know of the machine. */
export interface StoreContext {
  readonly env: Readonly<Record<string, string | undefined>>;
}
