import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exact } from '../../src/search/engines/exact.ts';
import { type Pairs, pairScores, sampleOtherPairs, samplePairs } from '../../src/search/pairs.ts';
import { ask } from './contract.ts';
import { OTHER_FINGERPRINT, params, randomSet, vectorSet } from './vectors.ts';

const listed = ({ rows, columns }: Pairs): string[] => Array.from(rows, (row, i) => `${row}-${columns[i]}`);

test('pair scores are those of the search', async () => {
  const [queries, documents] = [randomSet('q', 5, 12), randomSet('d', 30, 12)];
  const rankings = await ask(exact, documents, queries, params(30));
  const rows = Int32Array.from(rankings.neighbours, (_, i) => Math.floor(i / 30));
  const scores = pairScores(queries, documents, { rows, columns: rankings.neighbours }, 'cosine');
  expect(scores).toEqual(rankings.scores);
});

test('by hand: cosine and dot', () => {
  const set = vectorSet('d', [
    [3, 4],
    [1, 0],
  ]);
  const pairs = { rows: Int32Array.of(0, 0), columns: Int32Array.of(1, 0) };
  expect([...pairScores(set, set, pairs, 'cosine')]).toEqual([Math.fround(0.6), 1]);
  expect([...pairScores(set, set, pairs, 'dot')]).toEqual([3, 25]);
});

test('pairs of two versions, and rows that are not there, are refused', () => {
  const set = vectorSet('d', [[1, 0]]);
  const pairs = { rows: Int32Array.of(0), columns: Int32Array.of(0) };
  expect(() => pairScores(set, vectorSet('d', [[1, 0]], OTHER_FINGERPRINT), pairs, 'cosine')).toThrow(
    expect.objectContaining({ code: 'SEARCH_MIXED_SPACES' }),
  );
  expect(() => pairScores(set, set, { rows: Int32Array.of(0), columns: Int32Array.of(1) }, 'cosine')).toThrow(RangeError);
  expect(() => pairScores(set, set, { rows: Int32Array.of(0), columns: Int32Array.of() }, 'cosine')).toThrow(RangeError);
});

test('samples are distinct, in range, ascending, and depend on the seed alone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer(),
      (rows, columns, count, seed) => {
        const pairs = samplePairs(rows, columns, count, seed);
        const codes = Array.from(pairs.rows, (row, i) => row * columns + (pairs.columns[i] ?? -1));
        expect(codes.length).toBe(Math.min(count, rows * columns));
        for (const [i, code] of codes.entries()) expect(code > (codes[i - 1] ?? -1) && code < rows * columns).toBe(true);
        expect(samplePairs(rows, columns, count, seed)).toEqual(pairs);
      },
    ),
  );
});

test('unordered pairs: each once, never an item with itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 500 }), fc.integer(), (n, count, seed) => {
      const pairs = sampleOtherPairs(n, count, seed);
      expect(new Set(listed(pairs)).size).toBe(Math.min(count, (n * (n - 1)) / 2));
      for (const [i, row] of pairs.rows.entries())
        expect(row >= 0 && row < (pairs.columns[i] ?? -1) && (pairs.columns[i] ?? n) < n).toBe(true);
    }),
  );
  expect(listed(sampleOtherPairs(3, 99, 1))).toEqual(['0-1', '0-2', '1-2']);
});

test('more pairs than 32 bits can count are sampled too', () => {
  const pairs = samplePairs(100_000, 1_000_000, 1000, 5);
  expect(new Set(listed(pairs)).size).toBe(1000);
  expect(Math.max(...pairs.rows)).toBeGreaterThan(90_000);
  expect(pairs.columns.some((column) => column % 2 === 1) && pairs.columns.some((column) => column % 2 === 0)).toBe(true);
  expect(sampleOtherPairs(200_000, 1000, 5).rows).toHaveLength(1000);
});

test('every pair is as likely as any other', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 3000; seed++)
    for (const pair of listed(sampleOtherPairs(5, 2, seed))) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  // 6,000 draws over 10 pairs: mean 600, standard deviation at most √(6000 · 0.1 · 0.9) = 23.
  expect(counts.size).toBe(10);
  for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(5 * 23);
});

test('empty sets have no pairs', () => {
  expect(() => samplePairs(0, 3, 1, 1)).toThrow(RangeError);
  expect(() => sampleOtherPairs(1, 1, 1)).toThrow(RangeError);
});
