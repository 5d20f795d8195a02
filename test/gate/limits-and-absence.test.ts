import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/config/policy.ts';
import type { Rule } from '../../src/model/policy.ts';
import type { RuleResult } from '../../src/model/verdict.ts';
import { limit, needLabels, noHarm, nonInferior, type Spec, verdictOf } from './evaluations.ts';

const N = 50;
const half = Array.from({ length: N }, (_, i) => (i % 2 === 0 ? 1 : 0.9));
const SPEC: Spec = {
  needs: needLabels(N),
  quality: { 'nDCG@10': [half.map(() => 0.9), half] },
  neighbours: { 'overlap@10': half },
  index: { 'annRecall@10': [half.map(() => 1), half] },
  values: { untranslatedConsumers: 1, noise: { notApplicable: 'no noise study was run.' } },
};

function one(rule: Rule, spec: Spec = SPEC): RuleResult {
  const { rules } = verdictOf(spec, [rule]);
  expect(rules).toHaveLength(1);
  return rules[0] as RuleResult;
}

describe('atLeast and atMost', () => {
  it.each([
    ['annRecall@10', 'atLeast', 0.95, 'pass'],
    ['annRecall@10', 'atLeast', 0.96, 'fail'],
    ['overlap@10', 'atLeast', 0.9, 'pass'],
    ['overlap@10', 'atMost', 0.9, 'fail'],
    ['nDCG@10', 'atLeast', 0.9, 'pass'],
    ['untranslatedConsumers', 'atMost', 1, 'pass'],
    ['untranslatedConsumers', 'atMost', 0, 'fail'],
  ] as const)('%s %s %f: %s by the new version’s value', (metric, kind, value, outcome) => {
    const result = one(limit(metric, kind, value));
    expect(result).toMatchObject({ outcome, decides: true, adjustedP: null, power: null });
    expect(result.id).toBe(`${metric} ${kind} ${value}`);
    expect(result.next === '').toBe(outcome === 'pass');
  });

  it('is not broken by rounding', () => {
    const values = Array.from({ length: 10 }, () => 0.1 + 0.2).map((v, i) => (i % 2 ? v - 0.1 : v + 0.1));
    expect(one(limit('overlap@10', 'atMost', 0.3), { needs: needLabels(10), neighbours: { 'overlap@10': values } }).outcome).toBe('pass');
  });

  it('judges a bound where one is asked for', () => {
    // 0.95 ± 1.68 · 0.00714, and an unseen need could have 0 (or 1): it alone takes away up to 1 − 0.05^(1/50) = 5.8 %.
    expect(one(limit('annRecall@10', 'atLeast', 0.94, { bound: 'lower' })).outcome).toBe('fail');
    expect(one(limit('annRecall@10', 'atLeast', 0.88, { bound: 'lower' })).outcome).toBe('pass');
    expect(one(limit('annRecall@10', 'atMost', 0.955, { bound: 'upper' })).outcome).toBe('fail');
    const result = one(limit('annRecall@10', 'atLeast', 0.94, { bound: 'lower' }));
    expect(result.expected).toBe('lower bound at least 0.940');
    expect(result.reason).toMatch(/^The lower bound, 0\.89\d, is below 0\.940 by 0\.0[45]\d\.$/);
    expect(result.next).toContain('efSearch');
  });

  it('has no bound for a single number or a single need', () => {
    expect(one(limit('untranslatedConsumers', 'atMost', 5, { bound: 'upper' }))).toMatchObject({
      outcome: 'fail',
      next: 'Remove `bound` from the rule.',
    });
    const single: Spec = { needs: ['a'], neighbours: { 'overlap@10': [0.5] } };
    expect(one(limit('overlap@10', 'atLeast', 0.4, { bound: 'lower' }), single).outcome).toBe('inconclusive');
    expect(one(limit('overlap@10', 'atLeast', 0.4), single).outcome).toBe('pass');
  });

  it('decides nothing on consumers where none is named, and does not count as a rule that holds', () => {
    const spec: Spec = { ...SPEC, values: { untranslatedConsumers: 0 } };
    const rule = limit('untranslatedConsumers', 'atMost', 0);
    expect(one(rule, spec)).toMatchObject({ outcome: 'skipped', decides: false, found: 'no consumer to look at' });
    expect(verdictOf(spec, [rule]).outcome).toBe('inconclusive');
    const { outcome, headline } = verdictOf(spec, [limit('annRecall@10', 'atLeast', 0.9), rule]);
    expect([outcome, headline]).toEqual(['pass', 'Pass: 1 of 2 rules hold (1 decided nothing).']);
  });

  it.each([
    [limit('overlapLossOverNoise@10', 'atMost', 20), 'overlapLossOverNoise@10 is never above 10'],
    [limit('overlapLossOverNoise@10', 'atMost', 10), 'overlapLossOverNoise@10 is never above 10'],
    [limit('annRecall@10', 'atLeast', 0), 'annRecall@10 is never below 0'],
  ])('decides nothing where its metric never reaches the limit: %o', (rule, found) => {
    const spec: Spec = { ...SPEC, values: { ...SPEC.values, 'overlapLossOverNoise@10': 9.7 } };
    expect(one(rule, spec)).toMatchObject({ outcome: 'skipped', decides: false, found });
    expect(verdictOf(spec, [rule]).outcome).toBe('inconclusive');
    expect(one({ ...rule, limit: rule.kind === 'atMost' ? 9.8 : 0.1 } as Rule, spec).outcome).toBe('pass');
  });

  it('says values and limits plainly', () => {
    const result = one(limit('annRecall@10', 'atLeast', 0.98));
    expect(result.found).toMatch(/^0\.950 \[0\.8\d\d, 0\.9\d\d\] \(50 needs\)$/);
    expect(result.reason).toBe('0.950 is below 0.980 by 0.030.');
    const count = one(limit('untranslatedConsumers', 'atMost', 0));
    expect([count.expected, count.found, count.reason]).toEqual([
      'at most 0',
      '1',
      '1 consumer of scores has no accepted threshold within its tolerance.',
    ]);
    expect([result.old, result.new]).toEqual([1, expect.closeTo(0.95, 10)]);
  });
});

