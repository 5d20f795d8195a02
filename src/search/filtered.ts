import type { Rankings } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';
import type { SearchIndex } from './engine.ts';
import { pickVectors } from './prepared.ts';
import { emptyRankings } from './rescore.ts';
import { depthOf } from './sizes.ts';

/** Which documents each filtered query may find. */
export interface Filters {
  /** Query id → place in `masks`; a query without filter is missing. */
  readonly of: ReadonlyMap<string, number>;
  /** Uint8Array [documents], 1 where the document may be found. */
  readonly masks: readonly Uint8Array[];
}

/**
 * An index that answers each query with documents of its filter only; a query whose filter matches nothing finds nothing. The
 * engine filters while it searches, so what a filtered graph misses shows as loss of the index. Its latencies are without filter.
 */
export function filteredIndex<S extends Side>(index: SearchIndex<S>, filters: Filters | null): SearchIndex<S> {
  if (filters === null) return index;
  return {
    ...index,
    close: () => index.close(),
    search: async (queries, k, efSearch) => {
      const groups = new Map<number | undefined, number[]>();
      queries.ids.forEach((id, row) => {
        const place = filters.of.get(id);
        const group = groups.get(place);
        if (group === undefined) groups.set(place, [row]);
        else group.push(row);
      });
      return searchGroups(index, queries, groups, { filters, k, efSearch });
    },
  };
}

interface Asked {
  readonly filters: Filters;
  readonly k: number;
  readonly efSearch?: number | undefined;
}

/** One search a filter, put together in the order of the queries. */
async function searchGroups<S extends Side>(
  index: SearchIndex<S>,
  queries: VectorSet<S>,
  groups: ReadonlyMap<number | undefined, readonly number[]>,
  { filters, k, efSearch }: Asked,
): Promise<Rankings> {
  let result: Rankings | null = null;
  for (const [place, rows] of groups) {
    const found = await index.search(pickVectors(queries, rows), k, efSearch, place === undefined ? undefined : filters.masks[place]);
    const into: Rankings = result ?? emptyRankings(queries.ids, found.documentIds, found.k);
    rows.forEach((row, i) => {
      into.neighbours.set(found.neighbours.subarray(i * found.k, (i + 1) * found.k), row * found.k);
      into.scores.set(found.scores.subarray(i * found.k, (i + 1) * found.k), row * found.k);
    });
    result = into;
  }
  return result ?? index.search(queries, k, efSearch);
}

/** Rows that a mask lets through, ascending. @throws RangeError when it is not of this many documents */
export function allowedRows(mask: Uint8Array, documents: number): number[] {
  if (mask.length !== documents) throw new RangeError(`A mask of ${mask.length} documents does not fit ${documents}.`);
  return Array.from(mask.keys()).filter((row) => mask[row] === 1);
}

/** Rankings of some of the documents as rankings of all. @param rows of the corpus, one a document of `part`, ascending */
export function widenRankings(part: Rankings, rows: readonly number[], documentIds: readonly string[], k: number): Rankings {
  const whole = emptyRankings(part.queryIds, documentIds, depthOf(k, documentIds.length));
  for (let query = 0; query < part.queryIds.length; query++) {
    for (let rank = 0; rank < part.k; rank++) {
      const at = query * part.k + rank;
      whole.neighbours[query * whole.k + rank] = rows[part.neighbours[at] ?? -1] ?? -1;
      whole.scores[query * whole.k + rank] = part.scores[at] ?? 0;
    }
  }
  return whole;
}
