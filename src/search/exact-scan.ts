import { openSession, type Session, type Tensor, tensor } from '../runtime/session.ts';
import { exactGraph } from './exact-graph.ts';
import { pickRows } from './prepared.ts';
import { selectTop } from './top.ts';

/** Queries of one block. */
const QUERY_ROWS = 256;
/** Values of one block's score matrix: 64 MB. */
const MATRIX = 1 << 24;
/** Values of one block's candidates. */
const CANDIDATES = 1 << 22;

/** The candidates of one query. */
interface Candidates {
  /** Row of the query. */
  readonly query: number;
  /** Rows of documents, in no order. */
  readonly items: Int32Array;
  /** Lowest float32 score among them: no document left out has a higher one. */
  readonly lowest: number;
}

/** A full scan of one corpus. */
export interface Scan {
  /** The `take` highest dot products of each row of `rows`, block by block so that memory stays bounded. */
  candidates(queries: Float32Array, rows: readonly number[], take: number): AsyncGenerator<Candidates>;
}

/** The matrix product and its highest values, by onnxruntime. @param threads of the product */
export function openProduct(threads: number): Promise<Session> {
  return openSession(exactGraph(), threads);
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
        yield* part.map((query, i) => ({ query, ...collector.best(i) }));
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
    const total = this.#blocks.reduce((sum, { width }) => sum + width, 0);
    const scores = new Float32Array(total);
    const items = new Int32Array(total);
    let at = 0;
    for (const block of this.#blocks) {
      scores.set(block.scores.subarray(row * block.width, (row + 1) * block.width), at);
      items.set(block.items.subarray(row * block.width, (row + 1) * block.width), at);
      at += block.width;
    }
    const kept = Math.min(this.#take, total);
    if (kept < total) selectTop(scores, items, kept);
    return { items: items.subarray(0, kept), lowest: scores.subarray(0, kept).reduce((low, score) => Math.min(low, score), Infinity) };
  }
}
