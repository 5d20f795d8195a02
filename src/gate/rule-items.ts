import { columnMean } from '../measure/stats/needs.ts';
import type { LimitRule, NonInferiorRule, Rule } from '../model/policy.ts';
import { compareColumns, judgeable } from './comparison-columns.ts';
import { forbiddenGrades } from './forbidden-grades.ts';
import { type GateInput, missingResult, type PairedSource, ruleDirection, settled } from './gate-input.ts';
import type { Item, LimitItem, Settled } from './item.ts';
import { nothingToTest } from './nothing-to-test.ts';
import { sliceItems } from './slice-items.ts';
import { findSource, type Missing, type Source } from './source.ts';

/** Turns one rule into what is to be computed, or into a result where nothing can be. */
export function ruleItems(gate: GateInput, rule: Rule, id: string): Item[] {
  const source = forbiddenGrades(gate, rule) ?? findSource(gate.evaluation, rule);
  if (source.kind === 'missing') return [missingResult(gate, rule, id, source)];
  const idle = nothingToTest(gate, rule, id, source);
  if (idle !== null) return [idle];
  if (rule.kind !== 'nonInferior' && rule.kind !== 'noHarm') return [limitItem(gate, rule, id, source)];
  const direction = ruleDirection(gate, rule);
  if (source.kind !== 'paired' || direction === 'none') return [notComparable(gate, rule, id, source.kind === 'paired')];
  if (rule.kind === 'noHarm') return sliceItems(gate, rule, id, source);
  return [comparisonItem(gate, rule, id, source)];
}

function notComparable(gate: GateInput, rule: Rule, id: string, isPaired: boolean): Settled {
  return settled(gate, rule, id, {
    outcome: 'fail',
    found: isPaired ? 'a metric without a good direction' : 'one value, not one a version and query',
    reason: isPaired
      ? `For ${rule.metric} neither higher nor lower is better, so nothing can be lost.`
      : `${rule.metric} has no old and new value a query, so there is no difference to judge.`,
    next: `Write a limit instead: { metric: ${rule.metric}, atLeast: … } or { metric: ${rule.metric}, atMost: … }.`,
  });
}

function comparisonItem(gate: GateInput, rule: NonInferiorRule, id: string, source: PairedSource): Item {
  const columns = compareColumns(gate, rule, source);
  const nothing: Missing = {
    kind: 'missing',
    reason: `${rule.metric} has no query with a value for both versions.`,
    next: 'Check that both versions were measured on the same queries.',
  };
  if (columns === null) return missingResult(gate, rule, id, nothing);
  return { ...columns, rule, id, slice: null, decides: rule.severity === 'fail' };
}

function limitItem(gate: GateInput, rule: LimitRule, id: string, source: Exclude<Source, Missing>): LimitItem | Settled {
  const base = { kind: 'limit', rule, id, slice: null, decides: rule.severity === 'fail' } as const;
  if (source.kind === 'scalar') {
    if (rule.bound === 'estimate') return { ...base, needs: 0, value: source.value, old: null, values: null };
    return settled(gate, rule, id, {
      outcome: 'fail',
      found: 'a single number without bounds',
      reason: `${rule.metric} is one number, so it has no ${rule.bound} bound.`,
      next: 'Remove `bound` from the rule.',
    });
  }
  const isPaired = source.kind === 'paired';
  const open = isPaired && source.open !== undefined ? { ...source.open.new, pairs: source.open.pairs } : null;
  const counted = (isPaired ? source.new : source.column).perQuery;
  const values = judgeable(gate, isPaired && source.isQuality ? 'judged' : 'all', { counted, open });
  if (values === null) throw new TypeError(`${rule.metric} has a mean and no value.`);
  return { ...base, needs: values.counted.needs.length, value: columnMean(values.counted), old: isPaired ? source.old.mean : null, values };
}
