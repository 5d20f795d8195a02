import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import { CONTEXT, evaluationOf, limit, needLabels, nonInferior, policyOf, type Spec, verdictOf } from './evaluations.ts';

/** Differences around a mean, the same pattern for every mean: spread 0.1, standard error about 0.1/√n. */
function spread(n: number, mean: number, width = 0.1): number[] {
  return Array.from({ length: n }, (_, i) => mean + width * (i % 2 === 0 ? 1 : -1));
}

function twoVersions(differences: readonly number[], measure = 'nDCG@10'): Spec {
  const old = differences.map(() => 0.5);
  return { needs: needLabels(differences.length), quality: { [measure]: [old, differences.map((d) => 0.5 + d)] } };
}

describe('nonInferior', () => {
  const rule = nonInferior('nDCG@10', 0.02);

  it('passes when the lower bound is above the margin', () => {
    const verdict = verdictOf(twoVersions(spread(400, 0)), [rule]);
    expect([verdict.outcome, verdict.exitCode]).toEqual(['pass', 0]);
    expect(verdict.headline).toBe('Pass: 1 of 1 rule holds.');
    const [result] = verdict.rules;
    expect(result).toMatchObject({ id: 'nDCG@10 nonInferior 0.02 on served', outcome: 'pass', decides: true, needs: 400, next: '' });
    expect(result?.expected).toBe('the new version may lose at most 0.020 on average');
    expect(result?.found).toMatch(/^0\.000 \[−0\.0\d\d, \+0\.0\d\d\] \(from 0\.500 to 0\.500, 400 needs\)$/);
    // 0.1/√400 = 0.005: 1.645 standard errors are 0.0082, and an unseen need that lost its 0.5 adds 0.5/401 and a little
    expect(result?.interval?.lower).toBeCloseTo(-0.0097, 3);
    expect(result?.interval).toMatchObject({ confidence: 0.95, method: 'gaffke' });
    // About 0.0097 + 0.842 · 0.005 and Φ((0.02 − 0.0097)/0.005), by needs that are drawn again
    expect(result?.power?.detectable).toBeCloseTo(0.0144, 3);
    expect(result?.power?.passIfEqual).toBeCloseTo(0.98, 1);
    expect(result?.power?.needsToSettle).toBeNull();
    expect(result?.adjustedP).toBeGreaterThan(0.99);
  });

  it('fails when the upper bound is below it, and says by how much', () => {
    const verdict = verdictOf(twoVersions(spread(400, -0.05)), [rule]);
    expect([verdict.outcome, verdict.exitCode]).toEqual(['fail', 1]);
    expect(verdict.headline).toMatch(/^Fail: nDCG@10 −0\.050 \[−0\.060, −0\.040\], the limit is −0\.020\.$/);
    expect(verdict.rules[0]?.reason).toMatch(/^Even the upper bound −0\.04\d is below the limit −0\.020\.$/);
    expect(verdict.rules[0]?.next).not.toBe('');
    expect(verdict.rules[0]?.adjustedP).toBeLessThan(0.001);
    expect(verdict.reasons[0]).toContain('the new version may lose at most 0.020 on average; found −0.050');
  });

  it('is inconclusive between, blocks or warns as the policy says, and counts the needs that would settle it', () => {
    const spec = twoVersions(spread(60, -0.005));
    const blocked = verdictOf(spec, [rule]);
    expect([blocked.outcome, blocked.exitCode]).toEqual(['inconclusive', 3]);
    expect(verdictOf(spec, [rule], { inconclusive: 'warn' }).exitCode).toBe(0);
    // Without the unseen need 60 · (2.241 · 0.1008/√60 / 0.015)² = 228, since the next look has a quarter of the error
    expect(blocked.rules[0]?.power?.needsToSettle).toBe(393);
    expect(blocked.rules[0]?.next).toContain('Judge queries of about 333 more needs (393 in all): they would settle it');
    expect(blocked.rules[0]).toMatchObject({ state: 'inconclusive', why: 'few-needs', moved: 60 });
    expect(blocked.why).toBe('few-needs');
    expect(blocked.headline).toMatch(/^Inconclusive: too few needs to tell; nDCG@10 −0\.005 \[.*, .*\], the limit is −0\.020\.$/);
  });

  it('any fail beats any inconclusive', () => {
    const spec = twoVersions(spread(60, -0.005));
    const quality = { ...(spec.quality as object), ...twoVersions(spread(60, -0.2), 'R@10').quality };
    const verdict = verdictOf({ ...spec, quality } as Spec, [rule, nonInferior('R@10', 0.03)]);
    expect(verdict.rules.map((r) => r.outcome)).toEqual(['inconclusive', 'fail']);
    expect([verdict.outcome, verdict.exitCode]).toEqual(['fail', 1]);
    expect(verdict.reasons[0]).toMatch(/^R@10: /);
  });

  it('Holm over the rules prevents a lone narrow fail', () => {
    // The mean is about 2.6 standard errors below the margin: p near 0.03, 0.03 · 4 is no proof.
    const narrow = spread(100, -0.02 - 2.6 * 0.01005);
    expect(verdictOf(twoVersions(narrow), [rule]).outcome).toBe('fail');
    const fine = { 'R@10': spread(100, 0), 'RR@10': spread(100, 0), 'P@10': spread(100, 0), 'nDCG@10': narrow };
    const quality = Object.fromEntries(
      Object.entries(fine).map(([name, ds]) => [name, [ds.map(() => 0.5), ds.map((d) => 0.5 + d)] as const]),
    );
    const rules = ['R@10', 'RR@10', 'P@10'].map((name) => nonInferior(name, 0.05));
    const { outcome, rules: results } = verdictOf({ needs: needLabels(100), quality }, [...rules, rule]);
    expect(outcome).toBe('inconclusive');
    expect(results[3]?.adjustedP).toBeGreaterThan(0.05);
    expect(results[3]?.interval?.upper).toBeLessThan(-0.02);
    expect(results[3]?.reason).toContain('not once corrected for 4 comparisons judged together');
    // A rule that only warns does not share their error rate.
    const warned = verdictOf({ needs: needLabels(100), quality }, [...rules.map((r) => ({ ...r, severity: 'warn' as const })), rule]);
    expect(warned.outcome).toBe('fail');
  });

  it('turns the sign for a metric that is better when lower', () => {
    const spec = { ...twoVersions(spread(400, 0.05), 'latency'), metrics: { latency: 'lower' } } as const;
    const risen = verdictOf(spec, [nonInferior('latency', 0.02)]).rules[0];
    expect(risen).toMatchObject({ outcome: 'fail', expected: 'the new version may rise by at most 0.020 on average' });
    expect(risen?.difference).toBeCloseTo(0.05, 10);
    expect(risen?.interval?.lower).toBeGreaterThan(0.02);
    expect(risen?.interval?.upper).toBeGreaterThan(risen?.interval?.lower ?? 1);
    const fallen = { ...twoVersions(spread(400, -0.05), 'latency'), metrics: { latency: 'lower' } } as const;
    expect(verdictOf(fallen, [nonInferior('latency', 0.02)]).outcome).toBe('pass');
  });

  it('needs that all stay as they are show no more than how rare a loss must be: 1 − 0.05^(1/60) of needs could lose 1', () => {
    const same = verdictOf(twoVersions(Array(60).fill(0)), [rule]).rules[0];
    expect(same).toMatchObject({ outcome: 'inconclusive', why: 'few-needs', moved: 0 });
    expect(same?.interval?.lower).toBeCloseTo(0.05 ** (1 / 60) - 1, 6);
    const [enough, few] = [149, 148].map((n) => verdictOf(twoVersions(Array(n).fill(0)), [rule]).rules[0]);
    expect([enough?.outcome, few?.outcome]).toEqual(['pass', 'inconclusive']);
    expect(enough?.reason).toContain('It rests on few needs: 0 of 149 changed.');
    expect(verdictOf(twoVersions(Array(60).fill(-0.125)), [rule]).outcome).toBe('fail');
    expect(verdictOf(twoVersions(Array(60).fill(-0.02)), [rule]).outcome).toBe('inconclusive');
  });

  it('100,000 needs are judged like few', () => {
    const n = 100_000;
    const old = Array.from({ length: n }, (_, i) => (i % 4) / 4);
    const fresh = old.map((value, i) => (i % 50 === 0 ? Math.max(0, value - 0.5) : value));
    const rules = [rule, limit('nDCG@10', 'atLeast', 0.3, { bound: 'lower' })];
    const verdict = verdictOf({ needs: needLabels(n), quality: { 'nDCG@10': [old, fresh] } }, rules);
    expect(verdict.rules.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    // 1 % lose 0.5: a standard error of 0.5 · √(0.01 · 0.99) / √100,000 = 0.000157, and 1.645 of it.
    expect(verdict.rules[0]?.difference).toBeCloseTo(-0.005, 12);
    expect(verdict.rules[0]?.interval?.lower).toBeCloseTo(-0.005 - 1.645 * 0.000157, 4);
  });

  it('one need says nothing', () => {
    expect(verdictOf(twoVersions([0]), [rule]).rules[0]).toMatchObject({ outcome: 'inconclusive', power: null, needs: 1 });
    const paraphrases = { ...twoVersions([0, 0.1, -0.1]), needs: ['n', 'n', 'n'] };
    expect(verdictOf(paraphrases, [rule]).outcome).toBe('inconclusive');
  });

  it('each need counts once: one that loses in five phrasings weighs no more than one that gains in one', () => {
    const needs = [...needLabels(20, 5), ...Array.from({ length: 20 }, (_, i) => `m${i}`)];
    const old = needs.map(() => 0.5);
    const fresh = needs.map((need) => (need.startsWith('n') ? 0.6 : 0.28));
    const spec = { needs, quality: { 'nDCG@10': [old, fresh] as const } };
    expect(verdictOf(spec, [rule]).rules[0]?.difference).toBeCloseTo((0.1 - 0.22) / 2, 12);
    const evaluation = evaluationOf(spec);
    const byQuery = judge({ ...evaluation, queries: { ...evaluation.queries, weight: 'queries' } }, policyOf([rule]), CONTEXT);
    expect(byQuery.rules[0]?.difference).toBeCloseTo((100 * 0.1 - 20 * 0.22) / 120, 12);
  });

  it('what could not have failed does not pass', () => {
    const poor = { needs: needLabels(400), quality: { 'nDCG@10': [Array(400).fill(0.015), Array(400).fill(0.015)] as const } };
    const verdict = verdictOf(poor, [rule]);
    expect([verdict.outcome, verdict.why]).toEqual(['inconclusive', 'cannot-fail']);
    expect(verdict.headline).toMatch(/^Inconclusive: it could not have failed; nDCG@10/);
  });

  it('a failing headline names what could not be decided beside it, too', () => {
    const needs = needLabels(60);
    const spec = {
      needs,
      quality: { 'nDCG@10': [needs.map(() => 0.5), needs.map((_, i) => (i % 2 === 0 ? 0.75 : 0.22))] as const },
      values: { untranslatedConsumers: 3 },
    };
    expect(verdictOf(spec, [nonInferior('nDCG@10', 0.02), limit('untranslatedConsumers', 'atMost', 0)]).headline).toMatch(
      /^Fail: 3 consumers of scores have no accepted threshold within their tolerance; not decided: nDCG@10 −0\.015 \[.*\], the limit is −0\.020\.$/,
    );
  });

  it('a ceiling that both versions reach is in the headline', () => {
    const full = { needs: needLabels(200), quality: { 'nDCG@10': [Array(200).fill(0.99), Array(200).fill(0.99)] as const } };
    expect(verdictOf(full, [rule]).headline).toContain('nDCG@10 is near its ceiling under both versions (0.990 and 0.990)');
  });

  it('resamples needs, not queries: four identical paraphrases a need widen nothing and narrow nothing', () => {
    const values = spread(50, -0.01);
    const four = { ...twoVersions(values.flatMap((v) => [v, v, v, v])), needs: needLabels(50, 4) };
    const once = verdictOf(twoVersions(values), [rule]).rules[0];
    const result = verdictOf(four, [rule]).rules[0];
    expect(result?.needs).toBe(50);
    expect(result?.interval?.lower).toBeCloseTo(once?.interval?.lower ?? 9, 10);
  });

  it('leaves queries without judgement out', () => {
    const spec = twoVersions(spread(40, 0));
    const [old, fresh] = Object.values(spec.quality as Record<string, [number[], number[]]>)[0] ?? [[], []];
    const padded: Spec = {
      needs: [...spec.needs, 'unjudged'],
      judged: [...spec.needs.map(() => true), false],
      quality: {
        'nDCG@10': [
          [...old, null],
          [...fresh, null],
        ],
      },
    };
    expect(verdictOf(padded, [rule]).rules[0]).toEqual(verdictOf(spec, [rule]).rules[0]);
  });

  it('judges index metrics by query too, and both kinds of neighbours', () => {
    const values = spread(400, -0.015, 0.001).map((d) => 0.98 + d);
    const old = values.map(() => 0.98);
    const both: Spec = { needs: needLabels(400), index: { 'annRecall@10': [old, values] }, exact: { 'nDCG@10': [old, values] } };
    const verdict = verdictOf(both, [nonInferior('annRecall@10', 0.03), nonInferior('nDCG@10', 0.002, { on: 'exact' })]);
    expect(verdict.rules.map((r) => [r.id, r.outcome])).toEqual([
      ['annRecall@10 nonInferior 0.03 on served', 'pass'],
      ['nDCG@10 nonInferior 0.002 on exact', 'fail'],
    ]);
    expect(verdict.headline).toContain('nDCG@10 on exact neighbours −0.015');
  });
});

describe('judge', () => {
  it('is pure: same input, same verdict; a rule’s interval does not depend on its neighbours', () => {
    const spec = { ...twoVersions(spread(50, 0.01, 0.07)), values: { x: 1 } };
    const rule = nonInferior('nDCG@10', 0.02);
    const policy = policyOf([rule]);
    const evaluation = evaluationOf(spec);
    expect(JSON.stringify(judge(evaluation, policy, CONTEXT))).toBe(JSON.stringify(judge(evaluation, policy, CONTEXT)));
    const more = verdictOf(spec, [limit('x', 'atMost', 1), limit('nDCG@10', 'atLeast', 0.1), rule, rule]);
    expect(more.rules[2]?.interval).toEqual(verdictOf(spec, [rule]).rules[0]?.interval);
    expect(more.rules.map((r) => r.id).slice(2)).toEqual(['nDCG@10 nonInferior 0.02 on served', 'nDCG@10 nonInferior 0.02 on served #2']);
  });

  it('binds what it was told: hashes, date, version, policy', () => {
    const verdict = verdictOf(twoVersions(spread(40, 0)), [nonInferior('nDCG@10', 0.5)]);
    expect(verdict).toMatchObject({
      kind: 'cutover.verdict',
      schemaVersion: 1,
      asOf: CONTEXT.asOf,
      evaluation: CONTEXT.evaluationHash,
      policyHash: CONTEXT.policyHash,
      cutoverVersion: CONTEXT.cutoverVersion,
    });
    expect(verdict.policy.rules).toHaveLength(1);
  });

  it('warnings never decide, so that a policy of them alone passes nothing, and are told', () => {
    const verdict = verdictOf(twoVersions(spread(100, -0.3)), [nonInferior('nDCG@10', 0.02, { severity: 'warn' })]);
    expect([verdict.outcome, verdict.exitCode, verdict.why]).toEqual(['inconclusive', 3, 'nothing-decided']);
    expect(verdict.rules[0]).toMatchObject({ outcome: 'fail', decides: false });
    expect(verdict.reasons[0]).toMatch(/^Warning: nDCG@10/);
  });

  it('a policy of which nothing could decide does not pass', () => {
    const verdict = verdictOf({ needs: ['a', 'b'] }, [limit('x', 'atLeast', 1, { ifMissing: 'skip' })]);
    expect([verdict.outcome, verdict.exitCode]).toEqual(['inconclusive', 3]);
    expect(verdict.headline).toBe('Inconclusive: no rule of the policy could decide anything.');
    expect(verdictOf({ needs: ['a'] }, []).outcome).toBe('inconclusive');
  });
});

it('near-duplicates that outrank the right document are told, once there are any', () => {
  const evaluation = evaluationOf(twoVersions(spread(60, 0)));
  const reasons = (old: number, fresh: number) =>
    judge({ ...evaluation, nearDuplicates: { queries: 60, old, new: fresh } }, policyOf([nonInferior('nDCG@10', 0.02)]), CONTEXT).reasons;
  expect(reasons(0, 0).join(' ')).not.toContain('outranks');
  expect(reasons(2, 5)).toContain(
    'A document that reads nearly as the right one outranks it within the first results for 5 of 60 queries with one right document under the new version, and for 2 under the old one. It counts as not relevant; judge it where either would do.',
  );
});
