import { expect, test } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { CONTEXT, evaluationOf, limit, needLabels, policyOf } from './evaluations.ts';

const SEARCH = { limit: 10, k: 10, similarity: 'cosine', hnsw: { m: 16, efConstruction: 200, efSearch: 128 }, kUsed: 10 } as const;
const cells = needLabels(40).map(() => 1);
const spec = { needs: needLabels(40), index: { 'annRecall@10': [cells, cells] as const } };

function reasonsWith(search: Evaluation['search']): readonly string[] {
  const evaluation = { ...evaluationOf(spec), search };
  return judge(evaluation, policyOf([limit('annRecall@10', 'atLeast', 0.98)]), CONTEXT).reasons;
}

test('neighbours of an index that no second build gives again: the verdict says so, whatever it is', () => {
  const usual = reasonsWith({ ...SEARCH, engine: 'hnsw' });
  const marked = reasonsWith({ ...SEARCH, engine: 'usearch', reproducible: false });
  expect(marked.slice(0, -1)).toEqual(usual);
  expect(marked.at(-1)).toContain('usearch, of which no two builds are alike');
});
