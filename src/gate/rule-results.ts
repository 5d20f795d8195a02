import { judgeComparisons } from './comparison-results.ts';
import { ruleIds } from './expectation.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison, Item, Judged } from './item.ts';
import { judgeLimit } from './limit-result.ts';
import { judgeRatio } from './ratio-result.ts';
import { ruleItems } from './rule-items.ts';

/** Results of every rule of a policy in its order, slices in order of field and value, and what was compared for them. */
export function ruleResults(gate: GateInput): { readonly results: Judged[]; readonly compared: readonly Comparison[] } {
  const { rules } = gate.policy;
  const ids = ruleIds(rules);
  const items: Item[] = rules.flatMap((rule, i) => ruleItems(gate, rule, ids[i] ?? rule.metric));
  const compared = items.filter((item) => item.kind === 'comparison');
  const comparisons = judgeComparisons(gate, compared);
  const results = items.flatMap((item) => {
    if (item.kind === 'settled') return [item.result];
    if (item.kind === 'limit') return [judgeLimit(gate, item)];
    if (item.kind === 'ratio') return [judgeRatio(gate, item)];
    return comparisons.get(item) ?? [];
  });
  return { results, compared };
}
