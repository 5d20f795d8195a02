import type { Rankings, Similarity } from '../../contract/search.ts';
import type { VectorSet } from '../../contract/vectors.ts';
import { prepareVectors } from '../../search/prepared.ts';
import { dot, widened } from '../../search/rescore.ts';

/**
 * The k best documents of each query by scores that `scoresOf` fills in; ties by id descending.
 * @param documentIds ascending
 */
export function rankingsOf(
  queryIds: readonly string[],
  documentIds: readonly string[],
  k: number,
  scoresOf: (row: number, scores: Float64Array) => void,
): Rankings {
  const depth = Math.min(k, documentIds.length);
  const neighbours = new Int32Array(queryIds.length * depth).fill(-1);
  const kept = new Float32Array(queryIds.length * depth);
  const scores = new Float64Array(documentIds.length);
  queryIds.forEach((_, row) => {
    scores.fill(Number.NEGATIVE_INFINITY);
    scoresOf(row, scores);
    bestOf(scores, depth).forEach((document, rank) => {
      neighbours[row * depth + rank] = document;
      kept[row * depth + rank] = scores[document] as number;
    });
  });
  return { queryIds, documentIds, k: depth, neighbours, scores: kept };
}

/**
 * Places of the best scores, best first. Ids ascend, so the later of two equals comes first. A place of -Infinity is none.
 * @example bestOf(Float64Array.of(1, 3, 3), 2) // [2, 1]
 */
export function bestOf(scores: Float64Array, depth: number): number[] {
  const best: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  // A short list in order: sorting a whole corpus for each query of each state is what a forecast would spend its time on.
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] as number;
    if (!(score >= least) || score === Number.NEGATIVE_INFINITY) continue;
    let at = Math.min(best.length, depth - 1);
    for (; at > 0 && (scores[best[at - 1] as number] as number) <= score; at--) best[at] = best[at - 1] as number;
    best[at] = place;
    if (best.length === depth) least = scores[best[depth - 1] as number] as number;
  }
  return best;
}

/**
 * Scores of every query with every document, Float32Array [queries × documents], as a search gives them. Both sets have one
 * dimension, and may be of two versions: such scores mean nothing, and that is what a mixed store returns.
 */
export function scoreTable(queries: VectorSet, documents: VectorSet, similarity: Similarity): Float32Array {
  const { dimension } = documents;
  const [asked, held] = [prepareVectors(queries, similarity), prepareVectors(documents, similarity)];
  const count = documents.ids.length;
  const table = new Float32Array(queries.ids.length * count);
  for (let row = 0; row < queries.ids.length; row++) {
    const query = widened(asked, row, dimension);
    for (let document = 0; document < count; document++) table[row * count + document] = dot(query, held, document * dimension);
  }
  return table;
}

/** A table by who asks and who answers. */
export type ScoreTables = (queries: VectorSet, documents: VectorSet) => Float32Array;

/** Makes each table once, when it is first asked for. */
export function scoreTables(similarity: Similarity): ScoreTables {
  const made = new Map<VectorSet, Map<VectorSet, Float32Array>>();
  return (queries, documents) => {
    const row = made.get(queries) ?? new Map<VectorSet, Float32Array>();
    made.set(queries, row);
    const table = row.get(documents) ?? scoreTable(queries, documents, similarity);
    row.set(documents, table);
    return table;
  };
}
