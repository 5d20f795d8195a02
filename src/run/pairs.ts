import { join } from 'node:path';
import { parentsOf } from '../dataset/parents.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';
import type { Workspace } from '../project/workspace.ts';
import { type Corpus, corpusPairScores, inMemory } from '../search/corpus.ts';
import { type ScoredPairs, writePairs } from '../search/pair-table.ts';
import { type Pairs, sampleOtherPairs, samplePairs } from '../search/pairs.ts';
import { searchFiles } from './freshness.ts';

/** Pairs sampled of each kind. */
const SAMPLED_PAIRS = 100_000;

/** One version's vectors; of a large corpus the documents stay on disk. */
export interface SideVectors<S extends Side> {
  readonly documents: Corpus<S>;
  readonly queries: VectorSet<S>;
}

/** Writes the scores of judged pairs and of pairs sampled of each kind, all from the vectors themselves. @returns the files */
export async function scoredPairs<S extends Side>(
  workspace: Workspace,
  side: S,
  { documents, ...vectors }: SideVectors<S>,
): Promise<string[]> {
  const { config } = workspace;
  const queries = inMemory(vectors.queries);
  const files: string[] = [];
  const write = async (kind: Parameters<typeof searchFiles.pairs>[1], left: Corpus<S>, right: Corpus<S>, pairs: Pairs) => {
    const file = searchFiles.pairs(side, kind);
    const scores = await corpusPairScores(left, right, pairs, config.search.similarity);
    const table: ScoredPairs = { left: left.ids, right: right.ids, ...pairs, scores };
    const judged = kind === 'judged' || kind === 'query-document' ? ofParents(table, workspace, kind === 'judged') : table;
    await writePairs(join(config.output, file), judged);
    files.push(file);
  };
  const judged = judgedPairs(workspace, queries.ids, documents.ids);
  if (judged.rows.length > 0) await write('judged', queries, documents, judged);
  await write('query-document', queries, documents, samplePairs(queries.ids.length, documents.ids.length, SAMPLED_PAIRS, config.seed));
  for (const [kind, set] of [
    ['document-document', documents],
    ['query-query', queries],
  ] as const) {
    if (set.ids.length > 1) await write(kind, set, set, sampleOtherPairs(set.ids.length, SAMPLED_PAIRS, config.seed));
  }
  return files;
}

/** Pairs by judged document: a chunk's score counts for its parent; with `best` only the highest of each pair is kept. */
function ofParents(table: ScoredPairs, { dataset }: Workspace, best: boolean): ScoredPairs {
  const parents = parentsOf(dataset);
  if (parents === null) return table;
  const columns = Int32Array.from(table.columns, (column) => parents.of[column] as number);
  if (!best) return { ...table, right: parents.ids, columns };
  const highest = new Map<string, number>();
  columns.forEach((column, i) => {
    const key = `${table.rows[i]} ${column}`;
    const before = highest.get(key);
    if (before === undefined || (table.scores[i] as number) > (table.scores[before] as number)) highest.set(key, i);
  });
  const kept = Int32Array.from(highest.values());
  return {
    left: table.left,
    right: parents.ids,
    rows: kept.map((i) => table.rows[i] as number),
    columns: kept.map((i) => columns[i] as number),
    scores: Float32Array.from(kept, (i) => table.scores[i] as number),
  };
}

function judgedPairs({ dataset }: Workspace, queryIds: readonly string[], documentIds: readonly string[]): Pairs {
  const place = new Map<string, number[]>();
  const parents = parentsOf(dataset);
  documentIds.forEach((id, row) => {
    const judged = parents === null ? id : (parents.ids[parents.of[row] as number] as string);
    place.set(judged, [...(place.get(judged) ?? []), row]);
  });
  const rows: number[] = [];
  const columns: number[] = [];
  queryIds.forEach((id, row) => {
    for (const document of dataset.qrels?.get(id)?.keys() ?? []) {
      for (const column of place.get(document) ?? []) {
        rows.push(row);
        columns.push(column);
      }
    }
  });
  return { rows: Int32Array.from(rows), columns: Int32Array.from(columns) };
}
