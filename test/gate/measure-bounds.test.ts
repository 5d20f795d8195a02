import { describe, expect, it } from 'vitest';
import { limit, needLabels, nonInferior, verdictOf } from './evaluations.ts';

const needs = needLabels(50);
const same = needs.map(() => 0.5);
const lost = needs.map((_, i) => (i % 5 === 0 ? 0.2 : 0.5));

describe('bounds of every measure', () => {
  it('are there whether or not a rule names the measure, and are those of its rule where one does', () => {
    const verdict = verdictOf(
      {
        needs,
        quality: { 'nDCG@10': [same, lost], 'R@10': [same, same] },
        exact: { 'nDCG@10': [same, lost] },
        neighbours: { 'overlap@10': needs.map(() => 1) },
        index: { 'annRecall@10': [needs.map(() => 1), needs.map(() => 1)] },
      },
      [nonInferior('nDCG@10', 0.02)],
    );
    const measures = verdict.measures ?? [];
    expect(measures.map(({ measure, on, of }) => [measure, on, of])).toEqual([
      ['nDCG@10', 'served', 'difference'],
      ['nDCG@10', 'exact', 'difference'],
      ['R@10', 'served', 'difference'],
      ['overlap@10', 'served', 'mean'],
      ['annRecall@10', 'served', 'difference'],
    ]);
    expect(measures[0]?.interval).toEqual(verdict.rules[0]?.interval);
    expect(measures[1]?.interval).toEqual(measures[0]?.interval);
    // Fifty needs without a change, of which an unseen one could lose or gain all: 1 − 0.05^(1/50) of the range.
    const unseen = 1 - 0.05 ** (1 / 50);
    expect(measures[2]?.interval.lower).toBeCloseTo(-unseen, 6);
    expect(measures[2]?.interval.upper).toBeCloseTo(unseen, 6);
    expect(measures[3]?.interval.lower).toBeCloseTo(1 - unseen, 6);
    expect(measures[3]?.interval.upper).toBeCloseTo(1, 6);
  });

  it('are turned where less is better, and take the confidence of the policy', () => {
    const spec = { needs, quality: { 'nDCG@10': [lost, same] as const }, metrics: { nDCG: 'lower' as const } };
    const [of95] = verdictOf(spec, [nonInferior('nDCG@10', 0.2)]).measures ?? [];
    const [of80] = verdictOf(spec, [nonInferior('nDCG@10', 0.2)], { confidence: 0.8 }).measures ?? [];
    expect(of95?.interval.lower).toBeLessThan(0.06);
    expect(of95?.interval.upper).toBeGreaterThan(0.06);
    expect([of95?.interval.confidence, of80?.interval.confidence]).toEqual([0.95, 0.8]);
    expect(of80?.interval.lower).toBeGreaterThan(of95?.interval.lower ?? 0);
  });

  it('are missing for one need, and where nothing was measured by query', () => {
    const one = { needs: needLabels(1), quality: { 'nDCG@10': [[0.5], [0.5]] as const } };
    expect(verdictOf(one, [nonInferior('nDCG@10', 0.02)]).measures).toBeUndefined();
    const none = { needs, values: { untranslatedConsumers: 0 } };
    expect(verdictOf(none, [limit('untranslatedConsumers', 'atMost', 0)]).measures).toBeUndefined();
  });
});
