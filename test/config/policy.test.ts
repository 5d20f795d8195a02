import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/config/policy.ts';
import { errorOf, folderWith, REGISTRY } from './folder.ts';

async function read(text: string) {
  const cwd = await folderWith({ 'policy.yaml': text });
  return loadPolicy('policy.yaml', { cwd, registry: REGISTRY });
}

describe('loadPolicy', () => {
  it('names a rule by its comparator and fills in defaults', async () => {
    const policy = await read(`inconclusive: warn
rules:
  - { metric: nDCG@10, noHarm: 0.05, slices: [style], on: exact }
  - { metric: nDCG@10, noHarm: 0.05 }
  - { metric: R@10, nonInferior: 0, severity: warn }
  - { metric: R@10, atMost: 0.9, bound: upper, ifMissing: skip }`);
    const usual = { on: 'served', severity: 'fail', ifMissing: 'fail' };
    expect(policy).toEqual({
      confidence: 0.95,
      inconclusive: 'warn',
      minimumNeeds: 30,
      resamples: 10_000,
      waivers: [],
      rules: [
        { ...usual, kind: 'noHarm', metric: 'nDCG@10', margin: 0.05, slices: ['style'], on: 'exact' },
        { ...usual, kind: 'noHarm', metric: 'nDCG@10', margin: 0.05, slices: 'declared' },
        { ...usual, kind: 'nonInferior', metric: 'R@10', margin: 0, severity: 'warn' },
        { ...usual, kind: 'atMost', metric: 'R@10', limit: 0.9, bound: 'upper', ifMissing: 'skip' },
      ],
    });
  });

  it('takes waivers of a rule, or of one of its slices', async () => {
    const { waivers } = await read(`rules:
  - { metric: R@10, nonInferior: 0 }
waivers:
  - { rule: R@10 nonInferior 0 on served, owner: search, reason: known, expires: 2026-03-01 }
  - { rule: x, slice: style=a=b, owner: o, reason: r, expires: "2026-03-02" }`);
    expect(waivers).toEqual([
      { rule: 'R@10 nonInferior 0 on served', slice: null, owner: 'search', reason: 'known', expires: '2026-03-01' },
      { rule: 'x', slice: { field: 'style', value: 'a=b' }, owner: 'o', reason: 'r', expires: '2026-03-02' },
    ]);
  });

  it.each([
    ['{ metric: R@10 }', 'rules[0]: a rule needs one of nonInferior, noHarm, atLeast, atMost, atMostTimes; found none'],
    ['{ metric: R@10, atLeast: 1, atMost: 0.9 }', 'rules[0]: a rule takes one comparator, found atLeast and atMost; write two rules'],
    ['{ metric: R@10, nonInferior: -0.1 }', 'rules[0].nonInferior: expected at least 0, found -0.1'],
    ['{ metric: R@10, atLeast: .inf }', 'rules[0].atLeast: expected a number, found Infinity'],
    ['{ metric: R@10, nonInferrior: 0.1, atMost: 0.9 }', 'rules[0].nonInferrior: unknown key, did you mean nonInferior?'],
    ['{ metric: R@ten, atMost: 1 }', 'rules[0].metric: unknown metric R@ten'],
    ['{ atMost: 1 }', 'rules[0].metric: missing; expected text, found nothing'],
    ['{ metric: R@10, atMost: 0.9, slices: declared }', 'rules[0].slices: only noHarm looks at slices'],
    ['{ metric: R@10, noHarm: 0.9, bound: lower }', 'rules[0].bound: only atLeast and atMost take a bound'],
    ['{ metric: R@10, noHarm: 0.9, slices: all }', 'rules[0].slices: expected declared or a list, found "all"'],
  ])('refuses the rule %s', async (rule, complaint) => {
    const { details } = await errorOf(read(`rules:\n  - ${rule}`));
    expect(details).toHaveLength(1);
    expect(details[0]?.replace(/^policy\.yaml:2:\d+: /, '')).toBe(complaint);
  });

  it.each([
    ['atMost: -1', 'never below 0, so this rule can never pass; write a limit of 0 or more and below 10'],
    ['atLeast: 10.5', 'never above 10, so this rule can never pass; write a limit above 0 and at most 10'],
  ])('refuses the limit %s, which its metric never reaches', async (limit, complaint) => {
    const { details } = await errorOf(read(`rules:\n  - { metric: overlapLossOverNoise@10, ${limit} }`));
    const column = 40 + limit.indexOf(':') + 2;
    const key = limit.split(':')[0];
    expect(details).toEqual([`policy.yaml:2:${column}: rules[0].${key}: overlapLossOverNoise@10 is ${complaint}`]);
  });

  it.each([
    ['nDCG@10, nonInferior: 2', 'nonInferior', 'did you mean 0.02?'],
    ['nDCG@10, nonInferior: 1', 'nonInferior', 'did you mean 0.01?'],
    ['R@10, noHarm: 5', 'noHarm', 'did you mean 0.05?'],
  ])('refuses a margin that no loss exceeds: %s', async (rule, key, meant) => {
    const { details } = await errorOf(read(`rules:\n  - { metric: ${rule} }`));
    expect(details).toHaveLength(1);
    expect(details[0]).toContain(
      `rules[0].${key}: ${rule.split(',')[0]} is between 0 and 1, and no loss is more than 1, so this rule can never fail`,
    );
    expect(details[0]).toContain(meant);
  });

  it('refuses a policy of warnings alone, once, and takes one rule that decides', async () => {
    const warns = '  - { metric: R@10, nonInferior: 0.02, severity: warn }\n  - { metric: RR@10, nonInferior: 0.02, severity: warn }\n';
    const { details } = await errorOf(read(`rules:\n${warns}`));
    expect(details).toEqual([expect.stringContaining('policy.yaml:2:5: rules[0]: every rule only warns')]);
    expect((await read(`rules:\n${warns}  - { metric: nDCG@10, nonInferior: 0.02 }\n`)).rules).toHaveLength(3);
  });

  it('takes the ends of a range, and limits that cannot be missed', async () => {
    const consumers = await errorOf(read('rules: [{ metric: untranslatedConsumers, atMost: -1 }]'));
    expect(consumers.details[0]).toMatch(/never below 0, so this rule can never pass; write a limit of 0 or more$/);
    const ends = '{ metric: R@10, atLeast: 1 }, { metric: RR@10, atMost: 0 }, { metric: untranslatedConsumers, atMost: 0 }';
    expect((await read(`rules: [${ends}, { metric: overlapLossOverNoise@10, atMost: 20 }]`)).rules).toHaveLength(4);
  });

  it.each([
    ['confidence: 0.5', 'confidence: expected more than 0.5, found 0.5'],
    ['confidence: 1', 'confidence: expected less than 1, found 1'],
    ['confidence: 95', 'confidence: expected less than 1, found 95'],
    ['resamples: 10', 'resamples: expected at least 100, found 10'],
    ['minimumNeeds: 0', 'minimumNeeds: expected at least 1, found 0'],
    ['inconclusive: pass', 'inconclusive: expected one of block, warn; found "pass"'],
  ])('refuses %s', async (line, complaint) => {
    const { details } = await errorOf(read(`rules: [{ metric: R@10, atMost: 0.9 }]\n${line}`));
    expect(details).toEqual([expect.stringMatching(/^policy\.yaml:2:\d+: /)]);
    expect(details[0]).toContain(complaint);
  });

  it('refuses a policy that would pass anything, and one that asks twice', async () => {
    expect((await errorOf(read('rules: []'))).details).toEqual([
      'policy.yaml:1:8: rules: expected a list of at least one, found an empty list',
    ]);
    expect((await errorOf(read('confidence: 0.9'))).details).toEqual(['policy.yaml:1:1: rules: missing; expected a list, found nothing']);
    const rule = '  - { metric: R@10, noHarm: 0.1 }\n';
    expect((await errorOf(read(`rules:\n${rule}${rule}`))).details).toEqual(['policy.yaml:3:5: rules[1]: the same rule as on line 2']);
  });

  it.each([
    ['metric', '{ metric: R@10, atMost: 0.9 }', '{ metric: R@20, atMost: 0.9 }'],
    ['comparator', '{ metric: R@10, nonInferior: 0.1 }', '{ metric: R@10, noHarm: 0.1 }'],
    ['limit', '{ metric: R@10, atMost: 0.9 }', '{ metric: R@10, atMost: 0.8 }'],
    ['on', '{ metric: R@10, atMost: 0.9 }', '{ metric: R@10, atMost: 0.9, on: exact }'],
    ['bound', '{ metric: R@10, atMost: 0.9 }', '{ metric: R@10, atMost: 0.9, bound: upper }'],
    ['bound', '{ metric: R@10, atLeast: 0.9, bound: lower }', '{ metric: R@10, atLeast: 0.9, bound: upper }'],
    ['slices', '{ metric: R@10, noHarm: 0.1 }', '{ metric: R@10, noHarm: 0.1, slices: [topic] }'],
  ])('takes two rules that differ in their %s', async (_, one, other) => {
    expect((await read(`rules:\n  - ${one}\n  - ${other}`)).rules).toHaveLength(2);
  });

  it.each([
    ['on', '{ metric: R@10, atMost: 0.9, on: served }'],
    ['bound', '{ metric: R@10, atMost: 0.9, bound: estimate }'],
    ['severity', '{ metric: R@10, atMost: 0.9, severity: warn }'],
  ])('refuses a rule that differs from another one by nothing but its %s', async (_, other) => {
    const { details } = await errorOf(read(`rules:\n  - { metric: R@10, atMost: 0.9 }\n  - ${other}`));
    expect(details).toEqual(['policy.yaml:3:5: rules[1]: the same rule as on line 2']);
  });

  it('takes any metric name without a registry, and an absolute path', async () => {
    const folder = await folderWith({ 'p.yaml': 'rules: [{ metric: mine, atMost: 1 }]' });
    expect((await loadPolicy(join(folder, 'p.yaml'))).rules[0]?.metric).toBe('mine');
    expect((await errorOf(loadPolicy(join(folder, 'q.yaml')))).code).toBe('FILE_MISSING');
  });
});
