import type { Rankings, Similarity } from '../../contract/search.ts';
import type { VectorSet } from '../../contract/vectors.ts';
import { rankingsOf } from './rankings.ts';

/**
 * What an index returns that holds vectors of two versions and knows no tags: scores across spaces, which mean nothing.
 * The one function that multiplies vectors of two versions; the damage is its subject.
 * @param queries of one of the two versions
 * @param backfilled 1 for each document whose new vector stands in the index, in order of the ids
 * @throws RangeError unless both versions have the same documents and dimension
 */
export function simulateMixedSpaceSearch(
  queries: VectorSet,
  old: VectorSet<'old'>,
  fresh: VectorSet<'new'>,
  backfilled: Uint8Array,
  { k, similarity }: { readonly k: number; readonly similarity: Similarity },
): Rankings {
  if (old.dimension !== fresh.dimension || queries.dimension !== old.dimension || old.ids.length !== fresh.ids.length)
    throw new RangeError('A mix needs the same documents and the same dimension.');
  return rankingsOf(queries.ids, old.ids, k, (row, scores) => {
    scoreInto(scores, queries, row, old, similarity, (document) => backfilled[document] === 0);
    scoreInto(scores, queries, row, fresh, similarity, (document) => backfilled[document] === 1);
  });
}

/** Scores of one query with the documents that `wanted` picks. */
export function scoreInto(
  scores: Float64Array,
  queries: VectorSet,
  row: number,
  { data, dimension }: VectorSet,
  similarity: Similarity,
  wanted: (document: number) => boolean,
): void {
  const start = row * dimension;
  for (let document = 0; document < scores.length; document++) {
    if (!wanted(document)) continue;
    let [dot, a, b] = [0, 0, 0];
    for (let i = 0; i < dimension; i++) {
      const [x, y] = [queries.data[start + i] as number, data[document * dimension + i] as number];
      dot += x * y;
      a += x * x;
      b += y * y;
    }
    scores[document] = similarity === 'cosine' ? dot / Math.sqrt(a * b) : dot;
  }
}
