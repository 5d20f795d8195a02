import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exact } from '../../../src/search/engines/exact.ts';
import { openProduct, openScan } from '../../../src/search/exact/exact-scan.ts';
import { ask, describeEngine } from '../contract.ts';
import { bruteForce, found, params, randomSet, vectorSet } from '../vectors.ts';

describeEngine(exact, 1);

test('ties at the border go by document id, however many there are', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => (i === 250 ? [1, 0] : [0.6, 0.8]));
  const rankings = await ask(
    exact,
    vectorSet('d', rows),
    vectorSet('q', [
      [1, 0],
      [0, 1],
    ]),
    params(3),
  );
  expect(found(rankings, 0)).toEqual(['d00250', 'd00499', 'd00498']);
  expect(found(rankings, 1)).toEqual(['d00499', 'd00498', 'd00497']);
});

test('small integers: the very order of a full sort, ties and all', async () => {
  const row = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.array(row, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 30 }),
      async (d, q, k) => {
        const [documents, queries] = [vectorSet('d', d), vectorSet('q', q)];
        const rankings = await ask(exact, documents, queries, params(k, 'dot'));
        expect(queries.ids.map((_, i) => found(rankings, i))).toEqual(bruteForce(queries, documents, k, 'dot').map(({ ids }) => ids));
      },
    ),
    { numRuns: 40 },
  );
});

test('a corpus of several blocks gives the candidates of the whole', async () => {
  const documents = randomSet('d', 70_000, 2);
  const queries = randomSet('q', 300, 2);
  const session = await openProduct(2);
  const scan = openScan(documents.data, 2, session);
  const best = new Map<number, number>();
  for await (const block of scan.candidates(queries.data, Array.from(queries.ids.keys()), 5))
    for (const { query, items } of block) {
      expect(new Set(items).size).toBe(5);
      best.set(query, Math.max(...Array.from(items, (item) => dotOf(queries.data, query, documents.data, item))));
    }
  await session.release();
  expect(best.size).toBe(300);
  for (const query of [0, 255, 256, 299]) {
    let highest = -Infinity;
    for (let item = 0; item < 70_000; item++) highest = Math.max(highest, dotOf(queries.data, query, documents.data, item));
    expect(best.get(query)).toBeCloseTo(highest, 5);
  }
});

function dotOf(a: Float32Array, i: number, b: Float32Array, j: number): number {
  return (a[2 * i] ?? 0) * (b[2 * j] ?? 0) + (a[2 * i + 1] ?? 0) * (b[2 * j + 1] ?? 0);
}
