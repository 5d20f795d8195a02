import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import { seededRandom } from '../../../src/core/random.ts';
import type { CorpusMap } from '../../../src/model/evaluation.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import type { Side } from '../../../src/model/version.ts';
import { corpusMap, type MapPoints, mapPoints } from '../../../src/run/measuring/corpus-map.ts';
import { rankings } from '../rankings.ts';

function set<S extends Side>(side: S, rows: readonly (readonly number[])[]): VectorSet<S> {
  const ids = rows.map((_, i) => `d${String(i).padStart(4, '0')}`);
  return { side, fingerprint: side as unknown as Fingerprint, dimension: rows[0]?.length ?? 0, ids, data: Float32Array.from(rows.flat()) };
}

function cloud(count: number): number[][] {
  const random = seededRandom(5, 'cloud');
  return Array.from({ length: count }, () => [4 * random.next(), random.next(), 0.1 * random.next()]);
}

describe('the points of a map', () => {
  it('lie the same way in a space and in its turned copy', () => {
    const rows = cloud(30);
    const found = mapPoints(
      set('old', rows),
      set(
        'new',
        rows.map(([a = 0, b = 0, c = 0]) => [c, -a, b]),
      ),
      7,
    ) as MapPoints;
    expect(found.ids).toHaveLength(30);
    found.points.new.forEach(([x, y], i) => {
      expect(x).toBeCloseTo(found.points.old[i]?.[0] ?? Number.NaN, 3);
      expect(y).toBeCloseTo(found.points.old[i]?.[1] ?? Number.NaN, 3);
    });
    expect(Math.max(...found.points.old.flat().map(Math.abs))).toBe(1);
    expect(found.explained.old).toBeGreaterThan(0.95);
  });

  it('are a sample of 5,000, the same by one seed', () => {
    const rows = cloud(5_200);
    const [once, again, other] = [7, 7, 8].map((seed) => mapPoints(set('old', rows), set('new', rows), seed) as MapPoints);
    expect(once?.ids).toHaveLength(5_000);
    expect(again).toEqual(once);
    expect(other?.ids).not.toEqual(once?.ids);
  });

  it('do not exist for two documents, or for equal ones', () => {
    expect(mapPoints(set('old', cloud(2)), set('new', cloud(2)), 7)).toHaveProperty('notApplicable');
    const equal = Array.from({ length: 4 }, () => [1, 2, 3]);
    expect(mapPoints(set('old', equal), set('new', equal), 7)).toHaveProperty('notApplicable');
  });
});

describe('the map', () => {
  const found: MapPoints = { ids: ['a', 'b', 'c'], points: { old: [], new: [] }, explained: { old: 1, new: 1 } };

  it('names topics and nearest documents by their place on it', () => {
    const old = rankings(
      {
        a: [
          ['b', 0.9],
          ['x', 0.8],
        ],
        b: [
          ['c', 0.7],
          ['a', 0.6],
        ],
      },
      2,
    );
    const map = corpusMap(
      found,
      { old: { nearestDocuments: old }, new: { nearestDocuments: null } },
      new Map([['a', 'Title']]),
      new Map([
        ['a', 'search'],
        ['c', 'billing'],
      ]),
    ) as CorpusMap;
    expect(map.topics).toEqual(['billing', 'search']);
    expect(map.topicOf).toEqual([1, -1, 0]);
    expect(map.titles).toEqual(['Title', '', '']);
    expect(map.nearest.old).toEqual([[1], [2, 0], []]);
    expect(map.nearest.new).toEqual([[], [], []]);
  });
});
