import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import type { Rule } from '../../src/model/policy.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { CONTEXT, evaluationOf, limit, needLabels, noHarm, nonInferior, policyOf } from './evaluations.ts';

const N = 200;
const around = (mean: number): number[] => Array.from({ length: N }, (_, i) => mean + (i % 2 === 0 ? 0.02 : -0.02));
const flat = (value: number): number[] => Array(N).fill(value);
const rule = nonInferior('nDCG@10', 0.02);

/** A change of `full` as judged, and of `least` to `most` over all that two unjudged documents a query could be. */
function verdictOf(full: number, least: number, most: number, rules: readonly Rule[] = [rule]): Verdict {
  const slices = { style: Array.from({ length: N }, (_, i) => (i % 4 < 2 ? 'a' : 'b')) };
  const evaluation = evaluationOf({ needs: needLabels(N), slices, quality: { 'nDCG@10': [flat(0.5), around(0.5 + full)] } });
  const [own] = Object.values(evaluation.quality) as { served: object }[];
  const open = {
    least: around(least),
    most: around(most),
    new: { least: around(0.5 + full), most: around(0.5 + full + Math.max(0, most)) },
    pairs: flat(2),
  };
  return judge({ ...evaluation, quality: { 'nDCG@10': { served: { ...own?.served, open } } } } as never, policyOf(rules), CONTEXT);
}

describe('unjudged documents', () => {
  it('a loss that no judging could undo fails, a pass that none could undo passes', () => {
    expect(verdictOf(-0.1, -0.2, -0.06)).toMatchObject({ outcome: 'fail', why: null });
    expect(verdictOf(0.02, 0.01, 0.2)).toMatchObject({ outcome: 'pass', why: null });
    expect(verdictOf(0.02, 0.01, 0.2).rules[0]?.open).toMatchObject({ pairs: 2 * N, toSettle: null });
  });

  it('what they decide is open, with the number of judgements that would settle it', () => {
    const failed = verdictOf(-0.1, -0.2, 0.1);
    expect(failed).toMatchObject({ outcome: 'inconclusive', exitCode: 3, why: 'unjudged' });
    expect(failed.headline).toBe(
      'Inconclusive: unjudged documents decide; nDCG@10 is between −0.210 and +0.111 with the unjudged, the limit is −0.020.',
    );
    expect(failed.rules[0]?.reason).toMatch(/^Unjudged documents decide: it is a fail if none of them is relevant, and they leave/);
    expect(failed.rules[0]?.power?.needsToSettle).toBeNull();
    // 0.2 a query separate the best case from what was counted; a little more than 0.12 of it has to go.
    const { toSettle = 0 } = failed.rules[0]?.open ?? {};
    expect(toSettle).toBeGreaterThan(0.6 * 2 * N);
    expect(toSettle).toBeLessThan(0.8 * 2 * N);
    expect(failed.rules[0]?.reason).toContain(`About ${toSettle} of ${2 * N} judgements would settle it`);
    expect(verdictOf(0.02, -0.05, 0.02)).toMatchObject({ outcome: 'inconclusive', why: 'unjudged' });
  });

  it('too few needs stay the reason where judging would not settle it either', () => {
    const verdict = verdictOf(-0.02, -0.1, 0.1);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', why: 'few-needs' });
    expect(verdict.rules[0]?.open?.toSettle).toBeNull();
  });

  it('count in slices and limits too', () => {
    const slices = verdictOf(-0.2, -0.3, 0.1, [noHarm('nDCG@10', 0.02)]);
    expect(slices.rules.map((r) => [r.outcome, r.why])).toEqual([
      ['inconclusive', 'unjudged'],
      ['inconclusive', 'unjudged'],
    ]);
    const limits = verdictOf(-0.05, -0.05, 0.1, [limit('nDCG@10', 'atLeast', 0.48)]);
    expect(limits.rules[0]).toMatchObject({ outcome: 'inconclusive', why: 'unjudged' });
    expect(verdictOf(-0.05, -0.05, 0.1, [limit('nDCG@10', 'atLeast', 0.4)]).outcome).toBe('pass');
  });

  it('a slice that is safe as counted, and not with the unjudged at their worst, is never shown as a pass', () => {
    const open = verdictOf(0.02, -0.1, 0.05, [noHarm('nDCG@10', 0.06)]);
    expect(open.rules.map((r) => [r.outcome, r.state])).toEqual([
      ['pass', 'not-shown-safe'],
      ['pass', 'not-shown-safe'],
    ]);
    expect(open.rules[0]?.interval?.lower).toBeGreaterThan(-0.06);
    expect(open.rules[0]?.reason).toMatch(/^Harm beyond 0.060 is not shown and not excluded/);
    expect(open.headline).toContain('2 of 2 slices are not shown safe');
    expect(open.reasons.at(-1)).toBe('2 of 2 slices show no harm beyond what is allowed; in 0 of them it is excluded.');
    const closed = verdictOf(0.02, 0.01, 0.05, [noHarm('nDCG@10', 0.06)]);
    expect(closed.rules.map((r) => r.state)).toEqual(['pass', 'pass']);
  });

  it('a sign is turned with its ends', () => {
    const base = evaluationOf({ needs: needLabels(N), quality: { latency: [flat(0.5), around(0.4)] }, metrics: { latency: 'lower' } });
    const [own] = Object.values(base.quality) as { served: object }[];
    const open = { least: around(-0.2), most: around(-0.05), new: { least: around(0.4), most: around(0.4) }, pairs: flat(1) };
    const evaluation = { ...base, quality: { latency: { served: { ...own?.served, open } } } } as never;
    const [result] = judge(evaluation, policyOf([nonInferior('latency', 0.02)]), CONTEXT).rules;
    expect(result?.outcome).toBe('pass');
    expect([result?.open?.least, result?.open?.most]).toEqual([expect.closeTo(-0.2, 10), expect.closeTo(-0.05, 10)]);
  });
});
