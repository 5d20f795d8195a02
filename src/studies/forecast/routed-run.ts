import type { Rankings } from '../../contract/search.ts';
import type { VersionVectors } from '../../contract/study.ts';
import { bestOf, rankingsOf, type ScoreTables } from './rankings.ts';

/**
 * Each query embedded under both versions, each searched among the documents of its own tag, the two lists merged by
 * (rank − 0.5) ÷ share of the documents under that tag. Scores of two spaces can't be compared, and taking turns would
 * favour the smaller part.
 * @returns a search over one state: 1 for each document whose vector is of the new version, in order of the ids
 */
export function routedRun(
  old: VersionVectors<'old'>,
  fresh: VersionVectors<'new'>,
  { k, tables: tableOf }: { readonly k: number; readonly tables: ScoreTables },
): (backfilled: Uint8Array) => Rankings {
  const tables = [tableOf(old.queries, old.documents), tableOf(fresh.queries, fresh.documents)] as const;
  const total = old.documents.ids.length;
  const part = new Float64Array(total);
  return (backfilled) => {
    const done = backfilled.reduce((sum, flag) => sum + flag, 0);
    return rankingsOf(old.queries.ids, old.documents.ids, k, (row, scores) => {
      for (const [tag, share] of [
        [0, (total - done) / total],
        [1, done / total],
      ] as const) {
        for (let document = 0; document < total; document++)
          part[document] = backfilled[document] === tag ? (tables[tag][row * total + document] as number) : Number.NEGATIVE_INFINITY;
        bestOf(part, k).forEach((document, rank) => {
          // Best first: the smaller the expected rank among all documents, the higher the score.
          scores[document] = -(rank + 0.5) / share;
        });
      }
    });
  };
}
