import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { judge } from '../../src/gate/judge.ts';
import { ratioBounds } from '../../src/gate/reach.ts';
import { binomialBand } from '../../src/measure/stats/distributions.ts';
import { columnByNeed, indexNeeds } from '../../src/measure/stats/needs.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { CONTEXT, column, evaluationOf, needLabels, nonInferior, policyOf } from './evaluations.ts';

const pairOf = (vectors: readonly number[], pipeline: readonly number[]) => {
  const index = indexNeeds(vectors.map((_, i) => `n${i}`));
  return { vectors: columnByNeed(index, vectors), pipeline: columnByNeed(index, pipeline) };
};

test('bounds of a ratio are those of Fieller, worked by hand', () => {
  // x̄ = 2, ȳ = 1.5, s²x/n = 1/3, s²y/n = 1/12, cov/n = 1/6, t(0.95, 2) = 2.919986: x̄² − t²/3 = 1.157893,
  // x̄ȳ − t²/6 = 1.578947, ȳ² − t²/12 = 1.539473; (1.578947 ∓ √(1.578947² − 1.157893 · 1.539473)) / 1.157893.
  const bounds = ratioBounds(pairOf([1, 2, 3], [1, 1.5, 2]), 0.95);
  expect(bounds?.lower).toBeCloseTo(0.635654, 5);
  expect(bounds?.upper).toBeCloseTo(2.091622, 4);
});

test('none where the first mean could be 0, for one need, and where nothing moves', () => {
  expect(ratioBounds(pairOf([1, -1, 0.1], [1, 1, 1]), 0.95)).toBeNull();
  expect(ratioBounds(pairOf([1], [1]), 0.95)).toBeNull();
  expect(ratioBounds(pairOf([0, 0, 0], [0, 0, 0]), 0.95)).toBeNull();
  // The same share of every need has no spread.
  const exact = ratioBounds(pairOf([1, 2, 3], [0.5, 1, 1.5]), 0.95);
  expect(exact?.lower).toBeCloseTo(0.5, 9);
  expect(exact?.upper).toBeCloseTo(0.5, 9);
});

/** 60 needs: the vectors lose 0.2 everywhere but a little noise, of which the pipeline leaves the share. */
function evaluated(share: number): Evaluation {
  const needs = needLabels(60);
  const noise = (i: number) => 0.02 * ((i % 3) - 1);
  const old = needs.map(() => 0.6);
  const base = evaluationOf({ needs, quality: { 'nDCG@10': [old, old.map((value, i) => value - 0.2 + noise(i))] } });
  const piped = { old: column(old), new: column(old.map((value, i) => value - share * (0.2 - noise(i)))) };
  const served = (base.quality as Record<string, object>)['nDCG@10'];
  return {
    ...base,
    quality: { 'nDCG@10': { ...served, pipeline: piped } },
    pipeline: {
      limit: 10,
      vectors: 10,
      lexical: { source: 'bm25', k1: 1.2, b: 0.75, stopWords: [], depth: 10, queries: 60 },
      fusion: { method: 'rrf', k: 60 },
      wordsAlone: {},
    },
  };
}

test('a verdict says what reaches the user, and what the vectors alone would have been', () => {
  const policy = policyOf([nonInferior('nDCG@10', 0.1, { on: 'pipeline' })]);
  const verdict = judge(evaluated(0.25), policy, CONTEXT);
  expect(verdict.outcome).toBe('pass');
  const [reach] = verdict.reach ?? [];
  expect(reach).toMatchObject({ measure: 'nDCG@10', needs: 60, interval: { confidence: 0.95, method: 'fieller' } });
  expect(reach?.vectors).toBeCloseTo(-0.2, 9);
  expect(reach?.pipeline).toBeCloseTo(-0.05, 9);
  expect(reach?.share).toBeCloseTo(0.25, 9);
  expect(verdict.reasons).toContain(
    'nDCG@10: the vectors alone −0.200, what the user gets −0.050: 0.250 [0.250, 0.250] of the difference reaches the user. The vectors by themselves would fail this rule.',
  );
  expect(judge(evaluated(1), policy, CONTEXT).headline).toContain('nDCG@10 of the pipeline −0.200');
  // Nothing of the pipeline is asked.
  expect(judge(evaluated(0.25), policyOf([nonInferior('nDCG@10', 0.1)]), CONTEXT).reach).toBeUndefined();
});

describe('in samples of needs that mostly stay where they are', () => {
  test.each([0.3, 1, -0.5])('a true share of %d is below and above the bounds in at most 5 % each', (share) => {
    const [runs, needs] = [1000, 150];
    const random = seededRandom(11, `reach ${share}`);
    let [below, above, given] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const vectors = Array.from({ length: needs }, () =>
        random.next() < 0.5 ? 0 : random.next() < 0.25 ? 0.6 * random.next() : -0.8 * random.next(),
      );
      const pipeline = vectors.map((value) => share * value + (random.next() < 0.3 ? 0.4 * (random.next() - 0.5) : 0));
      const bounds = ratioBounds(pairOf(vectors, pipeline), 0.95);
      if (bounds === null) continue;
      given++;
      if (share < bounds.lower) below++;
      if (share > bounds.upper) above++;
    }
    expect(given).toBeGreaterThan(900);
    const most = binomialBand(given, 0.05, 0.998)[1];
    expect(below).toBeLessThanOrEqual(most);
    expect(above).toBeLessThanOrEqual(most);
  });
});
