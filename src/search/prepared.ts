import { CutoverError } from '../core/errors.ts';
import type { Similarity } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';

/** Squared lengths this near 1 are float32 noise of a vector that was normalised already. */
const UNIT_TOLERANCE = 2e-6;

/**
 * A set's vectors, checked and ready for dot products: for `cosine` every row has unit length.
 * The set's own array where nothing had to be scaled, else a copy. Float32Array [n × d].
 * @throws CutoverError VECTOR_UNUSABLE on NaN, infinity and, for `cosine`, a vector of length 0, naming the id
 * @throws RangeError when ids don't ascend or the data isn't n × d
 */
export function prepareVectors(set: VectorSet, similarity: Similarity): Float32Array {
  checkShape(set);
  let data = set.data;
  for (let row = 0; row < set.ids.length; row++) {
    const start = row * set.dimension;
    const squared = squaredLength(set.data, start, set.dimension);
    if (!Number.isFinite(squared)) throw unusable(set, row, 'has a value that is not a finite number');
    if (similarity === 'dot') continue;
    if (squared === 0) throw unusable(set, row, 'is all zero, so it has no direction');
    if (Math.abs(squared - 1) <= UNIT_TOLERANCE) continue;
    if (data === set.data) data = set.data.slice();
    const length = Math.sqrt(squared);
    for (let i = start; i < start + set.dimension; i++) data[i] = (set.data[i] ?? 0) / length;
  }
  return data;
}

/**
 * Both sets belong to one space.
 * @throws CutoverError SEARCH_MIXED_SPACES, SEARCH_DIMENSION_MISMATCH
 */
export function requireSameSpace(
  queries: Pick<VectorSet, 'fingerprint' | 'dimension'>,
  documents: Pick<VectorSet, 'fingerprint' | 'dimension'>,
): void {
  if (queries.fingerprint !== documents.fingerprint)
    throw new CutoverError('SEARCH_MIXED_SPACES', {
      queries: queries.fingerprint.slice(0, 12),
      documents: documents.fingerprint.slice(0, 12),
    });
  if (queries.dimension !== documents.dimension)
    throw new CutoverError('SEARCH_DIMENSION_MISMATCH', { queries: queries.dimension, documents: documents.dimension });
}

function checkShape({ ids, dimension, data }: VectorSet): void {
  if (!Number.isInteger(dimension) || dimension < 1) throw new RangeError(`A dimension of ${dimension} makes no vectors.`);
  if (data.length !== ids.length * dimension)
    throw new RangeError(`${data.length} values are not ${ids.length} vectors of ${dimension} dimensions.`);
  for (let i = 1; i < ids.length; i++)
    if ((ids[i - 1] ?? '') >= (ids[i] ?? ''))
      throw new RangeError(`Ids must ascend without duplicates: "${ids[i - 1]}" before "${ids[i]}".`);
}

/** Sum of squares in float64. */
export function squaredLength(data: Float32Array, start: number, dimension: number): number {
  let sum = 0;
  for (let i = start; i < start + dimension; i++) sum += (data[i] ?? 0) * (data[i] ?? 0);
  return sum;
}

function unusable(set: VectorSet, row: number, reason: string): CutoverError {
  return new CutoverError('VECTOR_UNUSABLE', { id: set.ids[row] ?? '', reason });
}

/** Some rows of a matrix, in the order given. Float32Array [rows × d]. */
export function pickRows(data: Float32Array, rows: readonly number[], dimension: number): Float32Array<ArrayBuffer> {
  const picked = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) picked.set(data.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  return picked;
}

/** The same of a set, with its ids. */
export function pickVectors<S extends Side>(set: VectorSet<S>, rows: readonly number[]): VectorSet<S> {
  return { ...set, ids: rows.map((row) => set.ids[row] ?? ''), data: pickRows(set.data, rows, set.dimension) };
}
