import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetOf } from '../../../config/load.ts';
import { datasetSchema } from '../../../config/schemas/dataset.ts';
import { CutoverError } from '../../../core/errors.ts';
import { loadDataset } from '../../../dataset/load.ts';
import { parentsOf } from '../../../dataset/parents.ts';
import type { DatasetSource } from '../../../model/dataset.ts';
import type { DatasetAnswer, DatasetPart } from './answers.ts';

/** Bytes of a corpus that is read to count its documents; a larger one has many. */
const COUNTED_BYTES = 64 * 2 ** 20;

/** Documents that are judged: chance is of them, not of their chunks. null for a corpus that is large, or can't be read yet. */
export async function judgedCount(folder: string, answer: DatasetAnswer): Promise<number | null> {
  const source = sourceOf(folder, answer);
  const corpus = typeof source === 'string' ? join(source, 'corpus.jsonl') : source.corpus.path;
  const { size } = await stat(corpus).catch(() => ({ size: Number.POSITIVE_INFINITY }));
  if (size > COUNTED_BYTES) return null;
  try {
    const dataset = await loadDataset(source);
    return parentsOf(dataset)?.ids.length ?? dataset.documents.length;
  } catch (error) {
    // What is wrong with the data is said by `doctor` and `run`, with every line.
    if (error instanceof CutoverError) return null;
    throw error;
  }
}

function sourceOf(folder: string, answer: DatasetAnswer): DatasetSource {
  if (answer.layout === 'beir') return datasetOf(answer.path, folder);
  const part = ({ path, columns }: DatasetPart) => ({ path, ...columns });
  const { corpus, queries, qrels } = answer;
  return datasetOf(
    datasetSchema.parse({ corpus: part(corpus), queries: part(queries), ...(qrels === null ? {} : { qrels: part(qrels) }) }),
    folder,
  );
}
