import { expect, test } from 'vitest';
import { openExact } from '../../src/search/engines/exact.ts';
import { hnsw } from '../../src/search/engines/hnsw.ts';
import { usearch } from '../../src/search/engines/usearch.ts';
import { type Filters, filteredIndex } from '../../src/search/filtered.ts';
import { toRun } from '../../src/search/run-table.ts';
import { bruteForce, params, randomSet } from './vectors.ts';

const documents = randomSet('d', 400, 8);
const queries = randomSet('q', 12, 8, 2);
const MASKS = [(row: number) => row % 40 === 0, () => false];

/** Every third query has no filter, the next the first mask, the one after that a mask that nothing passes. */
const filters: Filters = {
  of: new Map(queries.ids.flatMap((id, i) => (i % 3 === 0 ? [] : [[id, (i % 3) - 1] as const]))),
  masks: MASKS.map((passes) => Uint8Array.from(documents.ids, (_, row) => (passes(row) ? 1 : 0))),
};

test('exact search under filters is what a full sort of the matching documents gives', async () => {
  const index = await openExact(documents, 'cosine');
  const run = toRun(await filteredIndex(index, filters).search(queries, 20));
  await expect(index.search(queries, 20, undefined, new Uint8Array(3))).rejects.toThrow(RangeError);
  await index.close();
  bruteForce(queries, documents, 400, 'cosine').forEach(({ ids }, i) => {
    const passes = i % 3 === 0 ? () => true : MASKS[(i % 3) - 1];
    const expected = ids.filter((id) => passes?.(Number(id.slice(1)))).slice(0, 20);
    expect(run.get(queries.ids[i] ?? '')?.ids).toEqual(expected);
  });
});

test('a graph is filtered while it is searched: nothing outside the filter, and no more than a full scan finds', async () => {
  const index = await hnsw.open(documents, params(20), null, { seed: 1 });
  const run = toRun(await filteredIndex(index, filters).search(queries, 20, 10));
  await index.close();
  queries.ids.forEach((id, i) => {
    const ids = run.get(id)?.ids ?? [];
    if (i % 3 === 0) expect(ids).toHaveLength(20);
    if (i % 3 === 1) expect(ids.length).toBeGreaterThan(0);
    if (i % 3 === 2) expect(ids).toEqual([]);
    if (i % 3 === 1) expect(ids.every((document) => Number(document.slice(1)) % 40 === 0)).toBe(true);
  });
});

test('an engine that cannot filter while it searches says so, instead of cutting its results afterwards', async () => {
  const index = await usearch.open(documents, params(20), null, { seed: 1 });
  try {
    await expect(filteredIndex(index, filters).search(queries, 20)).rejects.toMatchObject({
      code: 'SEARCH_FILTER_UNSUPPORTED',
      message: expect.stringContaining('usearch'),
    });
    // Without a filter it answers as ever.
    expect((await index.search(queries, 5)).queryIds).toEqual(queries.ids);
  } finally {
    await index.close();
  }
});
