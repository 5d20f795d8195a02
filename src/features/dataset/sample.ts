import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../../core/errors.ts';
import { descriptionOf, documentLine, qrelsLines, queryLine } from '../../dataset/folder-text.ts';
import { sealFacts } from '../../dataset/hashes.ts';
import { loadDataset } from '../../dataset/load.ts';
import type { Dataset, DatasetSample } from '../../model/dataset.ts';
import { loadProject } from '../../project/workspace.ts';
import { makeFolder, writeFileAtomic } from '../../system/files.ts';
import { type Drawn, type DrawRequest, draw } from './draw.ts';
import type { InspectOptions } from './inspect.ts';
import { oldNeighbours } from './neighbours.ts';

export interface SampleOptions extends InspectOptions, Pick<DrawRequest, 'queries' | 'rest' | 'seed'> {
  /** Absolute path of the folder to write. */
  readonly out: string;
  /** Old neighbours of each query to keep; null keeps none. */
  readonly keepTop: number | null;
  /** Absolute path of a TREC run of the old version; null takes the search of the configuration's report folder. */
  readonly run: string | null;
}

/** What was written. */
export interface SampledDataset {
  readonly folder: string;
  readonly name: string;
  readonly documents: number;
  readonly queries: number;
  readonly judgements: number;
  readonly sample: DatasetSample;
}

/**
 * `dataset sample`: writes a smaller data set as a folder in BEIR's layout, sealed, with a note of how it was drawn. The
 * folder is written beside and renamed once it has been read back, so that it is there whole or not at all.
 * @throws CutoverError SAMPLE_EXISTS, SAMPLE_OF_SAMPLE, SAMPLE_NEIGHBOURS_FOREIGN; anything wrong with the data set
 */
export async function sampleDataset(options: SampleOptions): Promise<SampledDataset> {
  await requireFree(options.out);
  const needsConfig = options.folder === null || (options.keepTop !== null && options.run === null);
  const config = needsConfig ? await loadProject(options) : null;
  const dataset = await loadDataset(options.folder ?? config?.dataset ?? '');
  // A sample of a sample would be told as a sample of the smaller one, and look less biased than it is.
  if (dataset.sample !== undefined) throw new CutoverError('SAMPLE_OF_SAMPLE', { name: dataset.name, of: dataset.sample.of.name });
  const { keepTop: k, run, queries, rest, seed } = options;
  const from = run === null ? { report: config?.output ?? '' } : { run };
  const neighbours = k === null ? null : { k, run: await oldNeighbours(from, k, dataset) };
  const drawn = draw(dataset, { queries, rest, seed, neighbours });
  const written = await writeWhole(options, dataset, drawn);
  const judgements = [...(written.qrels?.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
  const counts = { documents: written.documents.length, queries: written.queries.length, judgements };
  return { folder: options.out, name: written.name, ...counts, sample: drawn.sample };
}

async function requireFree(folder: string): Promise<void> {
  const there = await stat(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw new CutoverError('FILE_UNWRITABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
  });
  if (there !== null) throw new CutoverError('SAMPLE_EXISTS', { folder });
}

/** @returns the data set as it reads from what was written */
async function writeWhole({ out, signal }: SampleOptions, dataset: Dataset, drawn: Drawn): Promise<Dataset> {
  const part = join(dirname(out), `.${basename(out)}.${randomUUID()}.part`);
  try {
    const written = await writeFolder(part, dataset, drawn);
    if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
    await rename(part, out);
    return written;
  } catch (error) {
    if (error instanceof CutoverError || systemCode(error) === undefined) throw error;
    if (systemCode(error) === 'ENOTEMPTY' || systemCode(error) === 'EEXIST') throw new CutoverError('SAMPLE_EXISTS', { folder: out });
    throw new CutoverError('FILE_UNWRITABLE', { file: out, reason: reasonOf(error) }, { cause: error });
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Files of the data set; it is sealed by what is read back, since that is what a run will read. */
async function writeFolder(folder: string, dataset: Dataset, { documents, queries, qrels, sample }: Drawn): Promise<Dataset> {
  await makeFolder(folder);
  await writeLines(join(folder, 'corpus.jsonl'), documents.map(documentLine));
  await writeLines(join(folder, 'queries.jsonl'), queries.map(queryLine));
  if (qrels !== null) await writeFileAtomic(join(folder, 'qrels', 'test.tsv'), qrelsLines(qrels));
  const description = descriptionOf({ ...dataset, documents, sample }, `${dataset.name} (sample)`);
  const write = (value: object) => writeFileAtomic(join(folder, 'dataset.json'), `${JSON.stringify(value, null, 2)}\n`);
  await write(description);
  const written = await loadDataset(folder);
  await write({ ...description, ...sealFacts(written) });
  return written;
}

/** Part by part: a corpus may be longer than the longest string. */
function writeLines(file: string, lines: readonly string[]): Promise<void> {
  return writeFileAtomic(file, async (handle) => {
    const CHUNK = 1000;
    for (let at = 0; at < lines.length; at += CHUNK) await handle.appendFile(lines.slice(at, at + CHUNK).join(''));
  });
}
