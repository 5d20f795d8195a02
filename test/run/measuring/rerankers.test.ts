import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/model/dataset.ts';
import { rerankerResults } from '../../../src/run/measuring/rerankers.ts';
import { rankings } from '../rankings.ts';

const served = {
  old: rankings(
    {
      a: [
        ['d1', 0.9],
        ['d2', 0.8],
        ['d3', 0.7],
      ],
      b: [
        ['d4', 0.6],
        ['d5', 0.5],
        ['d6', 0.4],
      ],
    },
    3,
  ),
  new: rankings(
    {
      a: [
        ['d2', 0.7],
        ['d7', 0.6],
        ['d1', 0.5],
      ],
      b: [
        ['d4', 0.4],
        ['d5', 0.3],
        ['d6', 0.2],
      ],
    },
    3,
  ),
};
const qrels = new Map([
  [
    'a',
    new Map([
      ['d1', 1],
      ['d2', 3],
      ['d9', 2],
      ['d7', 0],
    ]),
  ],
  ['b', new Map([['d4', 1]])],
]);
const query = (id: string, need = id) => ({ id, need, text: id, slices: {} });
const dataset = (more: Partial<Dataset> = {}) => ({ qrels, queries: [query('a'), query('b')], ...more }) as Dataset;
const reranker = { name: 'cross-encoder', depth: 2, usedBy: null };

describe('a re-ranker of depth 2', () => {
  const [result] = rerankerResults([reranker], served, dataset(), 7);

  it('gets 3 of 4 relevant documents before, 2 now, 2 of those 3 still', () => {
    expect(result?.relevant).toMatchObject({ total: 4, old: 3 / 4, new: 2 / 4, kept: 2 / 3 });
    expect(result?.relevant).toMatchObject({ difference: { mean: -1 / 4, needs: 2, confidence: 0.95 } });
  });

  it('never saw one of two candidates of a, and none of b', () => {
    expect(result?.unseen).toBe((1 / 2 + 0) / 2);
    expect(result?.depthUsed).toBe(2);
  });

  it('is fed scores that fell', () => {
    expect(result?.scores.old.mean).toBeCloseTo((0.9 + 0.8 + 0.6 + 0.5) / 4, 6);
    expect(result?.scores.new.mean).toBeCloseTo((0.7 + 0.6 + 0.4 + 0.3) / 4, 6);
  });
});

describe('edges', () => {
  it('a depth beyond the results there are is cut, and nothing changes where both lists hold the same', () => {
    const same = { old: served.old, new: served.old };
    const [result] = rerankerResults([{ ...reranker, depth: 50 }], same, dataset(), 7);
    expect(result).toMatchObject({ depthUsed: 3, unseen: 0, relevant: { kept: 1, difference: { mean: 0 } } });
    expect(result?.relevant).toMatchObject({ difference: { interval: { lower: 0, upper: 0, method: 'degenerate' } } });
  });

  it('without judgements, or without a relevant document, the share is not applicable', () => {
    const none = new Map([['a', new Map([['d1', 0]])]]);
    expect(rerankerResults([reranker], served, dataset({ qrels: null }), 7)[0]?.relevant).toHaveProperty('notApplicable');
    expect(rerankerResults([reranker], served, dataset({ qrels: none }), 7)[0]?.relevant).toHaveProperty('notApplicable');
  });

  it('queries of one need are one: it shows no spread', () => {
    const one = dataset({ queries: [query('a', 'n'), query('b', 'n')] });
    expect(rerankerResults([reranker], served, one, 7)[0]?.relevant).toMatchObject({ difference: { needs: 1, interval: null } });
  });

  it('nothing reached it before, so nothing can be kept', () => {
    const missed = new Map([['a', new Map([['d9', 1]])]]);
    expect(rerankerResults([reranker], served, dataset({ qrels: missed }), 7)[0]?.relevant).toMatchObject({ old: 0, kept: null });
  });

  it('no re-rankers, no results', () => {
    expect(rerankerResults([], served, dataset(), 7)).toEqual([]);
  });
});
