/** What a row gets in the tool's own columns. */
export interface NewCells {
  /** Null where the vectors of the file stay as they are. */
  readonly vectors: readonly (Float32Array | null)[] | null;
  readonly tags: readonly (string | null)[];
  readonly textHashes: readonly (string | null)[];
}

/** A file written again with other vectors and tags, and every other column as it is. */
export interface Rewriting {
  readonly vector: string;
  readonly tag: string;
  readonly textHash: string;
  /** Values a vector; null keeps the vectors' bytes. */
  readonly dimension: number | null;
  /** Ends after the record batch or row group in which this many rows are reached; all rows unless given. */
  readonly most?: number;
  /** What the next rows get; asked for in order. */
  cells(first: number, rows: number): Promise<NewCells>;
}

/** Where the bytes of a file go, in order. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<unknown>;
}
