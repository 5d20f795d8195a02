import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../../core/errors.ts';
import { sampleWithout, seededRandom } from '../../core/random.ts';
import { descriptionOf, documentLine, qrelsLines, queryLine } from '../../dataset/folder-text.ts';
import { sealFacts } from '../../dataset/hashes.ts';
import { loadDataset } from '../../dataset/load.ts';
import { parentOf } from '../../dataset/parents.ts';
import type { Dataset, DatasetSample, Document, Qrels, Query } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';
import { loadProject } from '../../project/workspace.ts';
import { searchFiles } from '../../run/freshness.ts';
import { readRankedRun } from '../../search/ranked-run.ts';
import { readRankings, toRun } from '../../search/run-table.ts';
import { makeFolder, sha256File, writeFileAtomic } from '../../system/files.ts';
import { manifestFile, readManifest } from '../../system/manifest.ts';
import type { InspectOptions } from './inspect.ts';

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

/**
 * The old version's first `k` neighbours of every query: a TREC run, or what the search stage found by full scan.
 * @param from a TREC run, or the report folder of a search
 * @throws CutoverError SAMPLE_NEIGHBOURS_FOREIGN where they are of other data or not as deep; ARTIFACT_MISSING, ARTIFACT_STALE
 */
async function oldNeighbours(from: { readonly run: string } | { readonly report: string }, k: number, dataset: Dataset): Promise<Run> {
  const [file, run] = 'run' in from ? [from.run, (await readRankedRun(from.run)).run] : await searched(from.report, dataset);
  const known = new Set(dataset.documents.map(parentOf));
  const size = Math.min(k, known.size);
  for (const { id } of dataset.queries) {
    const ids = run.get(id)?.ids ?? [];
    const foreign = ids.find((document) => !known.has(document));
    if (foreign !== undefined) throw foreignRun(file, `document "${foreign}" of query "${id}" is not in this corpus`);
    // A filter may leave fewer documents than asked for; nothing is then left out.
    if (ids.length < size && dataset.queries.every(({ filter }) => filter === undefined))
      throw foreignRun(file, `query "${id}" has ${ids.length} neighbours, ${size} are asked for`);
  }
  return run;
}

function foreignRun(file: string, reason: string): CutoverError {
  return new CutoverError('SAMPLE_NEIGHBOURS_FOREIGN', { file, reason });
}

/** By full scan, not as served: what the index misses may still outrank a relevant document. */
async function searched(folder: string, { hashes }: Dataset): Promise<readonly [file: string, run: Run]> {
  const manifest = await readManifest(folder, 'search');
  const name = searchFiles.rankings('old', 'exact');
  const file = join(folder, name);
  if (manifest === null) throw new CutoverError('ARTIFACT_MISSING', { file: manifestFile(folder, 'search'), stage: 'search' });
  for (const key of ['corpus', 'queries'] as const)
    if (manifest.madeFrom[key] !== hashes[key]) {
      const found = String(manifest.madeFrom[key]).slice(0, 12);
      throw new CutoverError('ARTIFACT_STALE', { file, stage: 'search', key, found, expected: hashes[key].slice(0, 12) });
    }
  if ((await sha256File(file)) !== manifest.files[name])
    throw new CutoverError('ARTIFACT_FOREIGN', { file, reason: 'its content is not what the manifest recorded' });
  return [file, toRun((await readRankings(file)).rankings)];
}

/** What of a data set is to be kept and drawn. */
interface DrawRequest {
  /** Queries to draw; null keeps all. */
  readonly queries: number | null;
  /** How many of the documents that nothing else keeps are drawn: a number of them, or a share from 0 to 1. */
  readonly rest: { readonly documents: number } | { readonly fraction: number };
  /** Neighbours of the old version and how many of each query are kept; null keeps none. */
  readonly neighbours: { readonly run: Run; readonly k: number } | null;
  readonly seed: number;
}

/** What was drawn; documents and queries ascend by id. */
interface Drawn {
  readonly documents: readonly Document[];
  readonly queries: readonly Query[];
  readonly qrels: Qrels | null;
  readonly sample: DatasetSample;
}

/**
 * Draws a smaller data set: of the queries all or some; of the documents all that a kept query has a judgement of, the old
 * version's first neighbours of each kept query, and a simple random sample of the rest. Why these: docs/scale.md.
 * Documents are judged documents: of a kept one every chunk is kept.
 * @example draw(dataset, { queries: null, rest: { fraction: 0.01 }, neighbours: null, seed: 7 })
 */
function draw(dataset: Dataset, { queries: count, rest: wanted, neighbours, seed }: DrawRequest): Drawn {
  const queries = count === null ? dataset.queries : drawQueries(dataset, count, seed);
  const kept = new Set(queries.map(({ id }) => id));
  const qrels = dataset.qrels === null ? null : new Map([...dataset.qrels].filter(([query]) => kept.has(query)));
  const judged = new Set([...(qrels?.values() ?? [])].flatMap((grades) => [...grades.keys()]));
  const near = new Set(neighbours === null ? [] : firstOf(neighbours, kept).filter((id) => !judged.has(id)));
  const ids = [...new Set(dataset.documents.map(parentOf))];
  const rest = ids.filter((id) => !judged.has(id) && !near.has(id));
  const size = 'documents' in wanted ? wanted.documents : Math.round(wanted.fraction * rest.length);
  const drawn = sampleWithout(seededRandom(seed, 'sample documents'), rest.length, size).map((i) => rest[i] as string);
  const chosen = new Set([...judged, ...near, ...drawn]);
  const { name, hashes } = dataset;
  return {
    documents: dataset.documents.filter((document) => chosen.has(parentOf(document))),
    queries,
    qrels: qrels === null || qrels.size === 0 ? null : qrels,
    sample: {
      of: {
        name,
        hashes: { corpus: hashes.corpus, queries: hashes.queries },
        documents: ids.length,
        queries: dataset.queries.length,
      },
      seed,
      judged: judged.size,
      neighbours: neighbours === null ? null : { k: neighbours.k, documents: near.size },
      drawn: drawn.length,
      rest: rest.length,
    },
  };
}

/** Of the judged queries where there are judgements: a set like MS MARCO has a hundred times as many queries without any. */
function drawQueries({ queries, qrels }: Dataset, count: number, seed: number): readonly Query[] {
  const eligible = qrels === null ? queries : queries.filter(({ id }) => qrels.has(id));
  return sampleWithout(seededRandom(seed, 'sample queries'), eligible.length, count).map((i) => eligible[i] as Query);
}

function firstOf({ run, k }: { readonly run: Run; readonly k: number }, queries: ReadonlySet<string>): string[] {
  return [...run].flatMap(([query, { ids }]) => (queries.has(query) ? ids.slice(0, k) : []));
}
