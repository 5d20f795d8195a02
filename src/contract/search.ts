import type { HnswParams, LancedbParams, PgvectorParams, Similarity } from './search-params.ts';
import type { ServedBy, ServingStore } from './serving.ts';
import type { VectorSet } from './vectors.ts';
import type { Side } from './version.ts';

export type { HnswParams, LancedbParams, PgvectorParams, Similarity } from './search-params.ts';

/** How one version is served. */
export interface ServedParams extends HnswParams {
  /** Id of the engine; that of the search unless given. */
  readonly engine?: string;
}

/** How neighbours are found. */
export interface SearchParams {
  /** Neighbours kept for each query. */
  readonly k: number;
  readonly similarity: Similarity;
  readonly hnsw: HnswParams;
  /** How the old version is served where that differs; missing where both are served alike. */
  readonly old?: ServedParams;
  /** Id of the engine that serves; hnswlib unless given. */
  readonly engine?: string;
  /** Name of the store whose database serves, where the engine is one of a database. */
  readonly store?: string;
  /** What pgvector is asked for beside the graph, where it serves. */
  readonly pgvector?: PgvectorParams;
  /** What LanceDB is asked for beside the graph, where it serves. */
  readonly lancedb?: LancedbParams;
}

/**
 * For each query its nearest documents, best first: float32 score high to low, ties by document id high to low (trec_eval).
 * Scores are recomputed from the vectors in one way for all engines, so equal pairs have equal scores everywhere.
 */
export interface Rankings {
  readonly queryIds: readonly string[];
  readonly documentIds: readonly string[];
  /** Columns a query; fewer results are padded with -1. */
  readonly k: number;
  /** Int32Array [queries × k], index into documentIds, -1 where there is none. */
  readonly neighbours: Int32Array;
  /** Float32Array [queries × k]. */
  readonly scores: Float32Array;
}

/** An index over one version's documents. */
export interface SearchIndex<S extends Side = Side> {
  /**
   * @param efSearch instead of that of the parameters, where the engine has one
   * @param allowed Uint8Array [documents], 1 where a document may be found; all unless given
   * @throws CutoverError when the queries are of another version than the documents; SEARCH_FILTER_UNSUPPORTED
   */
  search(queries: VectorSet<S>, k: number, efSearch?: number, allowed?: Uint8Array): Promise<Rankings>;
  /** Milliseconds that the engine takes for each of the queries, asked one after the other; missing where it can't be told. */
  latencies?(queries: VectorSet<S>, k: number): Promise<Float64Array>;
  /** The file it was saved to or loaded from; missing or null where it lives in memory only. */
  readonly file?: string | null;
  /** Bytes of an index that is in no file here. */
  readonly bytes?: number | null;
  /** Missing where the engine is a library of this process. */
  readonly servedBy?: ServedBy;
  /** Whether it was loaded rather than built. */
  readonly loaded?: boolean;
  /** Frees native memory; safe to call twice. */
  close(): Promise<void>;
}

/** One file of `search/` implements this and stands in the registry there. */
export interface SearchEngine {
  readonly id: string;
  readonly title: string;
  /** True when results are the same bytes for the same input; the gate's default must be. */
  readonly reproducible: boolean;
  /** Kinds of stores whose database it searches in; missing where it needs none. */
  readonly stores?: readonly string[];
  /** Builds, or loads from `folder` what an earlier call with the same input saved there. `folder` null keeps it in memory. */
  open<S extends Side>(
    documents: VectorSet<S>,
    params: SearchParams,
    folder: string | null,
    options: SearchOptions,
  ): Promise<SearchIndex<S>>;
}

/** What an index may use beside its vectors. */
export interface SearchOptions {
  /** hnswlib's levels come from it. */
  readonly seed: number;
  /** Rows in the order in which they go into the graph; ascending by id unless given. Such an index is never saved. */
  readonly order?: readonly number[];
  /** The database that serves, for an engine that needs one. */
  readonly serving?: ServingStore;
  /** Rows done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A ranked list as metrics see it: strings, best first, as trec_eval orders it. */
export interface RankedList {
  readonly ids: readonly string[];
  readonly scores: ArrayLike<number>;
}

/** TREC run: query id → ranked list. */
export type Run = ReadonlyMap<string, RankedList>;
