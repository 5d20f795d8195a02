import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { columnsOf } from '../../src/model/lookup.ts';
import type { Harm, HarmKind, Harms, Studies } from '../../src/model/studies.ts';
import { type Cells, CONTEXT, evaluationOf, needLabels, nonInferior, policyOf } from './evaluations.ts';

/** As measured, and what the lists of other queries would give. */
function verdictOf(old: Cells, fresh: Cells, exchanged: Cells) {
  const evaluation = evaluationOf({ needs: needLabels(old.length), quality: { 'nDCG@10': [old, fresh] } });
  const served = columnsOf(evaluation, { measure: 'nDCG@10', on: 'served' });
  if (served === null) throw new Error('nDCG@10 was given');
  const counted = exchanged.map((value, i) => (value ?? 0) - (old[i] ?? 0));
  const whole: Evaluation = { ...evaluation, quality: { 'nDCG@10': { served: { ...served, exchanged: counted } } } };
  return judge(whole, policyOf([nonInferior('nDCG@10', 0.02)]), CONTEXT);
}

const cells = (n: number, value: number) => Array.from({ length: n }, () => value);

describe('assay sensitivity', () => {
  it('finds the smallest loss that fails in 8 of 10 cases, near the margin where needs are many and alike', () => {
    const { assay, outcome, reasons } = verdictOf(cells(400, 0.5), cells(400, 0.5), cells(400, 0));
    const [found] = assay ?? [];
    expect(outcome).toBe('pass');
    const shares = found?.steps.map(({ size }) => size);
    expect(shares).toEqual(expect.arrayContaining([0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1]));
    expect(shares).toEqual([...(shares ?? [])].sort((a, b) => a - b));
    // Losing 0.5 in a share of the needs loses half of that share on average.
    for (const { size, loss } of found?.steps ?? []) expect(loss).toBeCloseTo(size / 2, 9);
    expect(found?.steps.at(-1)?.fails).toBe(1);
    expect(found?.steps[0]?.fails).toBe(0);
    expect(found?.smallest).toBeGreaterThan(0.025);
    expect(found?.smallest).toBeLessThan(0.06);
    expect(reasons.join('\n')).toMatch(/nDCG@10 would have failed a loss of 0\.0\d\d in 8 of 10 cases/);
  });

  it('needs a larger loss where needs are few', () => {
    const few = verdictOf(cells(40, 0.5), cells(40, 0.5), cells(40, 0)).assay?.[0]?.smallest ?? 0;
    const many = verdictOf(cells(400, 0.5), cells(400, 0.5), cells(400, 0)).assay?.[0]?.smallest ?? 0;
    expect(few).toBeGreaterThan(1.5 * many);
  });

  it('passes nothing where even lists of other queries would have done: they find the same', () => {
    const verdict = verdictOf(cells(400, 0.5), cells(400, 0.5), cells(400, 0.49));
    expect(verdict.rules[0]?.outcome).toBe('pass');
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 3, why: 'insensitive' });
    expect(verdict.headline).toMatch(/^Inconclusive: these queries notice no harm: even lists of other queries would not have failed/);
    expect(verdict.assay?.[0]?.smallest).toBeNull();
  });

  it('leaves a fail a fail, and says nothing where nothing was exchanged', () => {
    expect(verdictOf(cells(400, 0.5), cells(400, 0.1), cells(400, 0.5)).outcome).toBe('fail');
    const evaluation = evaluationOf({ needs: needLabels(200), quality: { 'nDCG@10': [cells(200, 0.5), cells(200, 0.5)] } });
    expect(judge(evaluation, policyOf([nonInferior('nDCG@10', 0.02)]), CONTEXT)).not.toHaveProperty('assay');
  });

  it('tries each harm that was measured, and between two sizes a share of needs has the larger one', () => {
    const [n, old] = [400, cells(400, 0.5)];
    const evaluation = evaluationOf({ needs: needLabels(n), quality: { 'nDCG@10': [old, old] } });
    const harm = (kind: HarmKind, size: number, value: number): Harm => ({ kind, size, values: { 'nDCG@10': cells(n, value) } });
    const harms: Harms = {
      measures: ['nDCG@10'],
      old: { 'nDCG@10': old },
      harms: [harm('noise', 0.5, 0.5), harm('noise', 1, 0.1), harm('shift', 1, 0.49), harm('shift', 8, 0.485)],
    };
    const served = columnsOf(evaluation, { measure: 'nDCG@10', on: 'served' });
    if (served === null) throw new Error('nDCG@10 was given');
    const quality = { 'nDCG@10': { served: { ...served, exchanged: cells(n, -0.5) } } };
    const {
      assay = [],
      reasons,
      outcome,
    } = judge({ ...evaluation, quality, studies: { harms } as Studies }, policyOf([nonInferior('nDCG@10', 0.02)]), CONTEXT);
    expect(assay.map(({ kind }) => kind)).toEqual(['exchanged', 'noise', 'shift']);
    const [, noise, shift] = assay;
    // The first size loses nothing, the second 0.4; halving three times leaves an eighth of the needs with the second.
    expect(noise?.steps.map(({ size, loss }) => [size, Number(loss.toFixed(9))])).toEqual([
      [0.5, 0],
      [0.5625, 0.05],
      [0.625, 0.1],
      [0.75, 0.2],
      [1, 0.4],
    ]);
    expect(noise?.smallest).toBeGreaterThan(0.02);
    expect(noise?.smallest).toBeLessThanOrEqual(0.05);
    expect(shift).toMatchObject({ smallest: null, steps: [{ size: 1 }, { size: 8 }] });
    expect(outcome).toBe('pass');
    expect(reasons.join('\n')).toMatch(
      /Other harm: 0\.0\d\d \(noise on the vectors\), never \(all queries moved alike; at most 0\.015 lost\)\./,
    );
  });

  it('is the same for the same input', () => {
    const once = () => verdictOf(cells(100, 0.5), cells(100, 0.5), cells(100, 0)).assay;
    expect(once()).toEqual(once());
  });
});
