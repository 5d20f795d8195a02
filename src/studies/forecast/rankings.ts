import type { Rankings, Similarity } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import { prepareVectors } from '../../search/prepared.ts';
import { emptyRankings, rankCandidates } from '../../search/rescore.ts';

/** Scores and places of so many pairs of query and document are kept at most, up to four times over, 8 bytes each pair. */
export const MOST_PAIRS = 30_000_000;

/** A document by its place among the ids, and its score. */
export interface Scored {
  readonly place: number;
  readonly score: number;
}

/**
 * The k best documents of each query.
 * @param documentIds ascending
 * @param listOf the documents of one query, best first, k at most
 */
export function rankingsOf(
  queryIds: readonly string[],
  documentIds: readonly string[],
  k: number,
  listOf: (row: number) => readonly Scored[],
): Rankings {
  const rankings = emptyRankings(queryIds, documentIds, k);
  queryIds.forEach((_, row) => {
    listOf(row).forEach(({ place, score }, rank) => {
      rankings.neighbours[row * k + rank] = place;
      rankings.scores[row * k + rank] = score;
    });
  });
  return rankings;
}

/** The best of two lists, each best first; of two equals the later place first, because ids ascend. */
export function merged(one: readonly Scored[], other: readonly Scored[], depth: number): Scored[] {
  const list: Scored[] = [];
  for (let i = 0, j = 0; list.length < depth; ) {
    const [a, b] = [one[i], other[j]];
    if (a === undefined && b === undefined) break;
    const takesA = b === undefined || (a !== undefined && (a.score > b.score || (a.score === b.score && a.place > b.place)));
    list.push((takesA ? a : b) as Scored);
    if (takesA) i++;
    else j++;
  }
  return list;
}

/** The best of a query's documents whose flag is `flag`, best first. A state is asked this way without looking at the whole corpus. */
export function bestWith({ k, neighbours, scores }: Rankings, row: number, flags: Uint8Array, flag: number, depth: number): Scored[] {
  const best: Scored[] = [];
  for (let i = row * k; i < (row + 1) * k && best.length < depth; i++) {
    const place = neighbours[i] as number;
    if (flags[place] === flag) best.push({ place, score: scores[i] as number });
  }
  return best;
}

/**
 * Every document in the order of each query, as a search as deep as the corpus gives them. Both sets have one dimension, and may be of
 * two versions: such scores mean nothing, and that is what a mixed store returns.
 */
export function scoreTable(queries: VectorSet, documents: VectorSet, similarity: Similarity): Rankings {
  const table = emptyRankings(queries.ids, documents.ids, documents.ids.length);
  const everything = Int32Array.from(documents.ids.keys());
  const vectors = {
    queries: prepareVectors(queries, similarity),
    documents: prepareVectors(documents, similarity),
    dimension: documents.dimension,
  };
  rankCandidates(
    table,
    queries.ids.map((_, query) => ({ query, items: everything })),
    vectors,
  );
  return table;
}

/** A table by who asks and who answers. */
export type ScoreTables = (queries: VectorSet, documents: VectorSet) => Rankings;

/** Makes each table once, when it is first asked for. */
export function scoreTables(similarity: Similarity): ScoreTables {
  const made = new Map<VectorSet, Map<VectorSet, Rankings>>();
  return (queries, documents) => {
    const row = made.get(queries) ?? new Map<VectorSet, Rankings>();
    made.set(queries, row);
    const table = row.get(documents) ?? scoreTable(queries, documents, similarity);
    row.set(documents, table);
    return table;
  };
}
