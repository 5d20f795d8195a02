import { dirname, join } from 'node:path';
import type { DatasetSource } from '../model/dataset.ts';
import { readDescription } from './description.ts';
import { JUDGEMENTS_FOLDER } from './judging-log.ts';
import { Problems } from './problems.ts';
import { markdownFiles } from './sources/markdown.ts';

/** What may begin a pattern, in any language of patterns: of more than is one, only too much is said to be read. */
const MAGIC = /[/\\][^/\\]*[*?{}[\]()!@+|].*$/;

/**
 * Files and folders that a data set is read from, whatever is there: those that its readers find, and of a pattern also the folder
 * that it starts in, for what is no longer there or not yet.
 */
export async function datasetPaths(source: DatasetSource): Promise<string[]> {
  if (typeof source === 'string') {
    // It may name judgements outside its folder. What is wrong with it is told where it is read.
    const { qrels } = await readDescription(join(source, 'dataset.json'), new Problems());
    return qrels === null ? [source] : [source, join(source, qrels)];
  }
  const { corpus, queries, qrels, clicks } = source;
  const judged = qrels === null ? [] : [join(dirname(qrels.path), JUDGEMENTS_FOLDER)];
  const parts = [corpus, queries, qrels, clicks].flatMap((part) => (part == null ? [] : [part.path]));
  const found = await Promise.all(parts.map((path) => (MAGIC.test(path) ? markdownFiles(path) : [])));
  return [...new Set([...parts, ...parts.map((path) => path.replace(MAGIC, '')), ...found.flat(), ...judged])];
}
