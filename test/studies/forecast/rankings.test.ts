import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOf } from '../../../src/studies/forecast/rankings.ts';

describe('the best of some scores', () => {
  it('puts the later of two equals first, at the border too', () => {
    expect(bestOf(Float64Array.of(1, 3, 3, 3), 2)).toEqual([3, 2]);
    expect(bestOf(Float64Array.of(0.5, 0.25), 5)).toEqual([0, 1]);
  });

  it('leaves out what has no score', () => {
    expect(bestOf(Float64Array.of(-Infinity, -2, -Infinity), 2)).toEqual([1]);
    expect(bestOf(new Float64Array(0), 3)).toEqual([]);
  });

  it('is the start of a full sort', () => {
    const score = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) }, { weight: 1, arbitrary: fc.constant(-Infinity) });
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, depth) => {
        const scores = Float64Array.from(values);
        const all = [...scores.keys()].filter((place) => scores[place] !== -Infinity);
        const sorted = all.sort((a, b) => (scores[b] as number) - (scores[a] as number) || b - a);
        expect(bestOf(scores, depth)).toEqual(sorted.slice(0, depth));
      }),
    );
  });
});
