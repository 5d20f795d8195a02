import type { Rankings } from '../../contract/search.ts';

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

/** Places of the best scores, best first. Ids ascend, so the later of two equals comes first. */
export function bestOf(scores: Float64Array, depth: number): number[] {
  const places = Array.from(scores.keys()).filter((place) => (scores[place] as number) > Number.NEGATIVE_INFINITY);
  return places.sort((a, b) => (scores[b] as number) - (scores[a] as number) || b - a).slice(0, depth);
}
