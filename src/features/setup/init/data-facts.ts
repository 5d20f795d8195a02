import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetOf } from '../../../config/load.ts';
import { datasetSchema } from '../../../config/schemas/dataset.ts';
import { CutoverError } from '../../../core/errors.ts';
import { documentText } from '../../../dataset/corpus.ts';
import { type DatasetOptions, loadDataset } from '../../../dataset/load.ts';
import { parentsOf } from '../../../dataset/parents.ts';
import { judgedNeeds } from '../../../gate/foresight.ts';
import type { Dataset, DatasetSource } from '../../../model/dataset.ts';
import type { DataFacts, DatasetAnswer, DatasetPart } from './answers.ts';

/** Bytes of a corpus that is read to count its documents; a larger one has many. */
const COUNTED_BYTES = 64 * 2 ** 20;

/** Facts of the data by which a policy is scaled; nothing is known of a corpus that is large, or can't be read yet. */
export async function dataFacts(folder: string, answer: DatasetAnswer): Promise<DataFacts> {
  const source = sourceOf(folder, answer);
  const corpus = typeof source === 'string' ? join(source, 'corpus.jsonl') : source.corpus.path;
  const { size } = await stat(corpus).catch(() => ({ size: Number.POSITIVE_INFINITY }));
  const dataset = size > COUNTED_BYTES ? null : ((await readIt(source)) ?? (await readIt(source, { allowEmpty: true })));
  if (dataset === null) return { documents: null, queries: 0, empty: 0, silence: null, needs: 0 };
  const { documents, queries, silence } = dataset;
  return {
    documents: parentsOf(dataset)?.ids.length ?? documents.length,
    queries: queries.length,
    empty: dataset.allowEmpty ? documents.filter((document) => documentText(document).trim() === '').length : 0,
    silence: silence === undefined || silence.stated ? null : silence,
    needs: judgedNeeds(dataset),
  };
}

/** null where something is wrong with it, which `doctor` and `run` say with every line. */
async function readIt(source: DatasetSource, options: DatasetOptions = {}): Promise<(Dataset & { allowEmpty: boolean }) | null> {
  try {
    return { ...(await loadDataset(source, options)), allowEmpty: options.allowEmpty === true };
  } catch (error) {
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
