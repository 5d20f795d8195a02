import { expect, it } from 'vitest';
import type { Rankings } from '../../src/model/search.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import type { SearchIndex } from '../../src/search/engine.ts';
import { withoutSelf } from '../../src/studies/answers.ts';

const documentIds = ['a', 'b', 'c'];

/** Answers every query with the first k documents in their order. */
const index: SearchIndex = {
  search: async (queries, k): Promise<Rankings> => {
    const depth = Math.min(k, documentIds.length);
    const rows = queries.ids.flatMap(() => Array.from({ length: depth }, (_, i) => i));
    return {
      queryIds: queries.ids,
      documentIds,
      k: depth,
      neighbours: Int32Array.from(rows),
      scores: Float32Array.from(rows, (i) => 1 - i / 4),
    };
  },
  close: async () => undefined,
};

it.each([
  [1, { a: ['b'], x: ['a'], c: ['a'] }],
  [2, { a: ['b', 'c'], x: ['a', 'b'], c: ['a', 'b'] }],
  [5, { a: ['b', 'c'], x: ['a', 'b', 'c'], c: ['a', 'b'] }],
])('the document with the id of a query is left out of its %i nearest, and the others move up', async (k, expected) => {
  const found = await withoutSelf(index).search({ ids: ['a', 'x', 'c'] } as unknown as VectorSet, k);
  const lists = found.queryIds.map((id, query) => [
    id,
    [...found.neighbours.subarray(query * found.k, (query + 1) * found.k)].filter((row) => row >= 0).map((row) => documentIds[row]),
  ]);
  expect(Object.fromEntries(lists)).toEqual(expected);
});
