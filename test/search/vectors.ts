import type { Fingerprint } from '../../src/core/brand.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Rankings, SearchParams, Similarity } from '../../src/model/search.ts';
import type { VectorSet } from '../../src/model/vectors.ts';

export const FINGERPRINT = 'a'.repeat(64) as Fingerprint;
export const OTHER_FINGERPRINT = 'b'.repeat(64) as Fingerprint;

export function vectorSet(prefix: string, rows: readonly (readonly number[])[], fingerprint = FINGERPRINT): VectorSet<'old'> {
  const dimension = rows[0]?.length ?? 1;
  return { side: 'old', fingerprint, dimension, ids: idsOf(prefix, rows.length), data: Float32Array.from(rows.flat()) };
}

export function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(5, '0')}`);
}

/** Vectors of normal values, not normalised. */
export function randomSet(prefix: string, count: number, dimension: number, seed = 1): VectorSet<'old'> {
  const random = seededRandom(seed, prefix);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return vectorSet(
    prefix,
    Array.from({ length: count }, () => Array.from({ length: dimension }, normal)),
  );
}

export function params(k: number, similarity: Similarity = 'cosine'): SearchParams {
  return { limit: k, k, similarity, hnsw: { m: 16, efConstruction: 100, efSearch: 100 } };
}

/** Every score the slow way: float64, sorted in full. */
export function bruteForce(
  queries: VectorSet,
  documents: VectorSet,
  k: number,
  similarity: Similarity,
): { ids: string[]; scores: number[] }[] {
  const length = (set: VectorSet, row: number): number => (similarity === 'dot' ? 1 : Math.hypot(...rowOf(set, row)));
  return queries.ids.map((_, q) => {
    const scored = documents.ids.map((id, d) => {
      const document = rowOf(documents, d);
      const product = rowOf(queries, q).reduce((sum, value, i) => sum + value * (document[i] ?? 0), 0);
      return { id, score: product / length(queries, q) / length(documents, d) };
    });
    scored.sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1));
    return { ids: scored.slice(0, k).map(({ id }) => id), scores: scored.slice(0, k).map(({ score }) => score) };
  });
}

export function rowOf({ data, dimension }: VectorSet, row: number): number[] {
  return [...data.subarray(row * dimension, (row + 1) * dimension)];
}

/** Ids of one query's results. */
export function found({ neighbours, documentIds, k }: Rankings, row: number): string[] {
  return [...neighbours.subarray(row * k, (row + 1) * k)].filter((place) => place >= 0).map((place) => documentIds[place] ?? '');
}
