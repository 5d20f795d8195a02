import type { Rankings } from '../../model/search.ts';
import type { VersionVectors } from '../study.ts';
import { bestWith, merged, rankingsOf, type Scored, type ScoreTables } from './rankings.ts';

/**
 * Each query embedded under both versions, each searched among the documents of its own tag, the two lists merged by
 * (rank − 0.5) ÷ share of the documents under that tag. Scores of two spaces can't be compared, and taking turns would
 * favour the smaller part.
 * @returns a search over one state: 1 for each document whose vector is of the new version, in order of the ids
 */
export function routedRun(
  old: VersionVectors<'old'>,
  fresh: VersionVectors<'new'>,
  { k, tables }: { readonly k: number; readonly tables: ScoreTables },
): (backfilled: Uint8Array) => Rankings {
  const both = [tables(old.queries, old.documents), tables(fresh.queries, fresh.documents)] as const;
  const total = old.documents.ids.length;
  const depth = Math.min(k, total);
  return (backfilled) => {
    const done = backfilled.reduce((sum, flag) => sum + flag, 0);
    const shares = [(total - done) / total, done / total] as const;
    // Best first: the smaller the expected rank among all documents, the higher the score.
    const list = (row: number, tag: 0 | 1): Scored[] =>
      bestWith(both[tag], row, backfilled, tag, depth).map(({ place }, rank) => ({ place, score: -(rank + 0.5) / shares[tag] }));
    return rankingsOf(old.queries.ids, old.documents.ids, depth, (row) => merged(list(row, 0), list(row, 1), depth));
  };
}
