import type { Rankings, Similarity } from '../../contract/search.ts';
import type { VersionVectors } from '../../contract/study.ts';
import { scoreInto } from './mixed-space-search.ts';
import { bestOf, rankingsOf } from './rankings.ts';

/**
 * Each query embedded under both versions, each searched among the documents of its own tag, the two lists merged by
 * (rank − 0.5) ÷ share of the documents under that tag. Scores of two spaces can't be compared, and taking turns would
 * favour the smaller part.
 * @param backfilled 1 for each document whose vector is of the new version, in order of the ids
 */
export function routedRun(
  old: VersionVectors<'old'>,
  fresh: VersionVectors<'new'>,
  backfilled: Uint8Array,
  { k, similarity }: { readonly k: number; readonly similarity: Similarity },
): Rankings {
  const total = backfilled.length;
  const done = backfilled.reduce((sum, flag) => sum + flag, 0);
  const part = new Float64Array(total);
  return rankingsOf(old.queries.ids, old.documents.ids, k, (row, scores) => {
    for (const [{ queries, documents }, tag, share] of [
      [old, 0, (total - done) / total],
      [fresh, 1, done / total],
    ] as const) {
      part.fill(Number.NEGATIVE_INFINITY);
      scoreInto(part, queries, row, documents, similarity, (document) => backfilled[document] === tag);
      bestOf(part, k).forEach((document, rank) => {
        // Best first: the smaller the expected rank among all documents, the higher the score.
        scores[document] = -(rank + 0.5) / share;
      });
    }
  });
}
