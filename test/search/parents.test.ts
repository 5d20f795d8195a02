import { expect, test } from 'vitest';
import { openExact } from '../../src/search/engines/exact.ts';
import { type Parents, parentIndex } from '../../src/search/parents.ts';
import { bruteForce, found, randomSet, vectorSet } from './vectors.ts';

/** Chunk i belongs to parent `of(i)`; ids ascend with their number. */
function parents(count: number, chunks: number, of: (chunk: number) => number): Parents {
  return {
    ids: Array.from({ length: count }, (_, i) => `p${String(i).padStart(5, '0')}`),
    of: Int32Array.from({ length: chunks }, (_, i) => of(i)),
  };
}

test('over the exact engine the list is what a full sort of best chunks gives, one parent of very many chunks among them', async () => {
  const documents = randomSet('d', 300, 8);
  const queries = randomSet('q', 20, 8, 2);
  // Half of all chunks are of parent 0: a fixed over-fetch would run short.
  const of = (chunk: number) => (chunk % 2 === 0 ? 0 : 1 + (chunk % 29));
  const map = parents(30, 300, of);
  const index = await openExact(documents, 'cosine');
  const rankings = await parentIndex(index, map).search(queries, 12);
  await index.close();
  expect(rankings.documentIds).toBe(map.ids);
  bruteForce(queries, documents, 300, 'cosine').forEach(({ ids, scores }, row) => {
    const best = new Map<string, number>();
    ids.forEach((id, i) => {
      const parent = map.ids[of(Number(id.slice(1)))] ?? '';
      best.set(parent, Math.max(best.get(parent) ?? -2, scores[i] ?? -2));
    });
    const expected = [...best].sort(([, x], [, y]) => y - x).slice(0, 12);
    expect(found(rankings, row)).toEqual(expected.map(([id]) => id));
    for (const [rank, [, score]] of expected.entries()) expect(rankings.scores[row * rankings.k + rank]).toBeCloseTo(score, 5);
  });
});

test('ties at the border go to the higher parent id, however many chunks tie', async () => {
  const documents = vectorSet(
    'd',
    Array.from({ length: 40 }, () => [1, 0]),
  );
  const index = await openExact(documents, 'cosine');
  // The highest chunk ids belong to the lowest parent, so the chunks found first are all of one parent.
  const rankings = await parentIndex(
    index,
    parents(4, 40, (chunk) => 3 - Math.floor(chunk / 10)),
  ).search(vectorSet('q', [[1, 0]]), 2);
  await index.close();
  expect(found(rankings, 0)).toEqual(['p00003', 'p00002']);
});

test('k beyond the number of parents gives every parent once', async () => {
  const documents = randomSet('d', 9, 4);
  const index = await openExact(documents, 'dot');
  const rankings = await parentIndex(
    index,
    parents(3, 9, (chunk) => chunk % 3),
  ).search(randomSet('q', 2, 4, 3), 50);
  await index.close();
  expect(rankings.k).toBe(3);
  expect([...found(rankings, 1)].sort()).toEqual(['p00000', 'p00001', 'p00002']);
});

test('without parents the index is the one that was handed in', async () => {
  const index = await openExact(randomSet('d', 3, 4), 'cosine');
  expect(parentIndex(index, null)).toBe(index);
  await index.close();
});

test('no more chunks are asked for than a graph looks at candidates, and never fewer than documents', async () => {
  const documents = randomSet('d', 300, 8);
  const queries = randomSet('q', 20, 8, 2);
  const of = (chunk: number) => Math.floor(chunk / 10);
  const index = await openExact(documents, 'cosine');
  const depths: number[] = [];
  const watched = {
    ...index,
    search: (...asked: Parameters<typeof index.search>) => {
      depths.push(asked[1]);
      return index.search(...asked);
    },
  };
  const few = await parentIndex(watched, parents(30, 300, of), 16).search(queries, 12);
  expect(Math.max(...depths)).toBe(16);
  // Sixteen chunks are of fewer than twelve documents for some query: production gets no more either.
  expect(queries.ids.some((_, row) => found(few, row).length < 12)).toBe(true);
  depths.length = 0;
  await parentIndex(watched, parents(30, 300, of), 16).search(queries, 12, 40);
  expect(Math.max(...depths)).toBeGreaterThan(16);
  expect(Math.max(...depths)).toBeLessThanOrEqual(40);
  depths.length = 0;
  await parentIndex(watched, parents(30, 300, of), 4).search(queries, 12);
  expect(Math.max(...depths)).toBe(12);
  await index.close();
});
