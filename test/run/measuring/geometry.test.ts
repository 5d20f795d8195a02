import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import { seededRandom } from '../../../src/core/random.ts';
import type { Geometry, NeighbourGraph } from '../../../src/model/evaluation.ts';
import type { Rankings } from '../../../src/model/search.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import type { Side } from '../../../src/model/version.ts';
import { geometryOf, neighbourGraph } from '../../../src/run/measuring/geometry.ts';
import { rankings } from '../rankings.ts';

function set<S extends Side>(side: S, rows: readonly (readonly number[])[], ids = rows.map((_, i) => `d${i}`)): VectorSet<S> {
  return { side, fingerprint: side as unknown as Fingerprint, dimension: rows[0]?.length ?? 0, ids, data: Float32Array.from(rows.flat()) };
}

function cloud(count: number, dimension: number): number[][] {
  const random = seededRandom(5, 'cloud');
  return Array.from({ length: count }, () => Array.from({ length: dimension }, () => random.next() - 0.3));
}

describe('geometry', () => {
  const rows = cloud(40, 4);
  /** A quarter turn in the first two axes. */
  const turned = rows.map(([a = 0, b = 0, c = 0, d = 0]) => [-b, a, c, d]);

  it('of a space and its turned copy: the same in every figure', () => {
    const shape = geometryOf(set('old', rows), set('new', turned), 7) as Geometry;
    expect(shape.documents).toBe(40);
    expect(Object.keys(shape.between)).toEqual(['cka', 'rsa', 'procrustes']);
    expect(Object.keys(shape.within)).toEqual(['effectiveRank', 'anisotropy', 'hubness', 'meanNorm']);
    expect(shape.between.cka).toBeCloseTo(1, 6);
    expect(shape.between.rsa).toBeCloseTo(1, 6);
    expect(shape.between.procrustes).toBeCloseTo(0, 3);
    for (const { old, new: fresh } of Object.values(shape.within)) expect(fresh).toBeCloseTo(old ?? Number.NaN, 5);
    expect(shape.padded).toBe(false);
  });

  it('says where dimensions differ', () => {
    const shape = geometryOf(
      set('old', rows),
      set(
        'new',
        rows.map((row) => [...row, 0.1]),
      ),
      7,
    ) as Geometry;
    expect(shape.padded).toBe(true);
  });

  it('looks at a thousand documents at most, the same for the same seed', () => {
    const many = cloud(1_100, 2);
    const first = geometryOf(set('old', many), set('new', many), 7) as Geometry;
    expect(first.documents).toBe(1_000);
    expect(geometryOf(set('old', many), set('new', many), 7)).toEqual(first);
    expect((geometryOf(set('old', many), set('new', many), 8) as Geometry).within.meanNorm).not.toEqual(first.within.meanNorm);
  });

  it('of too few documents is not applicable, of other documents an error', () => {
    expect(geometryOf(set('old', rows.slice(0, 2)), set('new', rows.slice(0, 2)), 7)).toHaveProperty('notApplicable');
    expect(() => geometryOf(set('old', rows), set('new', rows.slice(1)), 7)).toThrow(RangeError);
    expect(() =>
      geometryOf(
        set('old', rows),
        set(
          'new',
          rows,
          rows.map((_, i) => `e${i}`),
        ),
        7,
      ),
    ).toThrow(RangeError);
  });
});

describe('the graph among documents', () => {
  const side = (nearestDocuments: Rankings | null) => ({ nearestDocuments });
  const ring = (count: number, step: number): Rankings =>
    rankings(
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `d${i}`,
          [1, step].map((jump, rank) => [`d${(i + jump) % count}`, 0.9 - rank / 10] as const),
        ]),
      ),
      2,
    );

  it('has Jaccard a document, by hand, and means by topic, lowest first', () => {
    // Every document keeps its first neighbour of two: 1 of 3. The first five keep both, their lists being the old ones.
    const old = ring(10, 2);
    const fresh = ring(10, 3);
    const mixed = { ...fresh, neighbours: fresh.neighbours.map((value, place) => (place < 10 ? (old.neighbours[place] ?? -1) : value)) };
    const topics = new Map(old.queryIds.map((id, row) => [id, row < 5 ? 'kept' : 'moved']));
    const graph = neighbourGraph({ old: side(old), new: side(mixed) }, topics) as NeighbourGraph;
    expect(graph.k).toBe(2);
    expect(graph.jaccard).toMatchObject({ n: 10, max: 1 });
    expect(graph.jaccard.min).toBeCloseTo(1 / 3, 12);
    expect(graph.jaccard.mean).toBeCloseTo((5 + 5 / 3) / 10, 12);
    expect(graph.clusters.map(({ name, documents }) => [name, documents])).toEqual([
      ['moved', 5],
      ['kept', 5],
    ]);
    expect(graph.clusters[0]?.mean).toBeCloseTo(1 / 3, 12);
  });

  it('has no topics where there are none', () => {
    expect(neighbourGraph({ old: side(ring(10, 2)), new: side(ring(10, 2)) }, null)).toMatchObject({ jaccard: { mean: 1 }, clusters: [] });
  });

  it('is not applicable without neighbours, or where all documents are', () => {
    expect(neighbourGraph({ old: side(null), new: side(null) }, null)).toHaveProperty('notApplicable');
    expect(neighbourGraph({ old: side(ring(3, 2)), new: side(ring(3, 2)) }, null)).toHaveProperty('notApplicable');
  });
});
