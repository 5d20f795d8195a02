import { fileURLToPath } from 'node:url';
import { openSession, type Session, type Tensor, tensor } from '../../system/onnxruntime/session.ts';
import { pickRows } from '../prepared.ts';
import type { Candidates } from './dot-products.ts';

/** Queries of one block. */
const QUERY_ROWS = 256;
/** Values of one block's score matrix: 64 MB. */
const MATRIX = 1 << 24;
/** Values of one block's candidates. */
const CANDIDATES = 1 << 22;

/** What a scan finds for one query; its items come in no order. */
export interface Scanned extends Candidates {
  /** Lowest float32 score among them: no document left out has a higher one. */
  readonly lowest: number;
}

/** A full scan of one corpus. */
export interface Scan {
  /** The `take` highest dot products of each row of `rows`, block by block so that memory stays bounded. */
  candidates(queries: Float32Array, rows: readonly number[], take: number): AsyncGenerator<Scanned[]>;
}

/**
 * S = Q·Dᵀ, then the k largest of each row, in no order, as `scripts/exact-graph.mjs` writes it.
 * Inputs: `q` float [m × d], `d` float [n × d], `k` int64 [1]. Outputs: `s` float [m × k], `i` int64 [m × k].
 */
const GRAPH = fileURLToPath(new URL('./exact-graph.onnx', import.meta.url));

/** The matrix product and its highest values, by onnxruntime. @param threads of the product */
export function openProduct(threads: number): Promise<Session> {
  return openSession(GRAPH, threads);
}

/**
 * A scan by onnxruntime.
 * @param documents Float32Array [n × d]
 * @param session of {@link openProduct}, which scans of several corpora may share; closing it is up to who opened it
 */
export function openScan(documents: Float32Array, dimension: number, session: Session): Scan {
  const count = documents.length / dimension;

  async function block(queries: Tensor, first: number, end: number, take: number): Promise<{ scores: Float32Array; items: BigInt64Array }> {
    const d = tensor('float32', documents.subarray(first * dimension, end * dimension), [end - first, dimension]);
    const k = tensor('int64', BigInt64Array.of(BigInt(Math.min(take, end - first))), [1]);
    const { s, i } = await session.run({ q: queries, d, k });
    if (s === undefined || i === undefined) throw new Error('The graph has lost an output.');
    return { scores: s.data as Float32Array, items: i.data as BigInt64Array };
  }

  return {
    async *candidates(queries, rows, take) {
      const queryRows = Math.max(1, Math.min(QUERY_ROWS, Math.floor(CANDIDATES / take)));
      const documentRows = Math.floor(MATRIX / QUERY_ROWS);
      for (let start = 0; start < rows.length; start += queryRows) {
        const part = rows.slice(start, start + queryRows);
        const gathered = pickRows(queries, part, dimension);
        const collector = new Collector(part.length, take);
        for (let first = 0; first < count; first += documentRows) {
          const end = Math.min(count, first + documentRows);
          const { scores, items } = await block(tensor('float32', gathered, [part.length, dimension]), first, end, take);
          collector.add(scores, items, first);
        }
        yield part.map((query, i) => ({ query, ...collector.best(i) }));
      }
    },
  };
}

/** Puts the results of several document blocks together. */
class Collector {
  readonly #rows: number;
  readonly #take: number;
  readonly #blocks: { scores: Float32Array; items: Int32Array; width: number }[] = [];

  constructor(rows: number, take: number) {
    this.#rows = rows;
    this.#take = take;
  }

  add(scores: Float32Array, items: BigInt64Array, first: number): void {
    // Indexes are small: the low half of each int64 is the number.
    const halves = new Int32Array(items.buffer, items.byteOffset, items.length * 2);
    const rows = new Int32Array(items.length);
    for (let i = 0; i < rows.length; i++) rows[i] = (halves[2 * i] as number) + first;
    this.#blocks.push({ scores, items: rows, width: scores.length / this.#rows });
  }

  best(row: number): { items: Int32Array; lowest: number } {
    const parts = this.#blocks.map(({ scores, items, width }) => ({
      scores: scores.subarray(row * width, (row + 1) * width),
      items: items.subarray(row * width, (row + 1) * width),
    }));
    const { scores, items } = parts.length === 1 ? (parts[0] as Part) : joined(parts);
    const kept = Math.min(this.#take, scores.length);
    if (kept < scores.length) selectTop(scores, items, kept);
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < kept; i++) lowest = Math.min(lowest, scores[i] as number);
    return { items: items.subarray(0, kept), lowest };
  }
}

/** Scores of one query and rows of their documents. */
interface Part {
  readonly scores: Float32Array;
  readonly items: Int32Array;
}

function joined(parts: readonly Part[]): Part {
  const total = parts.reduce((sum, { items }) => sum + items.length, 0);
  const [scores, items] = [new Float32Array(total), new Int32Array(total)];
  let at = 0;
  for (const part of parts) {
    scores.set(part.scores, at);
    items.set(part.items, at);
    at += part.items.length;
  }
  return { scores, items };
}

/**
 * Moves the `count` highest scores, and what belongs to them, to the front, in no order (Hoare's quickselect, in place).
 * Source: C. A. R. Hoare 1961, doi:10.1145/366622.366647
 */
export function selectTop(scores: Float32Array, items: Int32Array, count: number): void {
  let low = 0;
  let high = scores.length - 1;
  const last = count - 1;
  while (low < high) {
    const pivot = scores[(low + high) >> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((scores[i] as number) > pivot) i++;
      while ((scores[j] as number) < pivot) j--;
      if (i <= j) swap(scores, items, i++, j--);
    }
    if (last <= j) high = j;
    else if (last >= i) low = i;
    else return;
  }
}

function swap(scores: Float32Array, items: Int32Array, i: number, j: number): void {
  const score = scores[i] as number;
  const item = items[i] as number;
  scores[i] = scores[j] as number;
  items[i] = items[j] as number;
  scores[j] = score;
  items[j] = item;
}