describe('what is absent', () => {
  const unjudged: Spec = { ...SPEC, quality: { notApplicable: 'the data set has no judgements.' } };

  it('a metric that was not measured fails and says where to add it', () => {
    const result = one(nonInferior('R@100', 0.02));
    expect(result).toMatchObject({ outcome: 'fail', decides: true, found: 'no value', needs: 0, difference: null });
    expect(result.reason).toBe('R@100 was not measured. A missing number never passes.');
    expect(result.next).toContain('Add "R@100" to `metrics`');
    expect(verdictOf(SPEC, [nonInferior('R@100', 0.02)])).toMatchObject({ exitCode: 1, headline: 'Fail: R@100 has no value.' });
  });

  it('without judgements a pass says what it does not know', () => {
    const rules = [limit('annRecall@10', 'atLeast', 0.9), limit('noise', 'atMost', 1, { severity: 'warn' })];
    const [alone, warned] = [verdictOf(unjudged, rules.slice(0, 1)), verdictOf(unjudged, rules)];
    expect(alone.headline).toBe('Pass: 1 of 1 rule holds; without judgements, quality was not measured.');
    expect(warned.headline).toBe('Pass: 1 of 2 rules hold (1 warning); without judgements, quality was not measured.');
    expect(alone.reasons.at(-1)).toMatch(/^Without a judgement nobody can say which version finds the better documents/);
    expect(warned.rules[1]?.reason).toBe('noise does not apply: no noise study was run. A missing number never passes.');
    expect(verdictOf(SPEC, rules.slice(0, 1)).reasons.join()).not.toMatch(/judgement/);
  });

  it('skips where the rule says so, and counts it', () => {
    const rules = [nonInferior('R@100', 0.02, { ifMissing: 'skip' }), limit('annRecall@10', 'atLeast', 0.9)];
    const verdict = verdictOf(SPEC, rules);
    expect(verdict.rules[0]).toMatchObject({ outcome: 'skipped', decides: false });
    expect(verdict.headline).toBe('Pass: 1 of 2 rules hold (1 decided nothing).');
    expect(verdict.reasons.at(-1)).toContain('R@100 was not measured');
  });

  it('no judgements at all: quality rules fail and show a label-free policy; others go on', () => {
    const verdict = verdictOf(unjudged, [nonInferior('nDCG@10', 0.02), limit('annRecall@10', 'atLeast', 0.9)]);
    expect(verdict.rules.map((r) => r.outcome)).toEqual(['fail', 'pass']);
    expect(verdict.rules[0]?.reason).toContain('the data set has no judgements.');
    expect(verdict.rules[0]?.next).toContain('ifMissing: skip');
    expect(one(noHarm('nDCG@10', 0.05), unjudged).next).toContain('label-free');
  });

  it('other neighbours than measured, not applicable, no value anywhere', () => {
    expect(one(limit('nDCG@10', 'atLeast', 0.1, { on: 'exact' })).next).toContain('`on: served`');
    expect(one(limit('noise', 'atMost', 20)).reason).toContain('no noise study was run.');
    const empty: Spec = { needs: ['a'], quality: { 'nDCG@10': [[null], [null]] }, neighbours: { 'kendall@10': [null] }, judged: [false] };
    expect(one(nonInferior('nDCG@10', 0.02), empty)).toMatchObject({ outcome: 'fail', found: 'no value' });
    expect(one(limit('kendall@10', 'atLeast', 0.2), empty).reason).toContain('defined for no query');
    const disjoint: Spec = {
      needs: ['a', 'b'],
      quality: {
        'nDCG@10': [
          [1, null],
          [null, 1],
        ],
      },
    };
    expect(one(nonInferior('nDCG@10', 0.02), disjoint).reason).toContain('no query with a value for both versions');
  });

  it('the default policy looks at slices where the data set declares some', () => {
    const rules = DEFAULT_POLICY.rules.filter(({ kind }) => kind === 'noHarm');
    expect(verdictOf(SPEC, rules).rules.map(({ outcome }) => outcome)).toEqual(['skipped']);
    const sliced = { ...SPEC, slices: { style: half.map((_, i) => (i % 2 === 0 ? 'short' : 'long')) } };
    expect(verdictOf(sliced, rules).rules.flatMap(({ slice }) => slice?.value ?? [])).toEqual(['long', 'short']);
  });

  it('a comparison of what is not one value a version and query fails with the reason, even if missing may be skipped', () => {
    const overlap = one(nonInferior('overlap@10', 0.02, { ifMissing: 'skip' }));
    expect(overlap).toMatchObject({ outcome: 'fail', decides: true });
    expect(overlap.reason).toContain('has no old and new value a query');
    expect(overlap.next).toContain('{ metric: overlap@10, atLeast: … }');
    expect(one(noHarm('untranslatedConsumers', 0.02)).outcome).toBe('fail');
    const neither: Spec = { ...SPEC, metrics: { nDCG: 'none' } };
    expect(one(nonInferior('nDCG@10', 0.02), neither).reason).toContain('neither higher nor lower is better');
  });

  it('finds a metric under another spelling of its name', () => {
    expect(one(nonInferior('NDCG@10', 0.02)).outcome).toBe('pass');
  });

  it('columns that do not fit the queries are a programming error', () => {
    const broken: Spec = { needs: ['a', 'b'], quality: { 'nDCG@10': [[1], [1]] } };
    expect(() => verdictOf(broken, [nonInferior('nDCG@10', 0.02)])).toThrow(RangeError);
  });
});
