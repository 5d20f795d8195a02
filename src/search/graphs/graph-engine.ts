import { CutoverError } from '../../core/errors.ts';
import type { SearchParams } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import { openPool, type Pool } from '../../system/workers/pool.ts';
import type { SearchEngine, SearchOptions } from '../engine.ts';
import { pickRows, prepareVectors, requireSameSpace } from '../prepared.ts';
import { emptyRankings, rankNominated } from '../rescore.ts';
import { depthOf, requireDocuments } from '../sizes.ts';
import type { GraphTask } from './graph-task.ts';
import { findIndex, type IndexFormat, indexFile, indexInputs, saveIndex } from './index-file.ts';

type GraphAnswer = Int32Array | Float64Array | null;
type Worker = Pool<GraphTask, GraphAnswer>;

/** Workers that have let go of their index: a run builds many small ones, and starting a thread takes longer than most of them. */
const idle = new Map<string, Worker[]>();
/** Bytes of vectors up to which a worker is kept; memory of a larger index is given back at once by ending its thread. */
const SMALL = 32e6;

/** One library that builds HNSW graphs. */
export interface GraphLibrary {
  readonly id: string;
  readonly title: string;
  readonly reproducible: boolean;
  /** Compiled file of its worker, which answers {@link GraphTask}s. */
  readonly worker: () => URL;
  /** Rows handed to the worker at a time: progress shows and Ctrl-C is heard between them. */
  readonly block: number;
  /** Name and version. @throws CutoverError SEARCH_PACKAGE_MISSING */
  readonly library: () => string;
  /** Whether it can leave documents out while it searches. */
  readonly filters: boolean;
}

/** An engine whose index lives in one worker thread. Scores of what it finds are summed again here. */
export function graphEngine(of: GraphLibrary): SearchEngine {
  return {
    id: of.id,
    title: of.title,
    reproducible: of.reproducible,
    open: async (documents, params, folder, options) => {
      requireDocuments(documents);
      const format: IndexFormat = { id: of.id, library: of.library() };
      const data = prepareVectors(documents, params.similarity);
      const url = of.worker();
      const worker = idle.get(url.href)?.pop() ?? openPool<GraphTask, GraphAnswer>(url, { workers: 1 });
      const graph = { worker, documents, data, params, options, block: of.block };
      const loaded = await load(graph, folder, format).catch(async (error: unknown) => {
        await worker.close();
        throw error;
      });
      let closing: Promise<void> | null = null;
      return {
        file: folder === null || options.order !== undefined ? null : indexFile(folder, format),
        loaded,
        close: () => {
          closing ??= data.byteLength <= SMALL ? keep(url, worker) : worker.close();
          return closing;
        },
        search: async (queries, k, efSearch = params.hnsw.efSearch, allowed = undefined) => {
          if (allowed !== undefined && !of.filters) throw new CutoverError('SEARCH_FILTER_UNSUPPORTED', { engine: of.id });
          requireSameSpace(queries, documents);
          const vectors = { queries: prepareVectors(queries, params.similarity), documents: data, dimension: documents.dimension };
          const rankings = emptyRankings(queries.ids, documents.ids, depthOf(k, documents.ids.length));
          const asked = { k: rankings.k, efSearch, ...(allowed === undefined ? {} : { allowed }) };
          const nominate = async (part: Float32Array<ArrayBuffer>): Promise<Int32Array> => {
            const labels = await worker.run({ kind: 'search', data: part, ...asked }, { transferList: [part.buffer] });
            if (!(labels instanceof Int32Array)) throw new Error('The worker answered a search with something else.');
            return labels;
          };
          await rankNominated(rankings, vectors, { block: of.block, signal: options.signal, nominate });
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
}

/** A worker that cannot be used again is ended. */
async function keep({ href }: URL, worker: Worker): Promise<void> {
  try {
    await worker.run({ kind: 'forget' });
  } catch {
    return worker.close();
  }
  idle.set(href, [...(idle.get(href) ?? []), worker]);
}

/** One index under way. */
interface Graph {
  readonly worker: Worker;
  readonly documents: VectorSet;
  /** What goes in, Float32Array [n × d]. */
  readonly data: Float32Array;
  readonly params: SearchParams;
  readonly options: SearchOptions;
  readonly block: number;
}

/** Gets the index into the worker: the saved one where it fits, else a new one, which is then saved. @returns whether it was loaded */
async function load(graph: Graph, folder: string | null, format: IndexFormat): Promise<boolean> {
  const { worker, documents, data, params, options } = graph;
  if (folder === null || options.order !== undefined) {
    await build(graph);
    return false;
  }
  const madeFrom = indexInputs(documents, data, params, options.seed, format);
  const file = options.rebuilt === true ? null : await findIndex(folder, madeFrom, format);
  if (file !== null && (await loadFile(graph, file))) return true;
  await build(graph);
  await saveIndex(folder, madeFrom, format, (part) => worker.run({ kind: 'save', file: part }));
  return false;
}

/** @returns false when the library couldn't read it */
async function loadFile({ worker, documents, params, options }: Graph, file: string): Promise<boolean> {
  const count = documents.ids.length;
  const task: GraphTask = { kind: 'load', dimension: documents.dimension, file, count, params: params.hnsw };
  try {
    await worker.run(task);
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    return false;
  }
  options.onProgress?.(count, count);
  return true;
}

async function build({ worker, documents, data, params, options, block }: Graph): Promise<void> {
  const { dimension, ids } = documents;
  const order = options.order ?? Array.from(ids.keys());
  if (order.length !== ids.length || new Set(order).size !== ids.length || order.some((row) => ids[row] === undefined))
    throw new RangeError('The order must name every row once.');
  await worker.run({ kind: 'create', dimension, capacity: ids.length, params: params.hnsw, seed: options.seed >>> 0 });
  for (let first = 0; first < ids.length; first += block) {
    if (options.signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    const labels = order.slice(first, first + block);
    const part = pickRows(data, labels, dimension);
    await worker.run({ kind: 'add', labels, data: part }, { transferList: [part.buffer] });
    options.onProgress?.(Math.min(ids.length, first + block), ids.length);
  }
}
