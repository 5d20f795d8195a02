import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge.ts';
import type { Waiver } from '../../src/model/policy.ts';
import { CONTEXT, evaluationOf, limit, policyOf } from './evaluations.ts';

const RULE = limit('value', 'atMost', 0);
const OTHER = limit('other', 'atMost', 5);
const WAIVER: Waiver = {
  rule: 'value atMost 0',
  slice: null,
  owner: 'search team',
  reason: 'Known, mended in March.',
  expires: '2025-01-31',
};

function verdict(waivers: readonly Waiver[], asOf = CONTEXT.asOf, values: Readonly<Record<string, number>> = { value: 3, other: 1 }) {
  return judge({ ...evaluationOf({ needs: ['a', 'b'] }), values }, policyOf([RULE, OTHER], { waivers }), { ...CONTEXT, asOf });
}

describe('a waiver', () => {
  it('keeps a failed rule from deciding, and is in the verdict', () => {
    expect(verdict([]).outcome).toBe('fail');
    const { outcome, exitCode, rules, waivers, headline, reasons } = verdict([WAIVER]);
    expect([outcome, exitCode]).toEqual(['pass', 0]);
    expect(rules[0]).toMatchObject({ outcome: 'fail', state: 'waived', decides: false, waiver: WAIVER });
    expect(rules[1]).not.toHaveProperty('waiver');
    expect(waivers).toEqual([expect.objectContaining({ waiver: WAIVER, state: 'in-force' })]);
    expect(headline).toBe('Pass with 1 waiver: 1 of 2 rules hold (value waived until 2025-01-31).');
    expect(reasons.join(' ')).toContain('Waived until 2025-01-31 by search team: value atMost 0, because “Known, mended in March”.');
  });

  it('holds on its last day and no longer', () => {
    expect(verdict([WAIVER], '2025-01-31').outcome).toBe('pass');
    const { outcome, waivers, rules } = verdict([WAIVER], '2025-02-01');
    expect(outcome).toBe('fail');
    expect(rules[0]).not.toHaveProperty('waiver');
    expect(waivers?.[0]).toMatchObject({ state: 'expired', text: expect.stringContaining('expired on 2025-01-31') });
  });

  it('is said to be needless where its rule holds, and unknown where there is no such rule or slice', () => {
    const states = (waiver: Waiver, values?: Readonly<Record<string, number>>) =>
      verdict([waiver], CONTEXT.asOf, values).waivers?.map(({ state }) => state);
    expect(states(WAIVER, { value: 0, other: 1 })).toEqual(['not-needed']);
    expect(states({ ...WAIVER, rule: 'value atMost 1' })).toEqual(['unknown']);
    expect(states({ ...WAIVER, slice: { field: 'style', value: 'typo' } })).toEqual(['unknown']);
    expect(verdict([{ ...WAIVER, rule: 'value atMost 1' }]).outcome).toBe('fail');
  });

  it('waives no rule of another name', () => {
    const { outcome, rules } = verdict([WAIVER], CONTEXT.asOf, { value: 0, other: 9 });
    expect(outcome).toBe('fail');
    expect(rules[1]).toMatchObject({ outcome: 'fail', decides: true });
  });

  it('leaves a policy without any as it was', () => {
    expect(verdict([])).not.toHaveProperty('waivers');
  });
});
