/** `cosine` normalises whatever isn't unit length; `dot` takes vectors as they are. Higher is nearer in both. */
export type Similarity = 'cosine' | 'dot';

/** Parameters of an HNSW graph, by hnswlib's names. */
export interface HnswParams {
  readonly m: number;
  readonly efConstruction: number;
  readonly efSearch: number;
}

/** Parameters of LanceDB beside those of its graph; what is missing LanceDB chooses. */
export interface LancedbParams {
  readonly index: 'ivf_pq' | 'ivf_flat' | 'ivf_hnsw_sq' | 'ivf_hnsw_pq' | 'none';
  readonly partitions?: number;
  /** Of product quantisation. */
  readonly subVectors?: number;
  /** Partitions looked into. */
  readonly nprobes: number;
  /** How many times the results asked for are compared again by their whole vectors. */
  readonly refineFactor?: number;
}

/** Parameters of pgvector beside those of its graph; names and defaults are pgvector's. */
export interface PgvectorParams {
  readonly index: 'hnsw' | 'ivfflat' | 'none';
  /** What is stored and indexed: float32, or half precision. */
  readonly type: 'vector' | 'halfvec';
  /** Lists of `ivfflat`. */
  readonly lists: number;
  /** Lists looked into. */
  readonly probes: number;
  /** Whether a search that a filter leaves short goes on. */
  readonly iterativeScan: 'off' | 'strict_order' | 'relaxed_order';
  /** Where an iterative scan of a graph ends. */
  readonly maxScanTuples: number;
}

/** How one version is served. */
export interface ServedParams extends HnswParams {
  /** Id of the engine; that of the search unless given. */
  readonly engine?: string;
}

/** How neighbours are found. */
export interface SearchParams {
  /** Results that production asks for: the depth of what is served. */
  readonly limit: number;
  /** Exact neighbours kept for each query; at least `limit`. */
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

/** A ranked list as metrics see it: strings, best first, as trec_eval orders it. */
export interface RankedList {
  readonly ids: readonly string[];
  readonly scores: ArrayLike<number>;
}

/** TREC run: query id → ranked list. */
export type Run = ReadonlyMap<string, RankedList>;

/** What is known of an engine that served: as the engine itself says. */
export interface ServedBy {
  /** Engine and server with their versions. */
  readonly library: string;
  /** Parameters as they were in force, by the engine's names. */
  readonly parameters: Readonly<Record<string, string | number>>;
}
