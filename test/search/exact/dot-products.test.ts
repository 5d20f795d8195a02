import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import openWabt from 'wabt';
import { dotProducts } from '../../../src/search/exact/dot-products.ts';
import { randomSet, rowOf } from '../vectors.ts';

/** Four sums, value i going to sum i mod 4, in plain JavaScript. */
function dot(a: readonly number[], b: readonly number[]): number {
  const sums = [0, 0, 0, 0] as [number, number, number, number];
  for (const [i, value] of a.entries()) sums[(i % 4) as 0] += value * (b[i] ?? 0);
  return Math.fround(sums[0] + sums[1] + (sums[2] + sums[3]));
}

test('dotProducts sums in float64 and rounds once, in any dimension, for any documents', () => {
  const dimension = fc.constantFrom(1, 2, 3, 4, 7, 8, 33, 384);
  const list = fc.tuple(fc.nat({ max: 4 }), fc.array(fc.nat(), { maxLength: 100 }));
  fc.assert(
    fc.property(dimension, fc.integer({ min: 1, max: 300 }), fc.array(list, { maxLength: 8 }), fc.nat(), (d, count, picks, seed) => {
      const documents = randomSet('d', count, d, seed);
      const queries = randomSet('q', 5, d, seed + 1);
      const lists = picks.map(([query, items]) => ({ query, items: Int32Array.from(items, (item) => item % count) }));
      const vectors = { queries: queries.data, documents: documents.data, dimension: d };
      const expected = lists.map(({ query, items }) => Array.from(items, (item) => dot(rowOf(queries, query), rowOf(documents, item))));
      expect(Array.from(dotProducts(vectors, lists), (scores) => [...scores])).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  // 1 + 2⁻²⁴ is lost in float32 unless summed wider: 1 + 2⁻²⁴ + 2⁻²⁴ = 1 + 2⁻²³.
  const small = { queries: Float32Array.of(1, 2 ** -24, 2 ** -24), documents: Float32Array.of(1, 1, 1), dimension: 3 };
  expect([...dotProducts(small, [{ query: 0, items: Int32Array.of(0) }])]).toEqual([Float32Array.of(1 + 2 ** -23)]);
});

test('dotProducts: more queries, more pairs and more of one document than are taken at a time', () => {
  // 8 MB are 1,024 queries of 1,024 dimensions.
  const documents = randomSet('d', 3, 1024);
  const queries = randomSet('q', 1500, 1024);
  const vectors = { queries: queries.data, documents: documents.data, dimension: 1024 };
  const items = Int32Array.of(2, 0, 1);
  const lists = queries.ids.map((_, query) => ({ query, items }));
  const scores = [...dotProducts(vectors, lists)];
  expect(scores.length).toBe(1500);
  for (let query = 0; query < 1500; query += 97)
    expect([...(scores[query] ?? [])]).toEqual(Array.from(items, (item) => dot(rowOf(queries, query), rowOf(documents, item))));
  const flat = { queries: Float32Array.of(2, 3), documents: Float32Array.from({ length: 200_000 }, (_, i) => i), dimension: 1 };
  const everything = Int32Array.from({ length: 200_000 }, (_, i) => i);
  const [twice, thrice] = dotProducts(flat, [
    { query: 0, items: everything },
    { query: 1, items: everything },
  ]);
  expect(twice).toEqual(Float32Array.from(everything, (item) => 2 * item));
  expect(thrice).toEqual(Float32Array.from(everything, (item) => 3 * item));
});

test('dotProducts refuses a row that there is not', () => {
  const vectors = { queries: Float32Array.of(1), documents: Float32Array.of(1, 2), dimension: 1 };
  for (const row of [-1, 2, 63, 64])
    expect(() => [...dotProducts(vectors, [{ query: 0, items: Int32Array.of(0, row) }])]).toThrow(
      new RangeError(`Row ${row} does not exist: there are 2 documents.`),
    );
});

test('the module of the dot products is small, and what its text assembles to', async () => {
  const [text, bytes] = ['wat', 'wasm'].map((kind) => readFileSync(`src/search/exact/dot-kernel.${kind}`));
  const { buffer } = (await openWabt()).parseWat('dot-kernel.wat', `${text}`, { simd: true }).toBinary({});
  expect(bytes?.equals(buffer)).toBe(true);
  expect(buffer.length).toBeLessThan(300);
});
