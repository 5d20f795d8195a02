import type { Rankings } from '../../src/model/search.ts';
import type { SideNeighbours } from '../../src/run/measuring/artifacts.ts';
import type { ScoredPairs } from '../../src/search/pair-table.ts';

/** Rankings of query id → [document id, score], best first. */
export function rankings(lists: Readonly<Record<string, readonly (readonly [id: string, score: number])[]>>, k: number): Rankings {
  const queryIds = Object.keys(lists);
  const documentIds = [...new Set(Object.values(lists).flatMap((list) => list.map(([id]) => id)))].sort();
  const neighbours = new Int32Array(queryIds.length * k).fill(-1);
  const scores = new Float32Array(queryIds.length * k);
  queryIds.forEach((query, row) => {
    lists[query]?.slice(0, k).forEach(([id, score], rank) => {
      neighbours[row * k + rank] = documentIds.indexOf(id);
      scores[row * k + rank] = score;
    });
  });
  return { queryIds, documentIds, k, neighbours, scores };
}

/** Pairs as a table. */
export function pairTable(pairs: readonly (readonly [left: string, right: string, score: number])[]): ScoredPairs {
  const left = [...new Set(pairs.map(([id]) => id))];
  const right = [...new Set(pairs.map(([, id]) => id))];
  return {
    left,
    right,
    rows: Int32Array.from(pairs, ([id]) => left.indexOf(id)),
    columns: Int32Array.from(pairs, ([, id]) => right.indexOf(id)),
    scores: Float32Array.from(pairs, ([, , score]) => score),
  };
}

/** What the search stage leaves for one version, from what a test cares about. */
export function sideOf(served: Rankings, more: Partial<SideNeighbours> = {}): SideNeighbours {
  return {
    exact: served,
    served,
    chunks: null,
    servedBy: null,
    nearestDocuments: null,
    nearestQueries: null,
    judged: null,
    pairs: { 'query-document': pairTable([]), 'document-document': null, 'query-query': null },
    ...more,
  };
}
