import type { Rankings, SearchParams, ServedBy } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';
import type { ServingStore } from './databases/serving.ts';

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

/** One file of `search/` implements this and is in the registry there. */
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
  /** An index that was saved is not believed: it is built again. */
  readonly rebuilt?: boolean;
  /** The database that serves, for an engine that needs one. */
  readonly serving?: ServingStore;
  /** Rows done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}
