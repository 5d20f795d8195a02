import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import type { Consumer } from '../../src/model/config.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Policy, Rule } from '../../src/model/policy.ts';
import type { ConsumerResult } from '../../src/model/scores.ts';
import { CONTEXT, evaluationOf, limit, needLabels, nonInferior, policyOf } from './evaluations.ts';

const cells = needLabels(160).map((_, i) => (i % 4) / 4);
const BASE = evaluationOf({
  needs: needLabels(160),
  quality: { 'nDCG@10': [cells, cells] },
  index: { 'annRecall@10': [cells.map(() => 1), cells.map(() => 1)] },
  values: { untranslatedConsumers: 0 },
});
const WEAK: Evaluation = { ...BASE, dataset: { ...BASE.dataset, weakGrades: { source: 'clicks', rule: 'grade 1 from 3 clicks' } } };
const RULES = [nonInferior('nDCG@10', 0.02), limit('annRecall@10', 'atLeast', 0.98)];

const verdict = (evaluation: Evaluation, more: Partial<Policy> = {}, rules: readonly Rule[] = RULES) =>
  judge(evaluation, policyOf(rules, more), CONTEXT);

describe('grades made of clicks', () => {
  it('count, and the verdict says in headline, cautions and reasons what they are', () => {
    const [plain, weak] = [verdict(BASE), verdict(WEAK)];
    expect(weak.outcome).toBe('pass');
    expect(weak.rules).toEqual(plain.rules);
    expect(plain.cautions).toBeUndefined();
    expect(weak.cautions).toEqual([{ id: 'weak-grades', title: 'Judged by clicks', text: expect.stringContaining('position bias') }]);
    expect(weak.headline).toBe(`${plain.headline} Judged by clicks.`);
    expect(weak.reasons.at(-1)).toMatch(/^Judged by clicks: .*the old one is flattered/);
    expect(weak.reasons.slice(0, -1)).toEqual(plain.reasons);
  });

  it('are none where the policy forbids them: what rests on them fails, the rest holds', () => {
    const { outcome, exitCode, rules } = verdict(WEAK, { weakGrades: 'forbid', inconclusive: 'warn' });
    expect([outcome, exitCode]).toEqual(['fail', 1]);
    expect(rules.map((rule) => [rule.outcome, rule.found])).toEqual([
      ['fail', 'no value'],
      ['pass', expect.any(String)],
    ]);
    expect(rules[0]?.reason).toContain('the policy forbids weak grades. A missing number never passes.');
    expect(verdict(BASE, { weakGrades: 'forbid' }).outcome).toBe('pass');
  });

  it('are skipped where the rule says so, and then nothing passes by them alone', () => {
    const skip = nonInferior('nDCG@10', 0.02, { ifMissing: 'skip' });
    const some = verdict(WEAK, { weakGrades: 'forbid' }, [skip, limit('annRecall@10', 'atLeast', 0.98)]);
    expect([some.outcome, some.rules[0]?.outcome]).toEqual(['pass', 'skipped']);
    expect(verdict(WEAK, { weakGrades: 'forbid' }, [skip]).outcome).toBe('inconclusive');
  });

  it('forbidden, count for no consumer whose precision they would measure', () => {
    const consumers = (keep: Consumer['keep']): Evaluation => ({
      ...WEAK,
      consumers: [{ consumer: { name: 'floor', keep }, withinTolerance: true } as ConsumerResult],
    });
    const rule = [limit('untranslatedConsumers', 'atMost', 0)];
    expect(verdict(consumers('precision'), { weakGrades: 'forbid' }, rule).outcome).toBe('fail');
    expect(verdict(consumers('pass-rate'), { weakGrades: 'forbid' }, rule).outcome).toBe('pass');
    expect(verdict(consumers('precision'), {}, rule).outcome).toBe('pass');
  });
});
