import type { Rankings } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import { bestWith, merged, rankingsOf, type ScoreTables } from './rankings.ts';

/**
 * What an index returns that holds vectors of two versions and knows no tags: scores across spaces, which mean nothing.
 * The one function that multiplies vectors of two versions; the damage is its subject.
 * @param queries of one of the two versions
 * @returns a search over one state: 1 for each document whose new vector stands in the index, in order of the ids
 * @throws RangeError unless both versions have the same documents and dimension
 */
export function simulateMixedSpaceSearch(
  queries: VectorSet,
  old: VectorSet<'old'>,
  fresh: VectorSet<'new'>,
  { k, tables }: { readonly k: number; readonly tables: ScoreTables },
): (backfilled: Uint8Array) => Rankings {
  if (old.dimension !== fresh.dimension || queries.dimension !== old.dimension || old.ids.length !== fresh.ids.length)
    throw new RangeError('A mix needs the same documents and the same dimension.');
  const [before, after] = [tables(queries, old), tables(queries, fresh)];
  const depth = Math.min(k, old.ids.length);
  return (backfilled) =>
    rankingsOf(queries.ids, old.ids, depth, (row) =>
      merged(bestWith(before, row, backfilled, 0, depth), bestWith(after, row, backfilled, 1, depth), depth),
    );
}
