import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RankedList } from '../../src/model/search.ts';
import { type Fusion, fuse } from '../../src/search/fusion.ts';
import { best } from '../../src/search/lexical/bm25.ts';
import { goldenJson } from '../measure/golden.ts';

type Lists = Record<string, Record<string, number>>;
interface Golden {
  readonly queries: Record<string, string[]>;
  readonly runs: readonly Lists[];
  readonly rrf: readonly { readonly k: number; readonly fused: Lists }[];
  readonly weighted: readonly { readonly weights: number[]; readonly fused: Lists }[];
  readonly dbsf: Lists;
}

const golden: Golden = goldenJson('pipeline/expected.json');

function listOf(scores: Record<string, number> = {}): RankedList {
  return best(
    Object.entries(scores).map(([id, score]) => ({ id, score })),
    Number.POSITIVE_INFINITY,
  );
}

function expectFused(fusion: Fusion, expected: Lists): void {
  for (const query of Object.keys(golden.queries)) {
    const { ids, scores } = fuse(
      golden.runs.map((run) => listOf(run[query])),
      fusion,
      1000,
    );
    expect([...ids].sort()).toEqual(Object.keys(expected[query] ?? {}).sort());
    for (const [i, id] of ids.entries()) expect(scores[i]).toBeCloseTo(expected[query]?.[id] ?? Number.NaN, 7);
  }
}

test.each(golden.rrf)('RRF with k $k gives the scores of ranx', ({ k, fused }) => expectFused({ method: 'rrf', k }, fused));
test.each(golden.weighted)('weights $weights give the scores of ranx', ({ weights, fused }) =>
  expectFused({ method: 'weighted', weights }, fused),
);
test('DBSF gives the scores that Qdrant publishes', () => expectFused({ method: 'dbsf' }, golden.dbsf));

test('worked by hand', () => {
  const [a, b] = [listOf({ x: 3, y: 2, z: 1 }), listOf({ y: 0.9, w: 0.1 })];
  const rrf = fuse([a, b], { method: 'rrf', k: 60 }, 10);
  expect(rrf.ids).toEqual(['y', 'x', 'w', 'z']);
  expect(Array.from(rrf.scores)).toEqual([1 / 62 + 1 / 61, 1 / 61, 1 / 62, 1 / 63]);
  const weighted = fuse([a, b], { method: 'weighted', weights: [0.25, 0.75] }, 10);
  // Ties, both 0: the higher id first.
  expect(weighted.ids).toEqual(['y', 'x', 'z', 'w']);
  expect(Array.from(weighted.scores)).toEqual([0.25 * 0.5 + 0.75, 0.25, 0, 0]);
  // Deviations 1 and 0.8 / √2: y is in the middle of a, and 0.4 / (6 · 0.565685) above that of b.
  const dbsf = fuse([a, b], { method: 'dbsf' }, 1);
  expect(dbsf.ids).toEqual(['y']);
  expect(dbsf.scores[0]).toBeCloseTo(0.5 + 0.5 + 0.4 / (6 * 0.565685), 5);
});

test('empty lists, no lists, one result, equal scores', () => {
  const none = listOf();
  for (const fusion of METHODS) {
    expect(fuse([none, none], fusion, 10).ids).toEqual([]);
    expect(fuse([none, listOf({ a: 1 })], fusion, 10).ids).toEqual(['a']);
    expect(fuse([listOf({ a: 1, b: 1 }), none], fusion, 10).ids.length).toBe(2);
  }
  expect(fuse([], { method: 'rrf', k: 60 }, 10).ids).toEqual([]);
  expect(Array.from(fuse([listOf({ a: 5 })], { method: 'dbsf' }, 10).scores)).toEqual([0.5]);
  expect(Array.from(fuse([listOf({ a: 0.1, b: 0.1, c: 0.1 })], { method: 'dbsf' }, 10).scores)).toEqual([0.5, 0.5, 0.5]);
  expect(() => fuse([none], { method: 'weighted', weights: [1, 2] }, 10)).toThrow(RangeError);
  expect(() => fuse([none], { method: 'weighted', weights: [-1] }, 10)).toThrow(RangeError);
  expect(() => fuse([none], { method: 'rrf', k: -1 }, 10)).toThrow(RangeError);
});

const METHODS: readonly Fusion[] = [{ method: 'rrf', k: 60 }, { method: 'dbsf' }, { method: 'weighted', weights: [0.5, 0.5] }];
const lists = fc
  .dictionary(
    fc.constantFrom(...'abcdefghij'),
    fc.integer({ min: -1000, max: 1000 }).map((score) => score / 1000),
  )
  .map(listOf);

test('the order of the lists changes nothing, every document of a list comes out once, scores fall', () => {
  fc.assert(
    fc.property(lists, lists, fc.constantFrom(...METHODS), (a, b, fusion) => {
      const fused = fuse([a, b], fusion, 100);
      expect(fuse([b, a], fusion, 100)).toEqual(fused);
      expect([...fused.ids].sort()).toEqual([...new Set([...a.ids, ...b.ids])].sort());
      for (let i = 1; i < fused.ids.length; i++)
        expect(Math.fround(fused.scores[i - 1] ?? 0)).toBeGreaterThanOrEqual(Math.fround(fused.scores[i] ?? 0));
      expect(fuse([a, b], fusion, 3).ids).toEqual(fused.ids.slice(0, 3));
    }),
  );
});

test('what is before another in both lists is not behind it in the fused one', () => {
  fc.assert(
    fc.property(lists, lists, fc.constantFrom(...METHODS), (a, b, fusion) => {
      const { ids } = fuse([a, b], fusion, 100);
      const before = ({ ids: of, scores }: RankedList, x: string, y: string) =>
        of.includes(x) && of.includes(y) && (scores[of.indexOf(x)] ?? 0) > (scores[of.indexOf(y)] ?? 0);
      for (const x of a.ids)
        for (const y of a.ids) if (before(a, x, y) && before(b, x, y)) expect(ids.indexOf(x)).toBeLessThan(ids.indexOf(y));
    }),
  );
});
