import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import type { HnswParams, LancedbParams, PgvectorParams, ServedBy, Similarity } from '../../model/search.ts';

/** What a table of a serving engine is made of and searched with. */
export interface TableRequest {
  /** The version that made the vectors. */
  readonly fingerprint: Fingerprint;
  /** Names the table: hash of everything that decides it. null makes one that goes when it is closed. */
  readonly key: Sha256 | null;
  readonly dimension: number;
  /** Float32Array [n × d]; unit length for cosine. Row i of the table is row i of it. */
  readonly data: Float32Array;
  /** Rows in the order in which they are written. */
  readonly order: readonly number[];
  readonly similarity: Similarity;
  readonly graph: HnswParams;
  readonly pgvector?: PgvectorParams;
  readonly lancedb?: LancedbParams;
  /** Rows written, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** One question to a table. */
export interface TableQuery {
  /** Float32Array [q × d]. */
  readonly data: Float32Array;
  readonly k: number;
  /** Candidates that a graph looks at. */
  readonly efSearch: number;
  /** Uint8Array [n], 1 where a row may be found; all unless given. */
  readonly allowed?: Uint8Array;
}

/** A table with its index in the database that serves. */
export interface ServingTable {
  readonly servedBy: ServedBy;
  /** Whether an earlier run had made it. */
  readonly loaded: boolean;
  /** Bytes of the index; null where it has none or does not say. */
  readonly bytes: number | null;
  /** Int32Array [q × k] of rows, as the engine finds them; -1 where it finds fewer. */
  search(query: TableQuery): Promise<Int32Array>;
  /** Float64Array [q] of milliseconds, one query after the other, the way to the server and back included. */
  time(query: TableQuery): Promise<Float64Array>;
  /** Drops a table without a key; safe to call twice. */
  close(): Promise<void>;
}

/**
 * A database that serves in production, as engines see it: a place for separate tables beside the live ones. Opened on first use.
 * @throws CutoverError as of live stores; SEARCH_INDEX_REFUSED, SEARCH_INDEX_UNUSED, SEARCH_DIMENSION_LIMIT, SEARCH_ENGINE_LACKS
 */
export interface ServingStore {
  /** An id of the live-store registry. */
  readonly kind: string;
  /** Makes a table, or opens the one that is there under the same key. */
  table(request: TableRequest): Promise<ServingTable>;
  /** Names of the tables that earlier runs left. */
  tables(): Promise<readonly string[]>;
  /** Drops those tables and no others. @returns their names */
  drop(): Promise<readonly string[]>;
  /** Closes the connection; the next use opens it again. */
  close(): Promise<void>;
}

/** Asks one query; rows as a table holds them. */
/** Asks the database for one query's rows. */
export type Ask = () => Promise<readonly { readonly row_number?: unknown }[]>;

/** Goes through the queries, one after the other. */
export type EachQuery = (query: TableQuery, work: (ask: Ask, i: number) => Promise<void>) => Promise<void>;

/** Int32Array [q × k] of what each query finds, best first; -1 where there is nothing. */
export async function rowsFound(query: TableQuery, dimension: number, each: EachQuery): Promise<Int32Array> {
  const found = new Int32Array((query.data.length / dimension) * query.k).fill(-1);
  await each(query, async (ask, i) => {
    const rows = await ask();
    rows.forEach((row, rank) => {
      found[i * query.k + rank] = Number(row.row_number);
    });
  });
  return found;
}

/** Float64Array [q] of milliseconds. */
export async function timesTaken(query: TableQuery, dimension: number, each: EachQuery): Promise<Float64Array> {
  const spent = new Float64Array(query.data.length / dimension);
  await each(query, async (ask, i) => {
    const start = performance.now();
    await ask();
    spent[i] = performance.now() - start;
  });
  return spent;
}
