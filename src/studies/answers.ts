import { filtersOf } from '../dataset/filters.ts';
import { parentsOf } from '../dataset/parents.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Rankings, SearchParams } from '../model/search.ts';
import type { Side } from '../model/version.ts';
import type { SearchIndex } from '../search/engine.ts';
import { filteredIndex } from '../search/filtered.ts';
import { parentIndex } from '../search/parents.ts';
import { isGraph, SEARCH_ENGINES } from '../search/registry.ts';
import { emptyRankings } from '../search/rescore.ts';
import type { StudyContext, VersionVectors } from './study.ts';

type Answered = Pick<Dataset, 'documents' | 'queries' | 'excludeSelf'>;

/**
 * An index as people meet it: filters of queries hold, and of chunks the documents are returned that are judged.
 * @param served the parameters that it serves with; null for an index that scans
 */
export function answering<S extends Side>(index: SearchIndex<S>, dataset: Answered, served: SearchParams | null = null): SearchIndex<S> {
  const candidates = served !== null && isGraph(served) ? served.hnsw.efSearch : null;
  return parentIndex(filtering(index, dataset), parentsOf(dataset), candidates);
}

/** An index for which filters of queries hold, and which leaves out a query's own document where the data set wants that; chunks stay chunks. */
export function filtering<S extends Side>(index: SearchIndex<S>, dataset: Answered): SearchIndex<S> {
  const filtered = filteredIndex(index, filtersOf(dataset));
  return dataset.excludeSelf === true ? withoutSelf(filtered) : filtered;
}

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

/** Exact neighbours of every query; of chunked documents, the judged ones. @param depth neighbours kept; the configuration's k unless given */
export async function exactRun<S extends Side>(
  { config, dataset, signal }: Pick<StudyContext, 'config' | 'dataset' | 'signal'>,
  { documents, queries }: VersionVectors<S>,
  depth = config.search.k,
): Promise<Rankings> {
  const index = await SEARCH_ENGINES.exact.open(documents, config.search, null, { seed: config.seed, signal });
  try {
    return await answering(index, dataset).search(queries, depth);
  } finally {
    await index.close();
  }
}
