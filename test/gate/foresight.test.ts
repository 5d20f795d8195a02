import { describe, expect, it } from 'vitest';
import { foresee, foresightWords, isEnough, judgedNeeds } from '../../src/gate/foresight.ts';
import { limit, noHarm, nonInferior, policyOf } from './evaluations.ts';

const policy = (...rules: Parameters<typeof policyOf>[0]) => policyOf(rules);

describe('what a set can show', () => {
  it('is held against the least margin of what decides over all needs', () => {
    const rules = [nonInferior('R@10', 0.03), nonInferior('nDCG@10', 0.02), nonInferior('RR@10', 0.001, { severity: 'warn' })];
    expect(foresee(policy(...rules, noHarm('nDCG@10', 0.01)), 60)).toMatchObject({ metric: 'nDCG@10', margin: 0.02, needs: 60 });
  });

  it('is nothing where no rule compares quality, and where nothing is judged', () => {
    expect(foresee(policy(limit('annRecall@10', 'atLeast', 0.98)), 60)).toBeNull();
    expect(foresee(policy(nonInferior('nDCG@10', 0)), 60)).toBeNull();
    expect(foresee(policy(nonInferior('nDCG@10', 0.02)), 0)).toBeNull();
  });

  it('says that few needs can show little, and how many would do', () => {
    const few = foresee(policy(nonInferior('nDCG@10', 0.02)), 60);
    if (few === null) throw new Error('60 judged needs show something');
    expect(isEnough(few)).toBe(false);
    expect(foresightWords(few)).toMatch(
      /^60 needs typically show a loss of 0\.06\d of nDCG@10 between releases of one model and of 0\.07\d between models, and the margin is 0\.020: expect inconclusive .* About \d{3} needs would do between releases, \d{3} between models\.$/,
    );
    const enough = foresee(policy(nonInferior('nDCG@10', 0.02)), few.wanted);
    expect(enough && isEnough(enough)).toBe(true);
    expect(enough && foresightWords(enough)).toContain('enough, as a rule');
    const near = foresee(policy(nonInferior('nDCG@10', 0.02)), few.wantedBetweenReleases);
    expect(near && foresightWords(near)).toContain('enough between releases; between models it may end inconclusive');
    const one = foresee(policy(nonInferior('nDCG@10', 0.02)), 1);
    expect(one && foresightWords(one)).toContain('1 need shows no spread of nDCG@10');
  });

  it('speaks of the pipeline where the rule is about it', () => {
    const found = foresee(policy(nonInferior('nDCG@10', 0.02, { on: 'pipeline' })), 60);
    const words = found === null ? '' : foresightWords(found);
    expect(words).toContain('of nDCG@10 of the pipeline between releases');
    expect(words).toMatch(
      /needs would do between releases, \d{3} between models; fewer may do, since what words find hides part of what the vectors lose\.$/,
    );
  });

  it('counts needs with a judged query, each once', () => {
    const query = (id: string, need: string) => ({ id, need, text: '', slices: {} });
    const queries = [query('a1', 'a'), query('a2', 'a'), query('b', 'b'), query('c', 'c')];
    const qrels = new Map([
      ['a1', new Map([['d', 1]])],
      ['a2', new Map([['d', 0]])],
      ['b', new Map()],
    ]);
    expect(judgedNeeds({ queries, qrels })).toBe(1);
    expect(judgedNeeds({ queries, qrels: null })).toBe(0);
  });
});
