import { describe, expect, it } from 'vitest';
import { scoreShifts, separations, topMargins, topScores } from '../../../src/run/measuring/scores.ts';
import { pairTable, rankings, sideOf } from '../rankings.ts';

const qrels = new Map([
  ['a', new Map([['d1', 2]])],
  [
    'b',
    new Map([
      ['d3', 1],
      ['d1', 0],
    ]),
  ],
]);
const old = sideOf(
  rankings(
    {
      a: [
        ['d1', 0.875],
        ['d2', 0.75],
      ],
      b: [
        ['d1', 0.5],
        ['d3', 0.25],
      ],
    },
    2,
  ),
  {
    judged: pairTable([
      ['a', 'd1', 0.875],
      ['b', 'd3', 0.25],
      ['b', 'd1', 0.5],
    ]),
    pairs: {
      'query-document': pairTable([
        ['a', 'd2', 0.75],
        ['a', 'd1', 0.875],
        ['b', 'd2', 0.125],
      ]),
      'document-document': null,
      'query-query': null,
    },
  },
);
const fresh = sideOf(
  rankings(
    {
      a: [
        ['d1', 0.625],
        ['d2', 0.375],
      ],
      b: [['d3', 0.5]],
    },
    2,
  ),
  {
    judged: pairTable([
      ['a', 'd1', 0.625],
      ['b', 'd3', 0.5],
      ['b', 'd1', 0.375],
    ]),
    pairs: {
      'query-document': pairTable([
        ['a', 'd2', 0.375],
        ['a', 'd1', 0.625],
        ['b', 'd2', 0.125],
      ]),
      'document-document': null,
      'query-query': null,
    },
  },
);
const sides = { old, new: fresh };

describe('scores', () => {
  it('shift at each rank that both lists reach, and for relevant and other pairs', () => {
    const shifts = scoreShifts(sides, qrels);
    expect(shifts.map(({ id }) => id)).toEqual(['top-1', 'rank-2', 'relevant', 'other']);
    expect(shifts[0]?.old).toMatchObject({ n: 2, min: 0.5, max: 0.875 });
    expect(shifts[1]?.new.n).toBe(1);
    expect(shifts[2]?.new).toMatchObject({ n: 2, min: 0.5, max: 0.625 });
    // The sampled relevant pair a-d1 is no other pair.
    expect(shifts[3]?.old).toMatchObject({ n: 2, max: 0.75 });
  });

  it('of first results, null where a query has none', () => {
    const none = sideOf(rankings({ a: [['d1', 0.5]], b: [] }, 1));
    expect(topScores({ old, new: none })).toEqual({ old: [0.875, 0.5], new: [0.5, null] });
  });
});

describe('separation', () => {
  it('over all pairs and among results, by hand', () => {
    const [all, results] = separations(sides, qrels);
    // Old: 0.875 beats 0.75 and 0.125; 0.25 beats 0.125 only: 3 of 4.
    expect(all).toMatchObject({ id: 'all', old: { relevant: 2, other: 2, auc: 0.75 }, new: { auc: 1 } });
    // Old results: relevant 0.875, 0.25; other 0.75, 0.5: 2 of 4. New: relevant 0.625, 0.5; other 0.375: all.
    expect(results).toMatchObject({ id: 'results', old: { relevant: 2, other: 2, auc: 0.5 }, new: { relevant: 2, other: 1, auc: 1 } });
  });

  it('is empty without judgements, and leaves out what has no other pair', () => {
    expect(separations(sides, null)).toEqual([]);
    const only = sideOf(rankings({ a: [['d1', 0.5]] }, 1), { judged: pairTable([['a', 'd1', 0.5]]) });
    expect(separations({ old: only, new: only }, qrels)).toEqual([]);
  });
});

describe('margins', () => {
  it('are of queries with two results', () => {
    const margin = topMargins(sides);
    expect(margin?.old).toMatchObject({ n: 2, min: 0.125, max: 0.25 });
    expect(margin?.new).toMatchObject({ n: 1, mean: 0.25 });
  });

  it('are null where lists have one result', () => {
    const short = sideOf(rankings({ a: [['d1', 0.5]] }, 1));
    expect(topMargins({ old: short, new: fresh })).toBeNull();
  });
});
