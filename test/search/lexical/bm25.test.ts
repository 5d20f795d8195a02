import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { best, bm25Index } from '../../../src/search/lexical/bm25.ts';
import { goldenJson } from '../../measure/golden.ts';

interface Golden {
  readonly documents: Record<string, string[]>;
  readonly queries: Record<string, string[]>;
  readonly bm25: readonly { readonly k1: number; readonly b: number; readonly scores: Record<string, number[]> }[];
}

const golden: Golden = goldenJson('pipeline/expected.json');
const documents = Object.entries(golden.documents).map(([id, terms]) => ({ id, terms }));
const LUCENE = { k1: 1.2, b: 0.75 };

describe.each(golden.bm25)('k1 $k1 and b $b', ({ k1, b, scores }) => {
  test('every score is that of bm25s for Lucene', () => {
    const index = bm25Index(documents, { k1, b });
    for (const [query, terms] of Object.entries(golden.queries)) {
      const { ids, scores: found } = index.search(terms, documents.length);
      const own = new Map(ids.map((id, i) => [id, found[i] ?? 0]));
      for (const [row, { id }] of documents.entries()) expect(own.get(id) ?? 0).toBeCloseTo(scores[query]?.[row] ?? Number.NaN, 7);
      expect(own.size).toBe(scores[query]?.filter((score) => score > 0).length);
    }
  });
});

test("worked by hand from Lucene's formula; documents without a term count nowhere", () => {
  const index = bm25Index(
    [
      { id: 'a', terms: ['red', 'red', 'car'] },
      { id: 'b', terms: ['red'] },
      { id: 'c', terms: ['blue', 'bus'] },
      { id: 'empty', terms: [] },
    ],
    LUCENE,
  );
  // N = 3, avgdl = 2. red: n = 2, idf = ln(1 + 1.5 / 2.5) = 0.470004; car: n = 1, idf = ln(1 + 2.5 / 1.5) = 0.980829.
  // a: 2 / (2 + 1.2 (0.25 + 0.75 · 1.5)) = 0.547945 and 1 / (1 + 1.65) = 0.377358; b: 1 / (1 + 1.2 (0.25 + 0.375)) = 0.571429.
  const { ids, scores } = index.search(['red', 'car'], 10);
  expect(ids).toEqual(['a', 'b']);
  expect(scores[0]).toBeCloseTo(0.470004 * 0.547945 + 0.980829 * 0.377358, 5);
  expect(scores[1]).toBeCloseTo(0.470004 * 0.571429, 5);
});

test('nothing is found by terms that nobody has, in an empty corpus, or outside of what is allowed', () => {
  const index = bm25Index(documents, LUCENE);
  expect(index.search(['nowhere'], 10).ids).toEqual([]);
  expect(index.search([], 10).ids).toEqual([]);
  expect(bm25Index([], LUCENE).search(['w0'], 10).ids).toEqual([]);
  expect(bm25Index([{ id: 'a', terms: [] }], LUCENE).search(['w0'], 10).ids).toEqual([]);
  const only = documents.map(({ id }) => (id === 'd07' ? 1 : 0));
  expect(index.search(golden.documents.d07 ?? [], 10, Uint8Array.from(only)).ids).toEqual(['d07']);
  expect(() => bm25Index(documents, { k1: -1, b: 0.75 })).toThrow(RangeError);
  expect(() => bm25Index(documents, { k1: 1.2, b: 1.1 })).toThrow(RangeError);
});

test('one search leaves nothing behind for the next, and ties go by id, high to low', () => {
  const index = bm25Index(
    ['b', 'c', 'a'].map((id) => ({ id, terms: ['x'] })),
    LUCENE,
  );
  const first = index.search(['x'], 2);
  expect(first.ids).toEqual(['c', 'b']);
  expect(index.search(['x'], 2)).toEqual(first);
  // One float32, as a run file would hold them.
  expect(
    best(
      [
        { id: 'a', score: 0.1 },
        { id: 'b', score: 0.1 - 1e-12 },
      ],
      2,
    ).ids,
  ).toEqual(['b', 'a']);
});

test('more occurrences never score less, and a term twice in the query counts twice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }), (more, other) => {
      const terms = (count: number) => [...Array(count).fill('x'), ...Array(40 - count).fill('y')];
      const index = bm25Index(
        [
          { id: 'a', terms: terms(other) },
          { id: 'b', terms: terms(other + more) },
        ],
        LUCENE,
      );
      expect(index.search(['x'], 1).ids).toEqual(['b']);
      const [once, twice] = [index.search(['x'], 1), index.search(['x', 'x'], 1)];
      expect(twice.scores[0]).toBeCloseTo(2 * (once.scores[0] ?? 0), 12);
    }),
  );
});
