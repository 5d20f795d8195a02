import { CALL, GROUP, GROUP_BITS, type Kernel, kernelFor } from './dot-kernel.ts';

/** Pairs of a group of documents above which all of it is fetched. */
const MANY = 16;
/** Pairs that are sorted at a time, by the group of their document: it is fetched from memory once for all its queries. */
export const PAIRS = 1 << 18;

/** The vectors of one search. */
export interface SearchVectors {
  /** Float32Array [queries × d]. */
  readonly queries: Float32Array;
  /** Float32Array [documents × d]. */
  readonly documents: Float32Array;
  readonly dimension: number;
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
 * @throws RangeError when a list names a row that there isn't
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
      const item = items[i] as number;
      if (item < 0 || item >= count) throw new RangeError(`Row ${item} does not exist: there are ${count} documents.`);
      ends[item >> GROUP_BITS] = (ends[item >> GROUP_BITS] as number) + 1;
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
