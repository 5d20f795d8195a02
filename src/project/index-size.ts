/** Bytes of a row beside its vector: id, tag, text hash, token count. */
const BYTES_OF_ROW = 120;

/** Bytes that the vectors of so many texts take on disk, about. */
export function storedBytes(texts: number, dimension: number): number {
  return texts * (dimension * 4 + BYTES_OF_ROW);
}

/** Bytes of an HNSW index, about: it keeps the vectors, and `m` links of a node in both directions. */
export function graphBytes(documents: number, dimension: number, m: number): number {
  return documents * (dimension * 4 + m * 8 + 16);
}
