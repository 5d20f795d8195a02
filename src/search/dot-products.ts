import { dotModule } from './dot-module.ts';

/** Documents of a group: pairs are taken group by group, so that a document is fetched from memory once for all its queries. */
const GROUP_BITS = 6;
const GROUP = 1 << GROUP_BITS;
/** Pairs of a group above which all of it is fetched. */
const MANY = 16;
/** Pairs that are sorted at a time. With more, each document would be fetched for more queries at once. */
const PAIRS = 1 << 18;
/** Bytes of queries that are looked at together. */
const QUERY_BYTES = 1 << 23;
/** Pairs of one call. */
const CALL = 1024;
/** Bytes of a page of WebAssembly's memory. */
const PAGE = 1 << 16;

/** What is used of it; Node's types leave it out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { memory: { shared: object } }) => { readonly exports: { readonly scores: Scores } };
};

type Scores = (pair: number, end: number, out: number, dimension: number) => void;

/** The vectors of one search. */
export interface SearchVectors {
  /** Float32Array [queries × d]. */
  readonly queries: Float32Array;
  /** Float32Array [documents × d]. */
  readonly documents: Float32Array;
  readonly dimension: number;
}

/** The module, and what lies in its memory. */
interface Kernel {
  readonly scores: Scores;
  /** Values of a row: the dimension, and zeros up to a multiple of 4. */
  readonly width: number;
  /** Addresses of a query and a document, pair by pair. */
  readonly pairs: Int32Array;
  readonly out: Float32Array;
  readonly documents: Float32Array;
  readonly queries: Float64Array;
}

/** Kept for the next call: most have the dimension of the one before. */
let kept: { readonly dimension: number; readonly kernel: Kernel } | undefined;

function kernelFor(dimension: number): Kernel {
  if (kept?.dimension !== dimension) kept = { dimension, kernel: openKernel(Math.ceil(dimension / 4) * 4) };
  return kept.kernel;
}

function openKernel(width: number): Kernel {
  const held = Math.max(1, Math.floor(QUERY_BYTES / (8 * width)));
  const bytes = 8 * CALL + 4 * CALL + 4 * GROUP * width + 8 * held * width;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { scores } = new WebAssembly.Instance(new WebAssembly.Module(dotModule()), { memory: { shared: memory } }).exports;
  const pairs = new Int32Array(memory.buffer, 0, 2 * CALL);
  const out = new Float32Array(memory.buffer, end(pairs), CALL);
  const documents = new Float32Array(memory.buffer, end(out), GROUP * width);
  const queries = new Float64Array(memory.buffer, end(documents), held * width);
  return { scores, width, pairs, out, documents, queries };
}

function end({ byteOffset, byteLength }: ArrayBufferView): number {
  return byteOffset + byteLength;
}

/** A query and some documents. */
export interface Candidates {
  /** Row of the query. */
  readonly query: number;
  /** Rows of documents. */
  readonly items: Int32Array;
}

/**
 * Dot products of queries with documents, each summed in float64 in a fixed order and rounded to float32 once. Every score of this room
 * comes from here. It is fastest where many queries are given at once.
 * @yields Float32Array [items] for each of `lists`
 */
export function* dotProducts(vectors: SearchVectors, lists: readonly Candidates[]): Generator<Float32Array> {
  const kernel = kernelFor(vectors.dimension);
  for (const part of inParts(lists, kernel.queries.length / kernel.width)) yield* scoresOf(kernel, vectors, part);
}

/** So many queries, and PAIRS pairs, at most; one query at least. */
function inParts(lists: readonly Candidates[], queries: number): Candidates[][] {
  const parts: Candidates[][] = [];
  let [part, room]: [Candidates[], number] = [[], 0];
  for (const list of lists) {
    if (part.length === 0 || part.length === queries || list.items.length > room) {
      [part, room] = [[], PAIRS];
      parts.push(part);
    }
    part.push(list);
    room -= list.items.length;
  }
  return parts;
}

function scoresOf(kernel: Kernel, vectors: SearchVectors, lists: readonly Candidates[]): Float32Array[] {
  loadQueries(kernel, vectors, lists);
  const { ends, pairs, places } = grouped(kernel, lists, vectors.documents.length / vectors.dimension);
  const scores = new Float32Array(places.length);
  let start = 0;
  for (let group = 0; group < ends.length; group++) {
    const end = ends[group] as number;
    if (end > start) loadDocuments(kernel, vectors, group, pairs.subarray(2 * start, 2 * end));
    for (; start < end; start = Math.min(end, start + CALL)) {
      const count = Math.min(CALL, end - start);
      kernel.pairs.set(pairs.subarray(2 * start, 2 * (start + count)));
      kernel.scores(0, 8 * count, kernel.out.byteOffset, kernel.width);
      for (let i = 0; i < count; i++) scores[places[start + i] as number] = kernel.out[i] as number;
    }
  }
  let end = 0;
  return lists.map(({ items }) => {
    end += items.length;
    return scores.subarray(end - items.length, end);
  });
}

function loadQueries({ queries, width }: Kernel, vectors: SearchVectors, lists: readonly Candidates[]): void {
  const { dimension } = vectors;
  for (const [i, { query }] of lists.entries())
    queries.set(vectors.queries.subarray(query * dimension, (query + 1) * dimension), i * width);
}

/** Pairs sorted by the group of their document. */
interface Grouped {
  /** Where the pairs of each group end. */
  readonly ends: Int32Array;
  /** Addresses of query and document, pair by pair. */
  readonly pairs: Int32Array;
  /** Of each pair among all items of the lists. */
  readonly places: Int32Array;
}

/** By counting sort. */
function grouped({ queries, documents, width }: Kernel, lists: readonly Candidates[], count: number): Grouped {
  const ends = new Int32Array(Math.ceil(count / GROUP));
  for (const { items } of lists) {
    for (let i = 0; i < items.length; i++) {
      const group = (items[i] as number) >> GROUP_BITS;
      ends[group] = (ends[group] as number) + 1;
    }
  }
  let total = 0;
  // The start of each group first; placing a pair moves it on, to the end at last.
  for (let group = 0; group < ends.length; group++) {
    const size = ends[group] as number;
    ends[group] = total;
    total += size;
  }
  const pairs = new Int32Array(2 * total);
  const places = new Int32Array(total);
  let place = 0;
  for (const [list, { items }] of lists.entries()) {
    const query = queries.byteOffset + 8 * list * width;
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as number;
      const group = item >> GROUP_BITS;
      const at = ends[group] as number;
      ends[group] = at + 1;
      pairs[2 * at] = query;
      pairs[2 * at + 1] = documents.byteOffset + 4 * (item & (GROUP - 1)) * width;
      places[at] = place++;
    }
  }
  return { ends, pairs, places };
}

/** The whole group in one go where many of its documents are asked for, else each of them. */
function loadDocuments(kernel: Kernel, { documents, dimension }: SearchVectors, group: number, pairs: Int32Array): void {
  const first = group * GROUP;
  if (kernel.width === dimension && pairs.length >= 2 * MANY) {
    kernel.documents.set(documents.subarray(first * dimension, (first + GROUP) * dimension));
    return;
  }
  for (let i = 1; i < pairs.length; i += 2) {
    const at = ((pairs[i] as number) - kernel.documents.byteOffset) / 4;
    const row = first + at / kernel.width;
    kernel.documents.set(documents.subarray(row * dimension, (row + 1) * dimension), at);
  }
}
