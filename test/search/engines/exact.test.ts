import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import { exact, openExact } from '../../../src/search/engines/exact.ts';
import { openProduct, openScan } from '../../../src/search/exact/exact-scan.ts';
import type { Session } from '../../../src/system/onnxruntime/session.ts';
import { ask, describeEngine } from '../contract.ts';
import { bruteForce, found, params, randomSet, rowOf, vectorSet } from '../vectors.ts';

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

/** Documents of nearly one direction, so that their scores lie closer to each other than a float32 sum is exact. */
function nearTies(): { readonly documents: VectorSet<'old'>; readonly queries: VectorSet<'old'> } {
  const random = seededRandom(5, 'near ties');
  const base = Array.from({ length: 384 }, () => random.next() - 0.5);
  const around = (spread: (value: number) => number, rows: number) => Array.from({ length: rows }, () => base.map(spread));
  const documents = around((value) => value * (1 + 2e-5 * (random.next() - 0.5)), 400);
  return {
    documents: vectorSet('d', documents),
    queries: vectorSet(
      'q',
      around((value) => value + 0.2 * (random.next() - 0.5), 20),
    ),
  };
}

test('near ties: the order of float64 sums, although the float32 product nominates in another one', async () => {
  const { documents, queries } = nearTies();
  const rankings = await ask(exact, documents, queries, params(10, 'dot'));
  queries.ids.forEach((_, row) => {
    const scores = documents.ids.map((_, d) => Math.fround(dotOf(queries, row, documents, d)));
    expect(new Set(scores).size, 'scores that differ').toBeLessThan(100);
    const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a);
    expect([...rankings.neighbours.subarray(row * 10, (row + 1) * 10)]).toEqual(order.slice(0, 10));
  });
});

test('scans once where nothing is near the border, and again where something is', async () => {
  const session = await openProduct(1);
  let scans = 0;
  const counted: Session = {
    ...session,
    run: (feeds) => {
      scans++;
      return session.run(feeds);
    },
  };
  const scansOf = async (documents: VectorSet<'old'>, queries: VectorSet<'old'>) => {
    scans = 0;
    await (await openExact(documents, 'cosine', undefined, counted)).search(queries, 10);
    return scans;
  };
  expect(await scansOf(randomSet('d', 500, 16), randomSet('q', 50, 16))).toBe(1);
  const { documents, queries } = nearTies();
  expect(await scansOf(documents, queries)).toBeGreaterThan(1);
  await session.release();
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
      best.set(query, Math.max(...Array.from(items, (item) => dotOf(queries, query, documents, item))));
    }
  await session.release();
  expect(best.size).toBe(300);
  for (const query of [0, 255, 256, 299]) {
    let highest = -Infinity;
    for (let item = 0; item < 70_000; item++) highest = Math.max(highest, dotOf(queries, query, documents, item));
    expect(best.get(query)).toBeCloseTo(highest, 5);
  }
});

function dotOf(a: VectorSet, i: number, b: VectorSet, j: number): number {
  const [left, right] = [rowOf(a, i), rowOf(b, j)];
  return left.reduce((sum, value, place) => sum + value * (right[place] ?? 0), 0);
}
