import type { Space } from './spaces/space.ts';

/** Puts a candidate into a short descending list; earlier rows win ties because they come first. */
function insert(row: number, score: number, rows: Int32Array, scores: Float64Array): void {
  let place = rows.length - 1;
  if (!(score > (scores[place] as number))) return;
  for (; place > 0 && score > (scores[place - 1] as number); place--) {
    rows[place] = rows[place - 1] as number;
    scores[place] = scores[place - 1] as number;
  }
  rows[place] = row;
  scores[place] = score;
}

/**
 * Each row's k nearest other rows by cosine, best first, ties by lower row.
 * @returns Int32Array [n × k]
 * @throws RangeError when there are not k other rows
 */
export function nearestRows(space: Space, k: number): Int32Array {
  const n = space.rows;
  if (!Number.isInteger(k) || k < 1 || k >= n) throw new RangeError(`${n} rows have no ${k} nearest others each.`);
  const cosines = space.cosines();
  const result = new Int32Array(n * k);
  const scores = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const rows = result.subarray(i * k, i * k + k);
    scores.fill(Number.NEGATIVE_INFINITY);
    for (let j = 0; j < n; j++) if (j !== i) insert(j, cosines[i * n + j] as number, rows, scores);
  }
  return result;
}

/**
 * Jaccard similarity of each row's neighbour sets under two versions: the whole document graph, document by document.
 * @param old Int32Array [n × k], row indices in any order, −1 for none
 * @returns one value a row; null where a row has no neighbour in either
 * @throws RangeError when the tables differ in size or k does not divide them
 * @example neighbourSetJaccard(Int32Array.of(1, 2), Int32Array.of(2, 3), 2) // [1/3]
 */
export function neighbourSetJaccard(old: Int32Array, fresh: Int32Array, k: number): (number | null)[] {
  if (old.length !== fresh.length || !Number.isInteger(old.length / k)) throw new RangeError('Neighbour tables differ in size.');
  return Array.from({ length: old.length / k }, (_, row) => {
    const a = new Set(old.subarray(row * k, row * k + k).filter((id) => id >= 0));
    const b = new Set(fresh.subarray(row * k, row * k + k).filter((id) => id >= 0));
    const shared = [...a].filter((id) => b.has(id)).length;
    const union = a.size + b.size - shared;
    return union === 0 ? null : shared / union;
  });
}
