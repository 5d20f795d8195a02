/** `cosine` normalises whatever isn't unit length; `dot` takes vectors as they are. Higher is nearer in both. */
export type Similarity = 'cosine' | 'dot';

/** Parameters of an HNSW graph, by hnswlib's names. */
export interface HnswParams {
  readonly m: number;
  readonly efConstruction: number;
  readonly efSearch: number;
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
