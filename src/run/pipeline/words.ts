import { basename } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { documentText } from '../../dataset/corpus.ts';
import { filtersOf } from '../../dataset/filters.ts';
import { parentOf } from '../../dataset/parents.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { LexicalSource } from '../../model/pipeline.ts';
import type { RankedList, Run } from '../../model/search.ts';
import { termsOf } from '../../search/lexical/analyzer.ts';
import { bm25Index } from '../../search/lexical/bm25.ts';
import { readTrecRun } from '../../search/trec-run.ts';

/** Judged documents that words find for each query of the data set. @throws CutoverError PIPELINE_RUN_FOREIGN, TREC_RUN_MALFORMED, FILE_* */
export async function wordsRun(dataset: Dataset, source: LexicalSource): Promise<Run> {
  return source.source === 'bm25' ? indexed(dataset, source) : fromFile(dataset, source);
}

function indexed(dataset: Dataset, { k1, b, stopWords, depth }: Extract<LexicalSource, { source: 'bm25' }>): Run {
  const { documents, queries, excludeSelf } = dataset;
  const index = bm25Index(
    documents.map((document) => ({ id: document.id, terms: termsOf(documentText(document), { stopWords }) })),
    { k1, b },
  );
  const parents = new Map(documents.map((document) => [document.id, parentOf(document)]));
  const filters = filtersOf(dataset);
  const found = queries.map(({ id, text }): [string, RankedList] => {
    const mask = filters?.masks[filters.of.get(id) ?? -1];
    const all = index.search(termsOf(text, { stopWords }), Number.POSITIVE_INFINITY, mask);
    return [id, firstOfParents(all, parents, excludeSelf === true ? id : null, depth)];
  });
  return new Map(found);
}

/** A document is found through its best chunk. @param self a document that is left out */
function firstOfParents({ ids, scores }: RankedList, parents: ReadonlyMap<string, string>, self: string | null, depth: number): RankedList {
  const kept = new Map<string, number>();
  for (const [i, id] of ids.entries()) {
    if (kept.size >= depth) break;
    const parent = parents.get(id) ?? id;
    if (id !== self && !kept.has(parent)) kept.set(parent, scores[i] ?? 0);
  }
  return { ids: [...kept.keys()], scores: Float64Array.from(kept.values()) };
}

async function fromFile({ documents, queries }: Dataset, { file, depth }: Extract<LexicalSource, { source: 'run' }>): Promise<Run> {
  const run = await readTrecRun(file);
  const known = new Set(documents.map(parentOf));
  const refuse = (what: string) => new CutoverError('PIPELINE_RUN_FOREIGN', { file: basename(file), what });
  if (!queries.some(({ id }) => run.has(id))) throw refuse(`it has no query of the data set, e.g. none with the id "${queries[0]?.id}"`);
  const found = queries.map(({ id }): [string, RankedList] => {
    const { ids, scores } = run.get(id) ?? { ids: [], scores: [] };
    const stranger = ids.find((document) => !known.has(document));
    if (stranger !== undefined) throw refuse(`it returns "${stranger}" for query "${id}", which is no document of the corpus`);
    return [id, { ids: ids.slice(0, depth), scores: Array.from(scores).slice(0, depth) }];
  });
  return new Map(found);
}
