import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/core/brand.ts';
import { judge } from '../../src/gate/judge.ts';
import { looksOf, spentAt } from '../../src/gate/looks.ts';
import type { JudgingLook } from '../../src/model/dataset.ts';
import type { Evaluation, VersionRecord } from '../../src/model/evaluation.ts';
import { CONTEXT, evaluationOf, needLabels, nonInferior, policyOf } from './evaluations.ts';

const NOBODY: JudgingLook = { date: '2026-01-31', needs: 60, of: null };
const at = (old: string, fresh: string): JudgingLook => ({
  date: '2026-01-31',
  needs: 100,
  of: { evaluation: 'e'.repeat(12), old: old.repeat(12), new: fresh.repeat(12) },
});

function evaluation(needs: number, looks: readonly JudgingLook[] | null): Evaluation {
  const old = Array.from({ length: needs }, () => 0.5);
  const base = evaluationOf({ needs: needLabels(needs), quality: { 'nDCG@10': [old, old] } });
  if (looks === null) return base;
  const judging = { imports: 1, since: '2026-01-31', last: '2026-01-31', judges: ['a'], added: 1, replaced: 0, agreement: [], looks };
  return { ...base, dataset: { ...base.dataset, judging } };
}

const verdictOf = (needs: number, looks: readonly JudgingLook[] | null) =>
  judge(evaluation(needs, looks), policyOf([nonInferior('nDCG@10', 0.02)]), CONTEXT);

describe('needs added after a look', () => {
  it('leave a quarter of the error for the second look, an eighth for the third; all together at most one and a half', () => {
    expect([0, 1, 2, 3].map((earlier) => spentAt(0.05, earlier))).toEqual([0.05, 0.0125, 0.00625, 0.003125]);
    const all = Array.from({ length: 50 }, (_, earlier) => spentAt(0.05, earlier)).reduce((sum, part) => sum + part, 0);
    expect(all).toBeLessThanOrEqual(0.075 + 1e-12);
  });

  it('make the bounds surer, and the verdict says so: what passes at a first look does not at a second', () => {
    // 1 − 0.05^(1/n) < 0.02 from 149 needs on; 1 − 0.0125^(1/n) from 217.
    const [first, second] = [verdictOf(149, null), verdictOf(149, [NOBODY])];
    expect([first.outcome, second.outcome, verdictOf(216, [NOBODY]).outcome, verdictOf(217, [NOBODY]).outcome]).toEqual([
      'pass',
      'inconclusive',
      'inconclusive',
      'pass',
    ]);
    expect(first).not.toHaveProperty('looks');
    expect(second.looks).toEqual({ needs: [60], confidence: 0.9875 });
    expect(second.rules[0]?.interval?.confidence).toBe(0.9875);
    expect(second.measures?.[0]?.interval.confidence).toBe(0.9875);
    expect(second.policy.confidence).toBe(0.95);
    expect(second.reasons.join('\n')).toContain(
      'Needs were added after 1 look at 60 needs. Whoever adds until it passes will pass some day, so bounds are at 98.75 % instead of 95 %.',
    );
  });

  it('count where the look was at these versions, or nobody knows at which', () => {
    const side = (digit: string) => ({ fingerprint: digit.repeat(64) as Fingerprint }) as VersionRecord;
    const of = (looks: readonly JudgingLook[]) =>
      looksOf({ ...evaluation(3, looks), versions: { old: side('a'), new: side('b') } }, 0.95)?.needs ?? [];
    expect(of([at('a', 'b')])).toEqual([100]);
    expect(of([at('a', 'c')])).toEqual([]);
    expect(of([NOBODY, at('a', 'c'), at('a', 'b')])).toEqual([60, 100]);
  });
});
