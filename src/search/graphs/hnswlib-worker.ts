import hnswlib from 'hnswlib-node';
import { type Moved, moved } from '../../system/workers/messages.ts';
import type { GraphTask } from './graph-task.ts';
import { checkSavedIndex } from './hnswlib-file.ts';

let index: InstanceType<typeof hnswlib.HierarchicalNSW> | null = null;
let dimension = 0;

/** @returns for `search`, Int32Array [n × k] of labels padded with -1; for `time`, Float64Array [n] of milliseconds; else null. */
export default async function handle(task: GraphTask): Promise<Moved<Int32Array | Float64Array> | null> {
  switch (task.kind) {
    case 'create':
      index = new hnswlib.HierarchicalNSW('ip', task.dimension);
      dimension = task.dimension;
      index.initIndex(task.capacity, task.params.m, task.params.efConstruction, task.seed);
      return null;
    case 'add':
      add(current(), task.labels, task.data);
      return null;
    case 'save':
      save(current(), task.file);
      return null;
    case 'load':
      index = read(task.file, task.dimension, task.count);
      dimension = task.dimension;
      return null;
    case 'search': {
      const found = search(current(), task);
      return moved(found, [found.buffer]);
    }
    case 'time': {
      const spent = time(current(), task.data, task.k, task.efSearch);
      return moved(spent, [spent.buffer]);
    }
    case 'forget':
      index = null;
      return null;
  }
}

type Index = InstanceType<typeof hnswlib.HierarchicalNSW>;

function current(): Index {
  if (index === null) throw new Error('No index was created or loaded.');
  return index;
}

/** hnswlib-node takes plain arrays only. */
function* points(data: Float32Array): Generator<number[]> {
  const point = new Array<number>(dimension).fill(0);
  for (let start = 0; start < data.length; start += dimension) {
    for (let i = 0; i < dimension; i++) point[i] = data[start + i] as number;
    yield point;
  }
}

function add(target: Index, labels: readonly number[], data: Float32Array): void {
  let row = 0;
  for (const point of points(data)) target.addPoint(point, labels[row++] as number);
}

function save(source: Index, file: string): void {
  source.writeIndexSync(file);
  checkSavedIndex(file, source.getCurrentCount());
}

function read(file: string, dimension: number, count: number): Index {
  const loaded = new hnswlib.HierarchicalNSW('ip', dimension);
  loaded.readIndexSync(file);
  if (loaded.getCurrentCount() !== count) throw new Error(`the index holds ${loaded.getCurrentCount()} of ${count} documents`);
  return loaded;
}

function search(source: Index, { data, k, efSearch, allowed }: Extract<GraphTask, { kind: 'search' }>): Int32Array<ArrayBuffer> {
  const filter = allowed === undefined ? undefined : (label: number) => allowed[label] === 1;
  // hnswlib itself looks at k candidates where ef is less.
  source.setEf(efSearch);
  const found = new Int32Array((data.length / dimension) * k).fill(-1);
  let row = 0;
  for (const point of points(data)) {
    found.set(source.searchKnn(point, k, filter).neighbors, row * k);
    row++;
  }
  return found;
}

function time(source: Index, data: Float32Array, k: number, efSearch: number): Float64Array<ArrayBuffer> {
  source.setEf(efSearch);
  const spent = new Float64Array(data.length / dimension);
  let row = 0;
  for (const point of points(data)) {
    const start = performance.now();
    source.searchKnn(point, k);
    spent[row++] = performance.now() - start;
  }
  return spent;
}
