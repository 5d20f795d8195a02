import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareVectors } from '../../src/search/prepared.ts';
import { dot, emptyRankings, rankRow, widened } from '../../src/search/rescore.ts';
import { selectTop } from '../../src/search/top.ts';
import { randomSet, rowOf, vectorSet } from './vectors.ts';

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

test('dot is the float64 sum rounded once, in any dimension', () => {
  for (const dimension of [1, 3, 4, 7, 384]) {
    const { data } = randomSet('d', 3, dimension);
    let sum = 0;
    for (let i = 0; i < dimension; i++) sum += (data[dimension + i] ?? 0) * (data[2 * dimension + i] ?? 0);
    expect(dot(widened(data, 1, dimension), data, 2 * dimension)).toBeCloseTo(sum, 5);
    expect(dot(widened(data, 1, dimension), data, 2 * dimension)).toBe(dot(widened(data, 2, dimension), data, dimension));
  }
  // 1 + 2⁻²⁴ is lost in float32 unless summed wider: 1 + 2⁻²⁴ + 2⁻²⁴ = 1 + 2⁻²³.
  expect(dot(Float64Array.of(1, 2 ** -24, 2 ** -24), Float32Array.of(1, 1, 1), 0)).toBe(1 + 2 ** -23);
});

test('rankRow sorts, cuts at k, and says the score at the border', () => {
  const vectors = { queries: Float32Array.of(1), documents: Float32Array.of(3, 1, 3, 2), dimension: 1 };
  const rankings = emptyRankings(['q'], ['a', 'b', 'c', 'd'], 3);
  expect(rankRow(rankings, 0, Int32Array.of(0, 1, 2, 3), vectors)).toBe(2);
  expect([...rankings.neighbours]).toEqual([2, 0, 3]);
  expect([...rankings.scores]).toEqual([3, 3, 2]);
  const short = emptyRankings(['q'], ['a', 'b', 'c', 'd'], 3);
  expect(rankRow(short, 0, Int32Array.of(1), vectors)).toBe(-Infinity);
  expect([...short.neighbours]).toEqual([1, -1, -1]);
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
