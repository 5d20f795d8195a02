import { sampleWithout, seededRandom } from '../core/random.ts';
import type { Similarity } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';
import { type Candidates, dotProducts } from './exact/dot-products.ts';
import { prepareVectors, requireSameSpace } from './prepared.ts';

/** Pair i is row `rows[i]` of one set and row `columns[i]` of the other (or the same) set. */
export interface Pairs {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/**
 * The score of each pair, computed as in every search. Float32Array [pairs].
 * @throws CutoverError SEARCH_MIXED_SPACES, SEARCH_DIMENSION_MISMATCH, VECTOR_UNUSABLE
 * @throws RangeError when a pair names a row that a set doesn't have
 */
export function pairScores<S extends Side>(left: VectorSet<S>, right: VectorSet<S>, pairs: Pairs, similarity: Similarity): Float32Array {
  requireSameSpace(left, right);
  if (pairs.rows.length !== pairs.columns.length) throw new RangeError('Pairs need as many rows as columns.');
  const queries = prepareVectors(left, similarity);
  const vectors = { queries, documents: left === right ? queries : prepareVectors(right, similarity), dimension: left.dimension };
  const { rows, columns } = pairs;
  for (const [i, row] of rows.entries()) {
    const column = columns[i] ?? -1;
    if (row < 0 || row >= left.ids.length || column < 0 || column >= right.ids.length)
      throw new RangeError(`Pair ${i} names rows ${row} and ${column} of ${left.ids.length} and ${right.ids.length}.`);
  }
  // Pairs come row by row.
  const lists: Candidates[] = [];
  for (let first = 0, end = 1; first < rows.length; first = end++) {
    const query = rows[first] as number;
    while (rows[end] === query) end++;
    lists.push({ query, items: columns.subarray(first, end) });
  }
  const scores = new Float32Array(rows.length);
  let at = 0;
  for (const part of dotProducts(vectors, lists)) {
    scores.set(part, at);
    at += part.length;
  }
  return scores;
}

/**
 * A sample without replacement of all rows × columns pairs, ascending; all of them when there are no more than `count`.
 * @throws RangeError when a set is empty
 */
export function samplePairs(rows: number, columns: number, count: number, seed: number): Pairs {
  if (rows < 1 || columns < 1) throw new RangeError('Pairs need a row and a column.');
  const random = seededRandom(seed, 'pairs');
  const total = rows * columns;
  // The generator has 32 bits: above that, single draws couldn't reach every pair.
  const codes =
    total <= 2 ** 32 ? sampleWithout(random, total, count) : draw(count, () => random.below(rows) * columns + random.below(columns));
  return { rows: Int32Array.from(codes, (code) => Math.floor(code / columns)), columns: Int32Array.from(codes, (code) => code % columns) };
}

/**
 * A sample without replacement of the unordered pairs of n items (row < column), ascending; all of them when there are no more than `count`.
 * @throws RangeError when there are fewer than two items
 */
export function sampleOtherPairs(n: number, count: number, seed: number): Pairs {
  if (n < 2) throw new RangeError(`Pairs of others need two items, not ${n}.`);
  const random = seededRandom(seed, 'other-pairs');
  const total = (n * (n - 1)) / 2;
  if (count >= total / 2) return pickOthers(n, new Set(sampleWithout(random, total, count)));
  const codes = draw(count, () => {
    const a = random.below(n);
    const b = (a + 1 + random.below(n - 1)) % n;
    return Math.min(a, b) * n + Math.max(a, b);
  });
  return { rows: Int32Array.from(codes, (code) => Math.floor(code / n)), columns: Int32Array.from(codes, (code) => code % n) };
}

function draw(count: number, next: () => number): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(next());
  return [...drawn].sort((a, b) => a - b);
}

function pickOthers(n: number, picked: ReadonlySet<number>): Pairs {
  const rows: number[] = [];
  const columns: number[] = [];
  let at = 0;
  for (let row = 0; row < n; row++) {
    for (let column = row + 1; column < n; column++) {
      if (!picked.has(at++)) continue;
      rows.push(row);
      columns.push(column);
    }
  }
  return { rows: Int32Array.from(rows), columns: Int32Array.from(columns) };
}
