import type { Rule } from '../model/policy.ts';
import { number, plain } from './words.ts';

/** What the policy wants, in plain words. */
export function expectation(rule: Rule, direction: 'higher' | 'lower' | 'none'): string {
  const may = direction === 'lower' ? 'rise by' : 'lose';
  switch (rule.kind) {
    case 'nonInferior':
      return `the new version may ${may} at most ${number(rule.margin)} on average`;
    case 'noHarm':
      return `no slice may ${may} more than ${number(rule.margin)} on average`;
    case 'atMostTimes':
      return `at most ${plain(rule.times)} times the old version's`;
    default: {
      const what = rule.bound === 'estimate' ? '' : `${rule.bound} bound `;
      return `${what}${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${plain(rule.limit)}`;
    }
  }
}

/** Stable names of rules, unique within a policy: a repeated rule gets `#2`. */
export function ruleIds(rules: readonly Rule[]): string[] {
  const seen = new Map<string, number>();
  return rules.map((rule) => {
    const name = ruleName(rule);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} #${times}`;
  });
}

function ruleName(rule: Rule): string {
  if (rule.kind === 'nonInferior' || rule.kind === 'noHarm') return `${rule.metric} ${rule.kind} ${rule.margin} on ${rule.on}`;
  if (rule.kind === 'atMostTimes') return `${rule.metric} atMostTimes ${rule.times}`;
  const bound = rule.bound === 'estimate' ? '' : ` ${rule.bound} bound`;
  // A limit may be on a single number that knows no neighbours, so only what was asked for is named.
  return `${rule.metric}${bound} ${rule.kind} ${rule.limit}${rule.on === 'served' ? '' : ` on ${rule.on}`}`;
}
