import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Index, MetricKind, ScalarKind } from 'usearch';
import type { HnswParams } from '../../model/search.ts';
import { type Moved, moved } from '../../system/workers/messages.ts';
import type { GraphTask } from './graph-task.ts';

interface Open {
  readonly index: Index;
  readonly dimension: number;
  readonly params: HnswParams;
}

const THREADS = availableParallelism();
let open: Open | null = null;

export default async function handle(task: GraphTask): Promise<Moved<Int32Array | Float64Array> | null> {
  switch (task.kind) {
    case 'create':
      open = { index: emptyIndex(task.dimension, task.params), dimension: task.dimension, params: task.params };
      return null;
    case 'add':
      current().index.add(BigUint64Array.from(task.labels, BigInt), task.data, THREADS);
      return null;
    case 'save':
      current().index.save(task.file);
      return null;
    case 'load':
      open = { index: read(task.file, task.dimension, task.params), dimension: task.dimension, params: task.params };
      if (open.index.size() !== task.count) throw new Error(`the index holds ${open.index.size()} of ${task.count} documents`);
      return null;
    case 'search': {
      const found = labels(lookingAt(task.efSearch), task.data, task.k);
      return moved(found, [found.buffer]);
    }
    case 'time': {
      const spent = time(lookingAt(task.efSearch), task.data, task.k);
      return moved(spent, [spent.buffer]);
    }
    case 'forget':
      open = null;
      return null;
  }
}

function current(): Open {
  if (open === null) throw new Error('No index was created or loaded.');
  return open;
}

function emptyIndex(dimensions: number, { m, efConstruction, efSearch }: HnswParams): Index {
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.F32,
    connectivity: m,
    expansion_add: efConstruction,
    expansion_search: efSearch,
    multi: false,
  });
}

function read(file: string, dimension: number, params: HnswParams): Index {
  const index = emptyIndex(dimension, params);
  index.load(file);
  return index;
}

/** usearch takes efSearch when an index is made, and a loaded index takes that of the one it is loaded into. */
function lookingAt(efSearch: number): Open {
  const { index, dimension, params } = current();
  if (params.efSearch === efSearch) return current();
  const file = join(tmpdir(), `cutover-${randomUUID()}.usearch`);
  try {
    index.save(file);
    const changed = { ...params, efSearch };
    open = { index: read(file, dimension, changed), dimension, params: changed };
    return open;
  } finally {
    rmSync(file, { force: true });
  }
}

function labels({ index, dimension }: Open, data: Float32Array, k: number): Int32Array<ArrayBuffer> {
  const rows = data.length / dimension;
  const found = new Int32Array(rows * k).fill(-1);
  const { keys, counts } = rowsOf(index, data, k, rows);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < Number(counts[row] ?? 0n); i++) found[row * k + i] = Number(keys[row * k + i] ?? -1n);
  return found;
}

/** Of one query, usearch gives a list that is cut; of several, one padded list. */
function rowsOf(index: Index, data: Float32Array, k: number, rows: number): { keys: BigUint64Array; counts: ArrayLike<bigint> } {
  const found = index.search(data, k, THREADS);
  return { keys: found.keys, counts: rows === 1 || !('counts' in found) ? [BigInt(found.keys.length)] : (found.counts as BigUint64Array) };
}

function time({ index, dimension }: Open, data: Float32Array, k: number): Float64Array<ArrayBuffer> {
  const spent = new Float64Array(data.length / dimension);
  for (let row = 0; row < spent.length; row++) {
    const query = data.slice(row * dimension, (row + 1) * dimension);
    const start = performance.now();
    index.search(query, k, 1);
    spent[row] = performance.now() - start;
  }
  return spent;
}
