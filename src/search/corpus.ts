import { byCodeUnits } from '../core/order.ts';
import type { Similarity } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';
import type { SearchIndex } from './engine.ts';
import { openExact } from './engines/exact.ts';
import { exactOverBlocks } from './exact/streamed.ts';
import { allowedRows, widenRankings } from './filtered.ts';
import { type Pairs, pairScores } from './pairs.ts';
import { pickVectors, requireSameSpace } from './prepared.ts';
import { emptyRankings } from './rescore.ts';
import { depthOf } from './sizes.ts';

/** One version's vectors of one role, in memory or not. */
export interface Corpus<S extends Side = Side> {
  /** Ascending. */
  readonly ids: readonly string[];
  /** An index that scores every document. Throws as the exact engine does. */
  openExact(similarity: Similarity, signal?: AbortSignal): Promise<SearchIndex<S>>;
  /** The vectors of some rows, in that order. @param rows ascending */
  pick(rows: readonly number[]): Promise<VectorSet<S>>;
}

/** A corpus of vectors that are in memory anyway. */
export function inMemory<S extends Side>(set: VectorSet<S>): Corpus<S> {
  return {
    ids: set.ids,
    openExact: (similarity, signal) => openExact(set, similarity, signal),
    pick: async (rows) => (rows.length === set.ids.length ? set : pickVectors(set, rows)),
  };
}

/** Vectors that are read as often as they are wanted. */
export interface Blocks<S extends Side = Side> extends Pick<Corpus<S>, 'ids' | 'pick'>, Pick<VectorSet<S>, 'fingerprint' | 'dimension'> {
  /** All of them, each block ascending by id. */
  read(): AsyncIterable<VectorSet<S>>;
}

/** Documents scored at once. */
const BLOCK_ROWS = 32_768;

/**
 * A corpus of which no more is in memory than a block: each search reads all of it, and finds what it would find in memory.
 * @param rows smaller blocks are put together until they have so many
 */
export function inBlocks<S extends Side>(corpus: Blocks<S>, rows = BLOCK_ROWS): Corpus<S> {
  const { ids, pick } = corpus;
  return {
    ids,
    pick,
    openExact: async (similarity, signal) => ({
      close: async () => undefined,
      search: async (queries, k, _efSearch, allowed) => {
        requireSameSpace(queries, corpus);
        const only = allowed && new Set(allowedRows(allowed, ids.length).map((row) => ids[row] ?? ''));
        const depth = depthOf(k, ids.length);
        if (only?.size === 0) return emptyRankings(queries.ids, ids, depth);
        const asked = { k: depth, similarity, ...(signal === undefined ? {} : { signal }) };
        const found = await exactOverBlocks(queries, largeBlocks(corpus.read(), rows, only), asked);
        return widenRankings(found, rowsOf(ids, new Set(found.documentIds)), ids, k);
      },
    }),
  };
}

/** Blocks of so many rows or more, but for the last; without the documents that may not be found. */
async function* largeBlocks<S extends Side>(
  blocks: AsyncIterable<VectorSet<S>>,
  rows: number,
  only: ReadonlySet<string> | undefined,
): AsyncGenerator<VectorSet<S>> {
  let held: VectorSet<S>[] = [];
  let count = 0;
  for await (const block of blocks) {
    const kept = only === undefined ? block : pickVectors(block, rowsOf(block.ids, only));
    if (kept.ids.length === 0) continue;
    held.push(kept);
    count += kept.ids.length;
    if (count < rows) continue;
    yield joined(held);
    [held, count] = [[], 0];
  }
  if (held.length > 0) yield joined(held);
}

function joined<S extends Side>(blocks: readonly VectorSet<S>[]): VectorSet<S> {
  const [first] = blocks;
  if (first === undefined) throw new RangeError('Nothing to join.');
  if (blocks.length === 1) return first;
  const { dimension } = first;
  const places = blocks.flatMap(({ ids }, block) => ids.map((id, row) => ({ id, block, row }))).sort((a, b) => byCodeUnits(a.id, b.id));
  const data = new Float32Array(places.length * dimension);
  for (const [i, { block, row }] of places.entries())
    data.set(blocks[block]?.data.subarray(row * dimension, (row + 1) * dimension) ?? [], i * dimension);
  return { ...first, ids: places.map(({ id }) => id), data };
}

function rowsOf(ids: readonly string[], among: ReadonlySet<string>): number[] {
  return ids.flatMap((id, row) => (among.has(id) ? [row] : []));
}

/** {@link pairScores} of two corpora, or of one with itself; no more vectors are picked than take part in a pair. */
export async function corpusPairScores<S extends Side>(
  left: Corpus<S>,
  right: Corpus<S>,
  { rows, columns }: Pairs,
  similarity: Similarity,
): Promise<Float32Array> {
  const distinct = (...places: readonly Int32Array[]) => new Int32Array(new Set(places.flatMap((part) => [...part]))).sort();
  if (left === right) {
    const used = distinct(rows, columns);
    const part = await left.pick([...used]);
    return pairScores(part, part, { rows: placesIn(used, rows), columns: placesIn(used, columns) }, similarity);
  }
  const [usedLeft, usedRight] = [distinct(rows), distinct(columns)];
  const pairs = { rows: placesIn(usedLeft, rows), columns: placesIn(usedRight, columns) };
  return pairScores(await left.pick([...usedLeft]), await right.pick([...usedRight]), pairs, similarity);
}

function placesIn(used: Int32Array, rows: Int32Array): Int32Array {
  const place = new Map([...used].map((row, at) => [row, at]));
  return rows.map((row) => place.get(row) ?? -1);
}
