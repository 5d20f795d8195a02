import type { Rankings } from '../../contract/search.ts';
import type { VectorSet } from '../../contract/vectors.ts';
import { rankingsOf, type ScoreTables } from './rankings.ts';

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
  { k, tables: tableOf }: { readonly k: number; readonly tables: ScoreTables },
): (backfilled: Uint8Array) => Rankings {
  if (old.dimension !== fresh.dimension || queries.dimension !== old.dimension || old.ids.length !== fresh.ids.length)
    throw new RangeError('A mix needs the same documents and the same dimension.');
  const tables = [tableOf(queries, old), tableOf(queries, fresh)] as const;
  const documents = old.ids.length;
  return (backfilled) =>
    rankingsOf(queries.ids, old.ids, k, (row, scores) => {
      for (let document = 0; document < documents; document++)
        scores[document] = tables[backfilled[document] === 1 ? 1 : 0][row * documents + document] as number;
    });
}
