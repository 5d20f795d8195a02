import { describe, expect, test } from 'vitest';
import { policyFrom } from '../../src/config/policy.ts';
import type { PolicySource } from '../../src/config/schemas/policy.ts';
import type { Sha256 } from '../../src/core/brand.ts';
import type { CutoverError } from '../../src/core/errors.ts';
import { judge } from '../../src/gate/judge.ts';
import { METRIC_NAMES } from '../../src/measure/measure-name.ts';
import type { Costs, Studies } from '../../src/model/studies.ts';
import type { RuleResult, Verdict } from '../../src/model/verdict.ts';
import { evaluationOf } from './evaluations.ts';

const HASH = 'a'.repeat(64) as Sha256;
const REGISTRY = { registry: { embedders: [], ...METRIC_NAMES } };
const ten = (...others: number[]): number[] => [...others, ...Array.from({ length: 13 - others.length }, () => 10)];
const times = (old: number[], fresh: number[]): Costs['values'] => ({ 'queryMs.p95': { unit: 'ms', old, new: fresh } });

function verdictOf(rules: PolicySource['rules'], values: Costs['values'] | null): Verdict {
  const costs =
    values === null
      ? {}
      : { studies: { costs: { design: { blocks: 13, texts: 20, documents: 6, tries: 3 }, values } } as unknown as Studies };
  const evaluation = { ...evaluationOf({ needs: ['a', 'b'], metrics: { queryMs: 'lower' } }), ...costs };
  const context = { asOf: '2026-01-01', evaluationHash: HASH, policyHash: HASH, cutoverVersion: '0.0.0' };
  return judge(evaluation, policyFrom({ rules }, REGISTRY), context);
}

function one(rule: PolicySource['rules'][number], values: Costs['values'] | null): RuleResult {
  return verdictOf([rule], values).rules[0] as RuleResult;
}

const RULE = { metric: 'queryMs.p95', atMostTimes: 1.2 };

describe('a cost against the old version', () => {
  test('passes by the upper bound', () => {
    const result = one(RULE, times(ten(), ten(9, 11, 11)));
    expect(result).toMatchObject({ outcome: 'pass', id: 'queryMs.p95 atMostTimes 1.2', old: 10, new: 10, ratio: 1, decides: true });
    expect(result.interval).toEqual({ lower: 1, upper: 1, confidence: 0.95, method: 'order-statistics' });
    expect(result.expected).toBe("at most 1.200 times the old version's");
    expect(result.found).toBe('1.000 times [1.000, 1.000] (10 → 10 ms)');
  });

  test('fails by the lower bound, with what to do', () => {
    const slow = Array.from({ length: 13 }, (_, i) => 13 + i / 10);
    const result = one(RULE, times(ten(), slow));
    expect(result.outcome).toBe('fail');
    expect(result.reason).toBe("Even at the lower bound it is 1.330 times the old version's, above 1.200.");
    expect(result.next).toContain('maxTokens');
    expect(verdictOf([RULE], times(ten(), slow)).headline).toBe(
      'Fail: queryMs.p95: 1.360 times [1.330, 1.390] (10 → 13.6 ms), the limit is 1.2 times.',
    );
  });

  test('is inconclusive where the machine was too busy to tell, and says so first', () => {
    const verdict = verdictOf([RULE], times(ten(), [8, 8, 9, 9, 10, 10, 12, 13, 14, 15, 16, 17, 18]));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 3, why: 'busy-machine' });
    expect(verdict.headline).toMatch(/^Inconclusive: times vary too much on this machine to tell; queryMs\.p95: 1\.200 times/);
    expect(verdict.rules[0]?.next).toContain('cutover run --time-again');
  });

  test('times in too few blocks for the confidence are never a pass, however clear they look', () => {
    expect(one(RULE, times([10, 10, 10], [5, 5, 5]))).toMatchObject({ outcome: 'inconclusive', interval: null });
  });

  test('what is known needs no interval', () => {
    const values = { modelBytes: { unit: 'bytes', old: [33_000_000], new: [39_600_000] } };
    const rule = { metric: 'modelBytes', atMostTimes: 1.2 };
    expect(one(rule, values)).toMatchObject({
      outcome: 'pass',
      interval: null,
      ratio: 1.2,
      found: '1.200 times (33000000 → 39600000 bytes)',
    });
    expect(one({ ...rule, atMostTimes: 1.19 }, values).outcome).toBe('fail');
  });

  test('a warning does not decide', () => {
    const slow = times(
      ten(),
      ten().map((value) => 2 * value),
    );
    const [result] = verdictOf(
      [
        { ...RULE, severity: 'warn' },
        { ...RULE, atMostTimes: 3 },
      ],
      slow,
    ).rules;
    expect(result).toMatchObject({ outcome: 'fail', decides: false });
  });
});

describe('a cost without a value', () => {
  test.each([
    ['does not apply', { 'queryMs.p95': { notApplicable: 'the vectors of v1 were made elsewhere' } }, /does not apply: the vectors of v1/],
    ['was not asked for in that run', {}, /the policy of that run did not name it/],
    ['of an evaluation that timed nothing', null, /this evaluation timed no version/],
  ])('that %s fails, or is skipped where the rule says so', (_, values, reason) => {
    expect(one(RULE, values)).toMatchObject({ outcome: 'fail', missing: true, reason: expect.stringMatching(reason) });
    expect(one({ ...RULE, ifMissing: 'skip' }, values).outcome).toBe('skipped');
  });
});

describe('the policy file', () => {
  test.each([
    [{ metric: 'queryMs.p95', atMost: 20 }, /compared with the old version's: write atMostTimes/],
    [{ metric: 'nDCG@10', atMostTimes: 1.2 }, /nDCG@10 is no cost/],
    [{ metric: 'queryMs', atMostTimes: 1.2 }, /queryMs needs to say of what.*queryMs\.p95/],
    [{ metric: 'queryMs.p50', atMostTimes: 1.2 }, /queryMs has no \.p50/],
    [{ metric: 'queryMs.p95', atMostTimes: 1.2, on: 'exact' }, /leave `on` out/],
    [{ metric: 'queryMs.p95', atMostTimes: 0 }, /atMostTimes/],
  ] as const)('%o is refused', (rule, message) => {
    const found = (() => {
      try {
        return policyFrom({ rules: [rule] }, REGISTRY);
      } catch (error) {
        return (error as CutoverError).details.join('\n');
      }
    })();
    expect(found).toMatch(message);
  });
});
