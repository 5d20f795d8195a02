import type { Rankings, Similarity } from '../../contract/search.ts';
import type { VectorSet } from '../../contract/vectors.ts';
import { prepareVectors } from '../../search/prepared.ts';
import { dot, orderOf, widened } from '../../search/rescore.ts';

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
  const neighbours = new Int32Array(queryIds.length * k).fill(-1);
  const scores = new Float32Array(queryIds.length * k);
  queryIds.forEach((_, row) => {
    listOf(row).forEach(({ place, score }, rank) => {
      neighbours[row * k + rank] = place;
      scores[row * k + rank] = score;
    });
  });
  return { queryIds, documentIds, k, neighbours, scores };
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

/** Scores of every query with every document, and the documents of each query in their order. */
export interface ScoreTable {
  /** Float32Array [queries × documents]. */
  readonly scores: Float32Array;
  /** Int32Array [queries × documents]: places, best first; of two equals the later place first. */
  readonly order: Int32Array;
  readonly documents: number;
}

/** The best of a query's documents whose flag is `flag`, best first. A state is asked this way without looking at the whole corpus. */
export function bestWith({ scores, order, documents }: ScoreTable, row: number, flags: Uint8Array, flag: number, depth: number): Scored[] {
  const best: Scored[] = [];
  const start = row * documents;
  for (let i = start; i < start + documents && best.length < depth; i++) {
    const place = order[i] as number;
    if (flags[place] === flag) best.push({ place, score: scores[start + place] as number });
  }
  return best;
}

/**
 * Scores as a search gives them. Both sets have one dimension, and may be of two versions: such scores mean nothing, and that is
 * what a mixed store returns.
 */
export function scoreTable(queries: VectorSet, held: VectorSet, similarity: Similarity): ScoreTable {
  const [asked, data] = [prepareVectors(queries, similarity), prepareVectors(held, similarity)];
  const documents = held.ids.length;
  const scores = new Float32Array(queries.ids.length * documents);
  const order = new Int32Array(scores.length);
  const keys = new BigUint64Array(documents);
  const words = new Uint32Array(keys.buffer);
  for (let row = 0; row < queries.ids.length; row++) {
    const query = widened(asked, row, held.dimension);
    for (let place = 0; place < documents; place++) {
      const score = dot(query, data, place * held.dimension);
      scores[row * documents + place] = score;
      words[2 * place] = place;
      words[2 * place + 1] = orderOf(score);
    }
    keys.sort();
    for (let rank = 0; rank < documents; rank++) order[row * documents + rank] = words[2 * (documents - 1 - rank)] as number;
  }
  return { scores, order, documents };
}

/** A table by who asks and who answers. */
export type ScoreTables = (queries: VectorSet, documents: VectorSet) => ScoreTable;

/** Makes each table once, when it is first asked for. */
export function scoreTables(similarity: Similarity): ScoreTables {
  const made = new Map<VectorSet, Map<VectorSet, ScoreTable>>();
  return (queries, documents) => {
    const row = made.get(queries) ?? new Map<VectorSet, ScoreTable>();
    made.set(queries, row);
    const table = row.get(documents) ?? scoreTable(queries, documents, similarity);
    row.set(documents, table);
    return table;
  };
}
