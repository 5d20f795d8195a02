import type { Rankings } from '../model/search.ts';
import type { Side } from '../model/version.ts';
import type { SearchIndex } from './engine.ts';
import { emptyRankings } from './rescore.ts';

/**
 * An index that never answers a query with the document that has its id: one more is asked for, and that one left out.
 * Its latencies are those of the whole.
 */
export function withoutSelf<S extends Side>(index: SearchIndex<S>): SearchIndex<S> {
  return {
    ...index,
    close: () => index.close(),
    search: async (queries, k, efSearch, allowed) => othersOf(await index.search(queries, k + 1, efSearch, allowed), k),
  };
}

function othersOf(found: Rankings, k: number): Rankings {
  const kept = emptyRankings(found.queryIds, found.documentIds, Math.min(k, found.k));
  for (const [query, id] of found.queryIds.entries()) {
    let rank = 0;
    for (let at = query * found.k; at < (query + 1) * found.k && rank < kept.k; at++) {
      const row = found.neighbours[at] ?? -1;
      if (row < 0 || found.documentIds[row] === id) continue;
      kept.neighbours[query * kept.k + rank] = row;
      kept.scores[query * kept.k + rank++] = found.scores[at] ?? 0;
    }
  }
  return kept;
}
