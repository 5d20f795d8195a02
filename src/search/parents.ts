import type { Rankings } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';
import type { SearchIndex } from './engine.ts';
import { pickVectors } from './prepared.ts';
import { emptyRankings } from './rescore.ts';

/** Which judged document each chunk belongs to. */
export interface Parents {
  /** Ascending. */
  readonly ids: readonly string[];
  /** Int32Array [chunks]: row of a chunk → place in `ids`. */
  readonly of: Int32Array;
}

/**
 * An index that answers with judged documents instead of their chunks; its latencies are those of the chunks' index.
 * @param candidates chunks that a graph looks at in one search: no more are asked for, since it would look at more to answer. All
 * chunks where null.
 */
export function parentIndex<S extends Side>(
  index: SearchIndex<S>,
  parents: Parents | null,
  candidates: number | null = null,
): SearchIndex<S> {
  if (parents === null) return index;
  return {
    ...index,
    close: () => index.close(),
    search: (queries, k, efSearch) => searchParents(index, queries, { parents, k, efSearch, candidates: efSearch ?? candidates }),
  };
}

interface Asked {
  readonly parents: Parents;
  /** Judged documents wanted a query. */
  readonly k: number;
  readonly efSearch?: number | undefined;
  /** Chunks asked for at most, though never fewer than k; null for all. */
  readonly candidates: number | null;
}

/**
 * The k best judged documents of each query, each with the score of its best chunk, ties by id high to low. Chunks are fetched
 * until k judged documents are found and no further chunk could tie with the last of them, or until there are no more, so over
 * an exact index the result is exact. Over a graph, fewer than k may be found: as many as its candidates hold.
 */
async function searchParents<S extends Side>(index: SearchIndex<S>, queries: VectorSet<S>, asked: Asked): Promise<Rankings> {
  const { parents, efSearch } = asked;
  const chunks = Math.min(parents.of.length, Math.max(asked.k, asked.candidates ?? parents.of.length));
  const result = emptyRankings(queries.ids, parents.ids, Math.min(asked.k, parents.ids.length));
  let pending = Array.from(queries.ids.keys());
  for (let take = Math.min(chunks, 2 * asked.k); pending.length > 0; take = Math.min(chunks, 4 * take)) {
    const found = await index.search(pickVectors(queries, pending), take, efSearch);
    pending = pending.filter((row, i) => !collapse(found, i, result, row, parents) && take < chunks);
  }
  return result;
}

/** Writes one query's judged documents. @returns false where further chunks could change them */
function collapse(found: Rankings, from: number, into: Rankings, row: number, parents: Parents): boolean {
  const best = new Map<number, number>();
  let last = Number.NEGATIVE_INFINITY;
  let ended = false;
  for (let at = from * found.k; at < (from + 1) * found.k; at++) {
    const chunk = found.neighbours[at] ?? -1;
    // Fewer than were asked for: the index has no more to give.
    if (chunk < 0) {
      ended = true;
      break;
    }
    last = found.scores[at] as number;
    const parent = parents.of[chunk] as number;
    if (!best.has(parent)) best.set(parent, last);
  }
  const ranked = [...best].sort(([a, x], [b, y]) => y - x || b - a).slice(0, into.k);
  ranked.forEach(([parent, score], rank) => {
    into.neighbours[row * into.k + rank] = parent;
    into.scores[row * into.k + rank] = score;
  });
  return ended || (ranked.length === into.k && last < (ranked.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY));
}
