import { describe, expect, it } from 'vitest';
import { cautionsOf } from '../../src/gate/cautions.ts';
import type { Column, Evaluation } from '../../src/model/evaluation.ts';

const column = (mean: number, n: number): Column => ({ mean, n, perQuery: new Array<number>(n).fill(mean) });

function evaluationOf({
  overlap,
  n = 30,
  documents = 43,
  judged = 0.6,
}: {
  overlap: number;
  n?: number;
  documents?: number;
  judged?: number;
}) {
  return {
    dataset: { documents, queries: n },
    neighbours: { 'overlap@10': { served: column(overlap, n) } },
    quality: { 'Judged@10': { served: { old: column(judged, n), new: column(judged / 2, n) } } },
  } as unknown as Evaluation;
}

const idsOf = (...asked: Parameters<typeof evaluationOf>) => cautionsOf(evaluationOf(...asked)).map(({ id }) => id);

describe('a caution beside the verdict', () => {
  it('says that old and new share no more than chance gives', () => {
    // 10 of 43: chance keeps 0.233.
    expect(idsOf({ overlap: 0.24 })).toEqual(['by-chance']);
    expect(cautionsOf(evaluationOf({ overlap: 0.24 }))[0]?.text).toMatch(/share 0\.24.* of 43 documents .* share 0\.23/);
    expect(idsOf({ overlap: 0.02 })).toEqual(['by-chance']);
    expect(idsOf({ overlap: 0.004, documents: 2000 })).toEqual(['by-chance']);
  });

  it('says nothing where more is shared, where lists hold most of the corpus, or nothing was compared', () => {
    expect(idsOf({ overlap: 0.4 })).toEqual([]);
    expect(idsOf({ overlap: 0.05, documents: 2000 })).toEqual([]);
    expect(idsOf({ overlap: 0.7, documents: 12 })).toEqual([]);
    expect(cautionsOf({ ...evaluationOf({ overlap: 0.1 }), neighbours: {} } as unknown as Evaluation)).toEqual([]);
  });

  it('is of judged documents, not of chunks', () => {
    const evaluation = evaluationOf({ overlap: 0.24, documents: 2000 });
    expect(cautionsOf(evaluation)).toEqual([]);
    expect(cautionsOf({ ...evaluation, dataset: { ...evaluation.dataset, parents: 43 } })).toHaveLength(1);
  });

  it('says that hardly anything of both sides is judged', () => {
    expect(idsOf({ overlap: 0.6, judged: 0.03 })).toEqual(['few-judged']);
    expect(idsOf({ overlap: 0.6, judged: 0.1 })).toEqual([]);
  });
});
