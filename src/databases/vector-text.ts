/** A vector as pgvector reads it: `[0.1,-2]`. */
export function vectorText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
