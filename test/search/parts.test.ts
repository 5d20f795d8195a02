import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectTop } from '../../src/search/exact/exact-scan.ts';
import { prepareVectors } from '../../src/search/prepared.ts';
import { emptyRankings, rankCandidates } from '../../src/search/rescore.ts';
import { rowOf, vectorSet } from './vectors.ts';

test('selectTop brings the highest to the front and keeps pairs together', () => {
  const score = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(score, { minLength: 1, maxLength: 200 }), fc.nat(), (values, n) => {
      const count = (n % values.length) + 1;
      const scores = Float32Array.from(values);
      const items = Int32Array.from(values.keys());
      selectTop(scores, items, count);
      const expected = Float32Array.from(values).sort().reverse().subarray(0, count);
      expect([...scores.subarray(0, count)].sort((a, b) => b - a)).toEqual([...expected]);
      expect([...items].sort((a, b) => a - b)).toEqual([...values.keys()]);
      for (const [i, item] of items.entries()) expect(scores[i]).toBe(values[item]);
    }),
  );
});

test('rankCandidates sorts, cuts at k, and says the score at the border', () => {
  const vectors = { queries: Float32Array.of(1, -1), documents: Float32Array.of(3, 1, 3, 2), dimension: 1 };
  const rankings = emptyRankings(['p', 'q', 'r'], ['a', 'b', 'c', 'd'], 3);
  const nominated = [
    { query: 1, items: Int32Array.of(0, 1, 2, 3) },
    { query: 0, items: Int32Array.of(1) },
  ];
  expect(rankCandidates(rankings, nominated, vectors)).toEqual([-3, -Infinity]);
  expect([...rankings.neighbours]).toEqual([1, -1, -1, 1, 3, 2, -1, -1, -1]);
  expect([...rankings.scores]).toEqual([1, 0, 0, -1, -2, -3, 0, 0, 0]);
});

test('prepareVectors scales to length 1 for cosine, and copies only where it must', () => {
  const set = vectorSet('d', [
    [3, 4],
    [0, 1],
  ]);
  const scaled = prepareVectors(set, 'cosine');
  expect([...scaled]).toEqual([0.6, 0.8, 0, 1].map(Math.fround));
  expect([...set.data]).toEqual([3, 4, 0, 1]);
  expect(prepareVectors(set, 'dot')).toBe(set.data);
  const unit = { ...set, data: scaled };
  expect(prepareVectors(unit, 'cosine')).toBe(scaled);
});

test('prepareVectors: every row has length 1', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 2 }), (row) => {
      fc.pre(Math.hypot(...row) > 1e-6);
      const set = vectorSet('d', [row]);
      expect(Math.hypot(...rowOf({ ...set, data: prepareVectors(set, 'cosine') }, 0))).toBeCloseTo(1, 6);
    }),
  );
});
