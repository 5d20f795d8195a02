import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VectorSet } from '../../../src/model/vectors.ts';
import { bestWith, merged, type Scored, scoreTable } from '../../../src/studies/forecast/rankings.ts';

/** A set of vectors of two dimensions. */
function set(prefix: string, rows: readonly (readonly [number, number])[]): VectorSet {
  const ids = rows.map((_, i) => `${prefix}${String(i).padStart(3, '0')}`);
  return { side: 'old', fingerprint: 'a'.repeat(64), dimension: 2, ids, data: Float32Array.from(rows.flat()) } as unknown as VectorSet;
}

const better = (a: Scored, b: Scored): number => b.score - a.score || b.place - a.place;
const scored = fc.uniqueArray(fc.record({ place: fc.nat(30), score: fc.integer({ min: -3, max: 3 }) }), { selector: ({ place }) => place });

describe('the rankings of a state', () => {
  it('are the start of a full sort of what has the flag, ties by the later place', () => {
    const vector = fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(vector, fc.nat(1)), { minLength: 1, maxLength: 40 }),
        vector,
        fc.integer({ min: 1, max: 12 }),
        (rows, query, depth) => {
          const table = scoreTable(
            set('q', [query]),
            set(
              'd',
              rows.map(([row]) => row),
            ),
            'dot',
          );
          const flags = Uint8Array.from(rows, ([, flag]) => flag);
          const all = rows.map(([[x, y]], place) => ({ place, score: x * query[0] + y * query[1] }));
          const expected = all
            .filter(({ place }) => flags[place] === 1)
            .sort(better)
            .slice(0, depth);
          expect(bestWith(table, 0, flags, 1, depth).map(({ place, score }) => ({ place, score: score + 0 }))).toEqual(
            expected.map(({ place, score }) => ({ place, score: score + 0 })),
          );
        },
      ),
    );
  });

  it('are merged as if both lists were sorted together', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 12 }), (all, depth) => {
        const [one, other] = [0, 1].map((half) => all.filter(({ place }) => place % 2 === half).sort(better));
        expect(merged(one ?? [], other ?? [], depth)).toEqual([...all].sort(better).slice(0, depth));
      }),
    );
  });
});
