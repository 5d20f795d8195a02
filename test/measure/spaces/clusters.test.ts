import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicNames } from '../../../src/measure/slices/topics.ts';
import { bySize, clustering } from '../../../src/measure/spaces/clusters.ts';
import { pickRows } from '../../../src/search/prepared.ts';

const clusterRows = (vectors: ReturnType<typeof flat>, k: number, seed: number) => {
  const count = vectors.data.length / vectors.dimension;
  const groups = clustering(count, k, seed);
  const assign = groups.fit({ ...vectors, data: pickRows(vectors.data, groups.sample, vectors.dimension) });
  return bySize(assign(vectors));
};
const flat = (rows: readonly (readonly number[])[]) => ({ data: Float32Array.from(rows.flat()), dimension: rows[0]?.length ?? 0 });

describe('k-means', () => {
  it('finds three directions, the largest group first, whatever the lengths of the vectors', () => {
    const rows = [
      [5, 0.1, 0],
      [1, 0, 0.05],
      [0, 2, 0],
      [0, 1, 0.1],
      [0.1, 9, 0],
      [0, 0, 1],
    ];
    expect([...clusterRows(flat(rows), 3, 7)]).toEqual([1, 1, 0, 0, 0, 2]);
  });

  it('makes fewer clusters than asked where rows are equal', () => {
    expect(
      new Set(
        clusterRows(
          flat([
            [1, 0],
            [1, 0],
            [0, 1],
          ]),
          3,
          7,
        ),
      ).size,
    ).toBe(2);
    expect([
      ...clusterRows(
        flat([
          [1, 0],
          [2, 0],
        ]),
        2,
        7,
      ),
    ]).toEqual([0, 0]);
  });

  it('gives an emptied cluster the row that fits its own worst: as many clusters as asked', () => {
    // Moving the centres leaves one of four without a row.
    const emptied = [
      [3, 1],
      [-2, 4],
      [-1, 1],
      [0, -3],
      [1, 1],
      [-2, -5],
      [3, -2],
      [5, 0],
      [-2, 3],
    ];
    expect(new Set(clusterRows(flat(emptied), 4, 1745)).size).toBe(4);
    const value = fc.integer({ min: -5, max: 5 });
    const row = fc.tuple(value, value).filter(([x, y]) => x !== 0 || y !== 0);
    const directionsOf = (rows: readonly (readonly [number, number])[]) => new Set(rows.map(([x, y]) => Math.atan2(y, x).toFixed(9))).size;
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 14 }), fc.integer({ min: 2, max: 6 }), fc.nat(), (rows, k, seed) => {
        fc.pre(directionsOf(rows) >= k);
        expect(new Set(clusterRows(flat(rows), k, seed)).size).toBe(k);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses more clusters than rows, none, and fractions', () => {
    for (const k of [0, 3, 1.5])
      expect(() =>
        clusterRows(
          flat([
            [1, 0],
            [0, 1],
          ]),
          k,
          7,
        ),
      ).toThrow(RangeError);
  });

  it('is a function of vectors and seed, numbers clusters by size and leaves none empty', () => {
    const value = fc.integer({ min: -5, max: 5 });
    const row = fc.tuple(value, value, value).filter((vector) => vector.some((x) => x !== 0));
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 30 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (rows, k, seed) => {
        const clusters = clusterRows(flat(rows), k, seed);
        expect(clusters).toEqual(clusterRows(flat(rows), k, seed));
        const sizes = Array.from({ length: Math.max(...clusters) + 1 }, (_, i) => clusters.filter((own) => own === i).length);
        expect(sizes.length).toBeLessThanOrEqual(k);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(sizes.every((size) => size > 0)).toBe(true);
      }),
    );
  });

  it('assigns every row of a corpus larger than the sample', () => {
    const rows = Array.from({ length: 2_500 }, (_, i) => (i % 5 < 3 ? [1, (i % 7) / 100] : [(i % 7) / 100, 1]));
    const clusters = clusterRows(flat(rows), 2, 7);
    expect(clusters.every((cluster, i) => cluster === (i % 5 < 3 ? 0 : 1))).toBe(true);
  });
});

describe('topic names', () => {
  const page = (title: string, text: string) => ({ id: title, title, text });

  it('are words that set a cluster apart, words of titles first, and no word that is everywhere', () => {
    const documents = [
      page('Invoice by mail', 'the app sends an invoice each month'),
      page('Pay an invoice', 'the app takes a card'),
      page('Search pages', 'the app finds pages by filter'),
      page('Search in tables', 'the app finds rows by filter'),
    ];
    const [billing, search] = topicNames(documents, [0, 0, 1, 1], 2);
    expect(billing?.split(', ')[0]).toBe('invoice');
    expect(search?.split(', ')[0]).toBe('search');
    expect(`${billing} ${search}`).not.toMatch(/\b(the|app)\b/);
  });

  it('are numbered where equal, and say where there is nothing to name by', () => {
    const documents = [page('', '12'), page('', '34')];
    expect(topicNames(documents, [0, 1], 2)).toEqual(['no typical words', 'no typical words (2)']);
  });
});
