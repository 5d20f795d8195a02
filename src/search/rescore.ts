import type { Rankings } from '../contract/search.ts';

/** A row of vectors in float64, for {@link dot}. @param data Float32Array [n × d] */
export function widened(data: Float32Array, row: number, dimension: number): Float64Array<ArrayBuffer> {
  return new Float64Array(data.subarray(row * dimension, (row + 1) * dimension));
}

/**
 * Dot product of two rows, summed in float64 in a fixed order, rounded to float32 once. Every score of this room comes from here.
 * @param a one row, widened once for many products
 * @param b Float32Array [n × d]; `bStart` is where the row starts
 */
export function dot(a: Float64Array, b: Float32Array, bStart: number): number {
  const dimension = a.length;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  // Four sums: the processor needn't wait for one addition to finish before the next.
  for (; i + 3 < dimension; i += 4) {
    sum0 += (a[i] as number) * (b[bStart + i] as number);
    sum1 += (a[i + 1] as number) * (b[bStart + i + 1] as number);
    sum2 += (a[i + 2] as number) * (b[bStart + i + 2] as number);
    sum3 += (a[i + 3] as number) * (b[bStart + i + 3] as number);
  }
  for (; i < dimension; i++) sum0 += (a[i] as number) * (b[bStart + i] as number);
  return Math.fround(sum0 + sum1 + (sum2 + sum3));
}

/** The vectors of one search, ready for dot products. */
export interface Rescoring {
  /** Float32Array [queries × d]. */
  readonly queries: Float32Array;
  /** Float32Array [documents × d]. */
  readonly documents: Float32Array;
  readonly dimension: number;
}

/** Rankings without any result yet: neighbours -1, scores 0. */
export function emptyRankings(queryIds: readonly string[], documentIds: readonly string[], k: number): Rankings {
  const size = queryIds.length * k;
  return { queryIds, documentIds, k, neighbours: new Int32Array(size).fill(-1), scores: new Float32Array(size) };
}

/**
 * Scores one query's candidates and writes the best k into the rankings: score high to low, ties by document id high to low.
 * @param candidates rows of documents, each once; their order doesn't matter
 * @returns score of the last one kept; -Infinity when there are fewer than k
 */
export function rankRow(into: Rankings, row: number, candidates: Int32Array, vectors: Rescoring): number {
  const { queries, documents, dimension } = vectors;
  const query = widened(queries, row, dimension);
  const keys = new BigUint64Array(candidates.length);
  const words = new Uint32Array(keys.buffer);
  const near = new Float32Array(dimension);
  for (let i = 0; i < candidates.length; i++) {
    const document = candidates[i] as number;
    words[2 * i] = document;
    // Candidates lie all over the corpus: a copy gets the row into the cache in one go, and takes a fifth off the whole.
    near.set(documents.subarray(document * dimension, (document + 1) * dimension));
    words[2 * i + 1] = orderOf(dot(query, near, 0));
  }
  // Documents ascend by id, so the higher row is the higher id: one number a candidate says the whole order.
  keys.sort();
  const kept = Math.min(into.k, candidates.length);
  for (let rank = 0; rank < kept; rank++) {
    const at = 2 * (candidates.length - 1 - rank);
    into.neighbours[row * into.k + rank] = words[at] as number;
    into.scores[row * into.k + rank] = scoreOf(words[at + 1] as number);
  }
  return kept < into.k ? Number.NEGATIVE_INFINITY : (into.scores[row * into.k + kept - 1] as number);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A float32's bits, changed so that unsigned integers stand in the order of the numbers. */
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
