import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnits } from '../../core/order.ts';
import type { CorpusSource, QueriesSource } from '../../model/dataset.ts';
import { TABLES } from './rows.ts';
import { TOPICS } from './topics.ts';

/** Parts of a folder that are not in BEIR's own files; null where they are. */
interface FolderFiles {
  readonly corpus: CorpusSource | null;
  readonly queries: QueriesSource | null;
}

/**
 * Looks for `corpus.csv` and kin where there is no `corpus.jsonl`, and for `queries.csv` and kin or one file of TREC topics
 * where there is no `queries.jsonl`. Columns have their usual names.
 */
export async function folderFiles(folder: string): Promise<FolderFiles> {
  const names = (await readdir(folder)).sort(byCodeUnits);
  const corpus = partOf(names, 'corpus');
  const queries = partOf(names, 'queries') ?? (names.includes('queries.jsonl') ? null : topicsOf(names));
  return {
    corpus: corpus === null ? null : { path: join(folder, corpus), id: null, title: null, text: null, parent: null, metadata: [] },
    queries: queries === null ? null : { path: join(folder, queries), id: null, text: null, need: null, slices: [] },
  };
}

function partOf(names: readonly string[], part: string): string | null {
  if (names.includes(`${part}.jsonl`)) return null;
  const endings = TABLES.flatMap((ending) => [ending, `${ending}.gz`]);
  return endings.map((ending) => `${part}${ending}`).find((name) => names.includes(name)) ?? null;
}

/** Only where it is plain which file is meant. */
function topicsOf(names: readonly string[]): string | null {
  const found = names.filter((name) => TOPICS.test(name));
  return found.length === 1 ? (found[0] ?? null) : null;
}
