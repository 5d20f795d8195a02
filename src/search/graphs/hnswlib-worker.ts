import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import hnswlib from 'hnswlib-node';
import { type Moved, moved } from '../../system/workers/messages.ts';
import type { GraphTask } from './graph-task.ts';

/** Bytes before the vectors: six sizes, two 32-bit integers, three sizes, a double, a size. */
const HEADER = 96;
/** Bytes of links read at a time. */
const BLOCK = 1 << 20;

/**
 * Whether a saved index is whole: it holds so many elements, and the file ends where the links of the last one end. hnswlib says
 * nothing when the disk is full, and crashes on a cut file; reading the index back would need its memory twice.
 * Source: hnswlib 0.7, hnswalg.h, saveIndex.
 * @throws Error saying what is wrong
 */
function checkSavedIndex(file: string, count: number): void {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const header = Buffer.alloc(HEADER);
    if (readSync(handle, header, 0, HEADER, 0) < HEADER) throw new Error('the index was cut inside its header');
    const [found, width] = [Number(header.readBigUInt64LE(16)), Number(header.readBigUInt64LE(24))];
    if (found !== count) throw new Error(`the index holds ${found} of ${count} documents`);
    const end = endOfLinks(handle, HEADER + count * width, size, count);
    if (end !== size) throw new Error(`the index has ${size} of ${end} bytes or more`);
  } finally {
    closeSync(handle);
  }
}

/** After the vectors each element has the length of its upper links in bytes, 32 bits, and then those. */
function endOfLinks(handle: number, start: number, size: number, count: number): number {
  const block = Buffer.alloc(BLOCK);
  let [at, from, to] = [start, 0, 0];
  for (let element = 0; element < count; element++) {
    if (at + 4 > size) return at + 4;
    if (at < from || at + 4 > to) {
      from = at;
      to = at + readSync(handle, block, 0, BLOCK, at);
    }
    at += 4 + block.readUInt32LE(at - from);
  }
  return at;
}

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
