import { describe, expect, it } from 'vitest';
import { outlookOf } from '../../src/gate/outlook.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Rule } from '../../src/model/policy.ts';
import { evaluationOf, limit, needLabels, nonInferior, policyOf } from './evaluations.ts';

const N = 200;
const flat = (value: number): number[] => Array(N).fill(value);
const around = (mean: number, width = 0.02): number[] => Array.from({ length: N }, (_, i) => mean + (i % 2 === 0 ? width : -width));
const rule = nonInferior('nDCG@10', 0.02);
const ID = 'nDCG@10 nonInferior 0.02 on served';

/** Old values of 0.5, a change as counted, and its ends over what two documents a query could be. */
function evaluationWith(counted: number[], least: number[], most: number[]): Evaluation {
  const fresh = counted.map((d) => 0.5 + d);
  const base = evaluationOf({ needs: needLabels(N), quality: { 'nDCG@10': [flat(0.5), fresh] } });
  const { served } = (base.quality as Record<string, { served: object }>)['nDCG@10'] as { served: object };
  const open = { least, most, new: { least: fresh, most: most.map((d) => Math.min(1, 0.5 + Math.max(0, d))) }, pairs: flat(2) };
  return { ...base, quality: { 'nDCG@10': { served: { ...served, open } } } } as unknown as Evaluation;
}

function outlook(evaluation: Evaluation, judged: number, rules: readonly Rule[] = [rule], id = ID) {
  const sheet = new Set(evaluation.queries.ids.slice(0, judged));
  return outlookOf(evaluation, policyOf(rules), id, { measure: 'nDCG@10', on: 'served' }, sheet);
}

describe('what judging is likely to settle', () => {
  it('a sheet of few queries leaves it open, one of most settles it as counted', () => {
    const evaluation = evaluationWith(around(-0.1), around(-0.2), around(0.1));
    expect(outlook(evaluation, 0)).toEqual({ sheet: 'inconclusive', worst: 'fail', best: 'pass' });
    expect(outlook(evaluation, 20)?.sheet).toBe('inconclusive');
    expect(outlook(evaluation, 180)?.sheet).toBe('fail');
    expect(outlook(evaluationWith(around(0.02), around(-0.1), around(0.02)), N)?.sheet).toBe('pass');
  });

  it('where the spread of needs is too large no grade can settle it', () => {
    const wide = (mean: number) => around(mean, 0.4);
    expect(outlook(evaluationWith(wide(-0.02), wide(-0.025), wide(-0.015)), N)).toEqual({
      sheet: 'inconclusive',
      worst: 'inconclusive',
      best: 'inconclusive',
    });
  });

  it('what is decided stays so', () => {
    expect(outlook(evaluationWith(around(-0.1), around(-0.2), around(-0.06)), 0)).toEqual({ sheet: 'fail', worst: 'fail', best: 'fail' });
  });

  it('limits too; nothing where nothing is open, or where the policy has no such rule', () => {
    const atLeast = limit('nDCG@10', 'atLeast', 0.48);
    const evaluation = evaluationWith(flat(-0.05), flat(-0.05), flat(0.1));
    expect(outlook(evaluation, 0, [atLeast], 'nDCG@10 atLeast 0.48')).toEqual({ sheet: 'inconclusive', worst: 'fail', best: 'pass' });
    expect(outlook(evaluation, 0, [rule], 'another')).toBeNull();
    const closed = evaluationOf({ needs: needLabels(N), quality: { 'nDCG@10': [flat(0.5), flat(0.5)] } });
    expect(outlook(closed, 0)).toBeNull();
  });
});
