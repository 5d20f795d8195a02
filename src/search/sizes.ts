import { CutoverError } from '../core/errors.ts';
import type { VectorSet } from '../model/vectors.ts';

/** Columns of the rankings: k, or all documents where there are fewer. @throws RangeError unless k is a whole number of 1 or more. */
export function depthOf(k: number, documents: number): number {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be a whole number of 1 or more, not ${k}.`);
  return Math.min(k, documents);
}

/** @throws CutoverError SEARCH_EMPTY_CORPUS */
export function requireDocuments(documents: VectorSet): void {
  if (documents.ids.length === 0) throw new CutoverError('SEARCH_EMPTY_CORPUS', {});
}
