import { CutoverError } from '../core/errors.ts';
import type { Rankings } from '../model/search.ts';
import { type Candidates, dotProducts, type SearchVectors } from './exact/dot-products.ts';

/** Rankings without any result yet: neighbours -1, scores 0. */
export function emptyRankings(queryIds: readonly string[], documentIds: readonly string[], k: number): Rankings {
  const size = queryIds.length * k;
  return { queryIds, documentIds, k, neighbours: new Int32Array(size).fill(-1), scores: new Float32Array(size) };
}

/**
 * Scores candidates and writes the best k of each query into the rankings: score high to low, ties by document id high to low.
 * @param lists each document once in a list; the order doesn't matter
 * @returns list by list, the score of the last one kept; -Infinity where there are fewer than k
 */
export function rankCandidates(into: Rankings, lists: readonly Candidates[], vectors: SearchVectors): number[] {
  const longest = lists.reduce((length, { items }) => Math.max(length, items.length), 0);
  const keys = new BigUint64Array(longest);
  const borders: number[] = [];
  for (const scores of dotProducts(vectors, lists)) {
    const { query, items } = lists[borders.length] as Candidates;
    borders.push(rank(into, query, items, scores, keys.subarray(0, items.length)));
  }
  return borders;
}

/** @param keys room for as many as there are items */
function rank(into: Rankings, row: number, items: Int32Array, scores: Float32Array, keys: BigUint64Array): number {
  const words = new Uint32Array(keys.buffer, keys.byteOffset, 2 * keys.length);
  for (let i = 0; i < items.length; i++) {
    words[2 * i] = items[i] as number;
    words[2 * i + 1] = orderOf(scores[i] as number);
  }
  // Documents ascend by id, so the higher row is the higher id: one number a candidate says the whole order.
  keys.sort();
  const kept = Math.min(into.k, items.length);
  for (let place = 0; place < kept; place++) {
    const at = 2 * (items.length - 1 - place);
    into.neighbours[row * into.k + place] = words[at] as number;
    into.scores[row * into.k + place] = scoreOf(words[at + 1] as number);
  }
  return kept < into.k ? Number.NEGATIVE_INFINITY : (into.scores[row * into.k + kept - 1] as number);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A float32's bits, changed so that unsigned integers are in the order of the numbers. */
function orderOf(score: number): number {
  // Adding 0 makes −0 a 0: the two are a tie.
  float[0] = score + 0;
  const raw = bits[0] as number;
  return raw & 0x80000000 ? ~raw : raw | 0x80000000;
}

/** The float32 of {@link orderOf}. */
function scoreOf(order: number): number {
  bits[0] = order & 0x80000000 ? order & 0x7fffffff : ~order;
  return float[0] as number;
}

/** How an engine that only nominates is asked. */
interface Nominating {
  /** Queries a question: Ctrl-C is heard between them. */
  readonly block: number;
  readonly signal?: AbortSignal | undefined;
  /** @param queries Float32Array [q × d] @returns Int32Array [q × k] of rows, -1 where there are fewer */
  nominate(queries: Float32Array<ArrayBuffer>): Promise<Int32Array>;
}

/** Fills rankings with what an engine nominates; scores are summed again here. @throws CutoverError INTERRUPTED */
export async function rankNominated(rankings: Rankings, vectors: SearchVectors, { block, signal, nominate }: Nominating): Promise<void> {
  const { queryIds, k } = rankings;
  const { queries, dimension } = vectors;
  for (let first = 0; first < queryIds.length; first += block) {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    const found = await nominate(queries.slice(first * dimension, (first + block) * dimension));
    const lists = Array.from({ length: found.length / k }, (_, i) => ({
      query: first + i,
      items: found.subarray(i * k, (i + 1) * k).filter((row) => row >= 0),
    }));
    rankCandidates(rankings, lists, vectors);
  }
}
