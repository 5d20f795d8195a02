import { describe, expect, it } from 'vitest';
import { judgedByBaseToo } from '../../src/gate/base.ts';
import type { JudgedByBase, Outcome } from '../../src/model/verdict.ts';
import { needLabels, nonInferior, verdictOf } from './evaluations.ts';

type Said = readonly [Outcome, 0 | 1 | 3];

const base = ([outcome, exitCode]: Said): JudgedByBase => ({
  ref: 'main',
  commit: 'c'.repeat(40),
  differences: ['policy: inconclusive block → warn'],
  outcome,
  exitCode,
  headline: 'of the base',
});

/** What comes out where the change's own verdict is the first and the base's the second. */
function both([outcome, exitCode]: Said, said: Said): Said {
  const own = verdictOf({ needs: needLabels(40), quality: { 'nDCG@10': [Array(40).fill(0.5), Array(40).fill(0.5)] } }, [
    nonInferior('nDCG@10', 0.02),
  ]);
  const verdict = judgedByBaseToo({ ...own, outcome, exitCode }, base(said));
  return [verdict.outcome, verdict.exitCode];
}

describe('judgedByBaseToo', () => {
  it('takes the worse of the two', () => {
    expect(both(['pass', 0], ['fail', 1])).toEqual(['fail', 1]);
    expect(both(['fail', 1], ['pass', 0])).toEqual(['fail', 1]);
    expect(both(['inconclusive', 0], ['fail', 1])).toEqual(['fail', 1]);
    expect(both(['pass', 0], ['inconclusive', 3])).toEqual(['inconclusive', 3]);
    expect(both(['pass', 0], ['pass', 0])).toEqual(['pass', 0]);
  });

  it('lets no change merge what is inconclusive for both by asking for a warning alone', () => {
    expect(both(['inconclusive', 0], ['inconclusive', 3])).toEqual(['inconclusive', 3]);
    expect(both(['inconclusive', 3], ['inconclusive', 0])).toEqual(['inconclusive', 3]);
    expect(both(['inconclusive', 0], ['inconclusive', 0])).toEqual(['inconclusive', 0]);
  });
});
