import { describe, expect, it } from 'vitest';
import { condensedName } from '../../src/gate/measure.ts';
import { type Cells, limit, needLabels, noHarm, nonInferior, type Spec, verdictOf } from './evaluations.ts';

const N = 100;
const around = (mean: number): number[] => Array.from({ length: N }, (_, i) => mean + (i % 2 === 0 ? 0.02 : -0.02));
const flat = (value: number): number[] => Array(N).fill(value);
const rule = nonInferior('nDCG@10', 0.02);

function spec(full: number, condensed: number, judged: Readonly<Record<string, readonly [Cells, Cells]>> = {}): Spec {
  return {
    needs: needLabels(N),
    slices: { style: Array.from({ length: N }, (_, i) => (i % 4 < 2 ? 'a' : 'b')) },
    quality: {
      'nDCG@10': [flat(0.5), around(0.5 + full)],
      'nDCG(judged_only=True)@10': [flat(0.6), around(0.6 + condensed)],
      ...judged,
    },
  };
}

describe('unjudged documents', () => {
  it('names the condensed variant as the evaluation does', () => {
    expect(condensedName('nDCG@10')).toBe('nDCG(judged_only=True)@10');
    expect(condensedName("nDCG(dcg='exp-log2')@10")).toBe("nDCG(dcg='exp-log2',judged_only=True)@10");
    expect(condensedName('nDCG(judged_only=True)@10')).toBeNull();
    expect([condensedName('Judged@10'), condensedName('overlap@10'), condensedName('anything')]).toEqual([null, null, null]);
  });

  it('make a fail inconclusive that is a pass on the condensed list, and the reverse', () => {
    const failed = verdictOf(spec(-0.05, 0), [rule]);
    expect([failed.outcome, failed.exitCode]).toEqual(['inconclusive', 3]);
    expect(failed.rules[0]?.reason).toBe(
      'Unjudged documents decide: counted as not relevant it is a fail, left out of the lists it is a pass.',
    );
    expect(failed.rules[0]?.next).toMatch(/^Judge the documents without judgement/);
    expect(failed.rules[0]?.power?.needsToSettle).toBeNull();
    expect(verdictOf(spec(0, -0.05), [rule]).outcome).toBe('inconclusive');
    expect(verdictOf(spec(0, 0), [rule]).outcome).toBe('pass');
    expect(verdictOf(spec(-0.05, -0.05), [rule]).outcome).toBe('fail');
  });

  it('count in slices and limits too', () => {
    const slices = verdictOf(spec(-0.05, 0), [noHarm('nDCG@10', 0.02)]);
    expect(slices.rules.map((r) => r.outcome)).toEqual(['inconclusive', 'inconclusive']);
    const limits = verdictOf(spec(-0.05, 0), [limit('nDCG@10', 'atLeast', 0.48)]);
    expect(limits.rules[0]?.outcome).toBe('inconclusive');
  });

  it('judged shares that differ by more than 0.05 leave the rule open; by 0.05 they do not', () => {
    const wide = verdictOf(spec(0, 0, { 'Judged@10': [flat(0.9), flat(0.84)] }), [rule]);
    expect(wide.outcome).toBe('inconclusive');
    expect(wide.rules[0]?.reason).toContain('Judged@10 is 0.900 for the old and 0.840 for the new version');
    expect(verdictOf(spec(0, 0, { 'Judged@10': [flat(0.85), flat(0.8)] }), [rule]).outcome).toBe('pass');
  });

  it('looks at the rule’s own depth where that was measured', () => {
    const measured = { 'Judged@10': [flat(0.9), flat(0.9)], 'Judged@5': [flat(1), flat(0.9)], 'RR@5': [flat(0.5), around(0.5)] } as const;
    const verdict = verdictOf(spec(0, 0, measured), [nonInferior('RR@5', 0.02), rule]);
    expect(verdict.rules.map((r) => r.outcome)).toEqual(['inconclusive', 'pass']);
    expect(verdict.rules[0]?.reason).toMatch(/^Judged@5/);
  });

  it('do not concern Judged itself, condensed measures or what needs no judgement', () => {
    const measured = spec(0, 0, { 'Judged@10': [flat(0.9), flat(0.8)] });
    const rules = [limit('Judged@10', 'atLeast', 0.7), nonInferior('nDCG(judged_only=True)@10', 0.02), limit('overlap@10', 'atLeast', 0.4)];
    const verdict = verdictOf({ ...measured, neighbours: { 'overlap@10': flat(0.5) } }, rules);
    expect(verdict.rules.map((r) => r.outcome)).toEqual(['pass', 'pass', 'pass']);
  });
});
