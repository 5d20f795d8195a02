import { filtersOf } from '../dataset/filters.ts';
import { parentsOf } from '../dataset/parents.ts';
import type { Dataset } from '../model/dataset.ts';
import type { SearchParams } from '../model/search.ts';
import type { Side } from '../model/version.ts';
import type { SearchIndex } from '../search/engine.ts';
import { filteredIndex } from '../search/filtered.ts';
import { parentIndex } from '../search/parents.ts';
import { isGraph } from '../search/registry.ts';
import { withoutSelf } from '../search/without-self.ts';

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
