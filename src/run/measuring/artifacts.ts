import { join } from 'node:path';
import type { Rankings, ServedBy } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import { readPairs, type ScoredPairs } from '../../search/pair-table.ts';
import { readRankings } from '../../search/run-table.ts';
import { readText } from '../../system/files.ts';
import { searchFiles } from '../freshness.ts';

/** What the search stage left for one version. */
export interface SideNeighbours {
  readonly exact: Rankings;
  readonly served: Rankings;
  /** What was found before chunks were put together to judged documents; null where documents are not chunked. */
  readonly chunks: { readonly exact: Rankings; readonly served: Rankings } | null;
  /** What the database said of itself; null where none serves. */
  readonly servedBy: ServedBy | null;
  /** null where there are fewer than two items. */
  readonly nearestDocuments: Rankings | null;
  readonly nearestQueries: Rankings | null;
  /** null without judgements. */
  readonly judged: ScoredPairs | null;
  readonly pairs: {
    readonly 'query-document': ScoredPairs;
    readonly 'document-document': ScoredPairs | null;
    readonly 'query-query': ScoredPairs | null;
  };
}

/** @param files the search manifest's: what is listed there exists and is whole */
export async function readNeighbours(folder: string, side: Side, files: Readonly<Record<string, string>>): Promise<SideNeighbours> {
  const rankings = async (file: string) => (await readRankings(join(folder, file))).rankings;
  const pairs = (file: string) => readPairs(join(folder, file));
  const servedBy = async (file: string) => JSON.parse(await readText(join(folder, file))) as ServedBy;
  const optional = async <T>(file: string, read: (file: string) => Promise<T>) => (file in files ? read(file) : null);
  return {
    exact: await rankings(searchFiles.rankings(side, 'exact')),
    served: await rankings(searchFiles.rankings(side, 'served')),
    chunks:
      searchFiles.chunks(side, 'exact') in files
        ? { exact: await rankings(searchFiles.chunks(side, 'exact')), served: await rankings(searchFiles.chunks(side, 'served')) }
        : null,
    servedBy: await optional(searchFiles.servedBy(side), servedBy),
    nearestDocuments: await optional(searchFiles.nearest(side, 'document'), rankings),
    nearestQueries: await optional(searchFiles.nearest(side, 'query'), rankings),
    judged: await optional(searchFiles.pairs(side, 'judged'), pairs),
    pairs: {
      'query-document': await pairs(searchFiles.pairs(side, 'query-document')),
      'document-document': await optional(searchFiles.pairs(side, 'document-document'), pairs),
      'query-query': await optional(searchFiles.pairs(side, 'query-query'), pairs),
    },
  };
}
