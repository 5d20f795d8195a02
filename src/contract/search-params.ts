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
