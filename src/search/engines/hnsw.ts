import type { HnswParams, Rankings, SearchEngine, SearchOptions, SearchParams } from '../../contract/search.ts';
import type { VectorSet } from '../../contract/vectors.ts';
import { CutoverError } from '../../errors.ts';
import { openPool, type Pool } from '../../runtime/pool.ts';
import { workerUrl } from '../../runtime/worker-url.ts';
import { findIndex, indexFile, indexInputs, saveIndex } from '../hnsw-file.ts';
import type { HnswTask } from '../hnsw-worker.ts';
import { pickRows, prepareVectors, requireSameSpace } from '../prepared.ts';
import { emptyRankings, rankRow } from '../rescore.ts';
import { depthOf, requireDocuments } from '../sizes.ts';

type Worker = Pool<HnswTask, Int32Array | Float64Array | null>;

/** Rows handed to the worker at a time: progress shows and Ctrl-C is heard between them. */
const BLOCK = 512;

/**
 * HNSW by hnswlib, one worker thread an index. Documents go in one by one, by ascending id, and levels come from the seed,
 * so the same input gives the same graph. hnswlib can't keep fewer candidates than results: ef is max(efSearch, k).
 * Source: Malkov & Yashunin 2018, doi:10.1109/TPAMI.2018.2889473
 */
export const hnsw: SearchEngine = {
  id: 'hnsw',
  title: 'HNSW graph (hnswlib)',
  reproducible: true,
  open: async (documents, params, folder, options) => {
    requireDocuments(documents);
    const data = prepareVectors(documents, params.similarity);
    const worker: Worker = openPool(workerUrl(import.meta.url, '../hnsw-worker.ts'), { workers: 1 });
    const loaded = await load(worker, documents, data, params, folder, options).catch(async (error: unknown) => {
      await worker.close();
      throw error;
    });
    return {
      file: folder === null || options.order !== undefined ? null : indexFile(folder),
      loaded,
      close: () => worker.close(),
      search: async (queries, k, efSearch = params.hnsw.efSearch) => {
        requireSameSpace(queries, documents);
        const vectors = { queries: prepareVectors(queries, params.similarity), documents: data, dimension: documents.dimension };
        const rankings = emptyRankings(queries.ids, documents.ids, depthOf(k, documents.ids.length));
        for await (const { row, found } of searched(worker, rankings, vectors.queries, efSearch, options)) {
          const labels = found.filter((label) => label >= 0);
          rankRow(rankings, row, labels, vectors);
        }
        return rankings;
      },
      latencies: async (queries, k) => {
        requireSameSpace(queries, documents);
        const asked = { data: prepareVectors(queries, params.similarity), k: depthOf(k, documents.ids.length) };
        const spent = await worker.run({ kind: 'time', ...asked, efSearch: params.hnsw.efSearch });
        if (!(spent instanceof Float64Array)) throw new Error('The worker answered a question of time with something else.');
        return spent;
      },
    };
  },
};

/** Gets the index into the worker: the saved one where it fits, else a new one, which is then saved. @returns whether it was loaded */
async function load(
  worker: Worker,
  documents: VectorSet,
  data: Float32Array,
  params: SearchParams,
  folder: string | null,
  options: SearchOptions,
): Promise<boolean> {
  const count = documents.ids.length;
  if (folder === null || options.order !== undefined) {
    await build(worker, documents, data, params.hnsw, options);
    return false;
  }
  const madeFrom = indexInputs(documents, data, params, options.seed);
  const file = await findIndex(folder, madeFrom);
  if (file !== null) {
    const task: HnswTask = { kind: 'load', dimension: documents.dimension, file, count };
    const loaded = await worker.run(task).then(
      () => true,
      (error: unknown) => {
        if (error instanceof CutoverError) throw error;
        return false;
      },
    );
    if (loaded) {
      options.onProgress?.(count, count);
      return true;
    }
  }
  await build(worker, documents, data, params.hnsw, options);
  await saveIndex(folder, madeFrom, (part) => worker.run({ kind: 'save', file: part }));
  return false;
}

async function build(worker: Worker, documents: VectorSet, data: Float32Array, params: HnswParams, options: SearchOptions): Promise<void> {
  const { dimension, ids } = documents;
  const { m, efConstruction } = params;
  const order = options.order ?? Array.from(ids.keys());
  if (order.length !== ids.length || new Set(order).size !== ids.length || order.some((row) => ids[row] === undefined))
    throw new RangeError('The order must name every row once.');
  await worker.run({ kind: 'create', dimension, capacity: ids.length, params: { m, efConstruction }, seed: options.seed >>> 0 });
  for (let first = 0; first < ids.length; first += BLOCK) {
    if (options.signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    const labels = order.slice(first, first + BLOCK);
    const part = pickRows(data, labels, dimension);
    await worker.run({ kind: 'add', labels, data: part }, { transferList: [part.buffer] });
    options.onProgress?.(Math.min(ids.length, first + BLOCK), ids.length);
  }
}

async function* searched(
  worker: Worker,
  { queryIds, k }: Rankings,
  queries: Float32Array,
  efSearch: number,
  { signal }: SearchOptions,
): AsyncGenerator<{ row: number; found: Int32Array }> {
  const dimension = queries.length / queryIds.length;
  for (let first = 0; first < queryIds.length; first += BLOCK) {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    const part = queries.slice(first * dimension, (first + BLOCK) * dimension);
    const labels = await worker.run({ kind: 'search', data: part, k, efSearch }, { transferList: [part.buffer] });
    if (!(labels instanceof Int32Array)) throw new Error('The worker answered a search with something else.');
    for (let i = 0; i < labels.length / k; i++) yield { row: first + i, found: labels.subarray(i * k, (i + 1) * k) };
  }
}
