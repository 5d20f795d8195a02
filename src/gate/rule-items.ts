import { plural } from '../core/words.ts';
import { rangeOf } from '../measure/measure-name.ts';
import { untranslatedConsumers } from '../measure/metrics/summary/untranslatedConsumers.ts';
import { type SliceMembers, slicesIn } from '../measure/slices/members.ts';
import { columnMean } from '../measure/stats/needs.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { LimitRule, NoHarmRule, NonInferiorRule, Rule } from '../model/policy.ts';
import { compareColumns, judgeable } from './comparison-columns.ts';
import { type GateInput, missingResult, type PairedSource, ruleDirection, settled } from './gate-input.ts';
import type { Item, LimitItem, Settled } from './item.ts';
import { metricId, needsJudgements } from './measure.ts';
import { fewestNeeds } from './slice-tables.ts';
import { findSource, type Missing, type Source } from './source.ts';

type DeclaredSlice = Pick<SliceMembers, 'field' | 'value' | 'members'>;

function sliceItem(gate: GateInput, rule: NoHarmRule, id: string, source: PairedSource, { members, ...slice }: DeclaredSlice): Item {
  const name = `${id} · ${slice.field}=${slice.value}`;
  const columns = compareColumns(gate, rule, source, members);
  if (columns === null) {
    const reason = 'No query of this slice has a value for both versions.';
    return settled(gate, rule, name, { outcome: 'skipped', missing: true, found: 'no value', reason, next: '' }, slice);
  }
  const isLarge = columns.needs >= fewestNeeds(gate.policy);
  return { ...columns, rule, id: name, slice, decides: rule.severity === 'fail' && isLarge };
}

/** A separate line says when no slice is large enough: such a rule must not look as if it had held. */
function tooSmall(gate: GateInput, rule: NoHarmRule, id: string, slices: number): Item {
  return settled(gate, rule, id, {
    outcome: 'skipped',
    found: `${plural(slices, 'slice')}, none of ${gate.policy.minimumNeeds} needs or more`,
    reason: `No slice has ${gate.policy.minimumNeeds} needs, so this rule decides nothing.`,
    next: 'Add queries to the slices that matter, or remove the rule.',
  });
}

/** One item a slice of a noHarm rule. */
function sliceItems(gate: GateInput, rule: NoHarmRule, id: string, source: PairedSource): Item[] {
  const known = Object.keys(gate.evaluation.queries.slices).sort();
  const fields = rule.slices === 'declared' ? known : rule.slices;
  const unknown = fields.filter((field) => !known.includes(field));
  if (fields.length === 0 || unknown.length > 0) {
    const reason = fields.length === 0 ? 'The data set declares no slices.' : `No query has a slice called ${unknown.join(', ')}.`;
    const has = known.length > 0 ? ` (the data set has ${known.join(', ')})` : '';
    const next = `Give every query a value under \`slices\` in queries.jsonl${has}, or remove the rule.`;
    return [missingResult(gate, rule, id, { kind: 'missing', reason, next })];
  }
  const slices = fields.flatMap((field) => slicesIn({ slices: { [field]: gate.evaluation.queries.slices[field] ?? [] }, automatic: {} }));
  const items = slices.map(({ field, value, members }) => sliceItem(gate, rule, id, source, { field, value, members }));
  const decides = items.some((item) => item.kind === 'comparison' && item.needs >= fewestNeeds(gate.policy));
  return decides ? items : [tooSmall(gate, rule, id, slices.length), ...items];
}

/**
 * A rule that holds whatever the versions are is no evidence, so it decides nothing: a limit that its metric never reaches, or one on
 * consumers where none is named.
 * @returns null where there is something to test, or the rule is broken all the same
 */
function nothingToTest(gate: GateInput, rule: Rule, id: string, source: Source): Settled | null {
  const idle = boundOf(rule);
  if (idle !== null)
    return settled(gate, rule, id, {
      outcome: 'skipped',
      found: `${rule.metric} is never ${idle}`,
      reason: `${rule.metric} is never ${idle}, so this rule can't fail and decides nothing.`,
      next: 'Write a limit that the metric can reach, or remove the rule.',
    });
  const counts = metricId(rule.metric) === untranslatedConsumers.id && rule.kind === 'atMost';
  if (!counts || gate.evaluation.consumers.length > 0 || source.kind !== 'scalar' || source.value > 0) return null;
  return settled(gate, rule, id, {
    outcome: 'skipped',
    found: 'no consumer to look at',
    reason: 'The configuration names no consumer of scores, so this rule decides nothing.',
    next: 'Name under `consumers` what compares a score with a fixed number; or remove the rule, if nothing does.',
  });
}

/** What the metric would have to be for the rule to fail, in words; null where it can be. */
function boundOf(rule: Rule): string | null {
  const [low, high] = rangeOf(rule.metric) ?? [Number.NEGATIVE_INFINITY, null];
  if (rule.kind === 'nonInferior' || rule.kind === 'noHarm')
    return high !== null && rule.margin >= high - low ? `worse by more than ${high - low}` : null;
  if (rule.kind === 'atMostTimes') return null;
  if (rule.kind === 'atLeast') return rule.limit <= low ? `below ${low}` : null;
  return high !== null && rule.limit >= high ? `above ${high}` : null;
}

/**
 * Where a policy forbids weak grades, a rule that rests on them has no value, as if there were no judgements: it fails, or is
 * skipped where it says `ifMissing: skip`. So no count of clicks makes a pass.
 * @returns null where the policy lets them count, people gave the grades, or the rule needs none
 */
function forbiddenGrades({ evaluation, policy }: GateInput, rule: Rule): Missing | null {
  if (policy.weakGrades !== 'forbid' || evaluation.dataset.weakGrades === undefined || !restsOnGrades(evaluation, rule)) return null;
  return {
    kind: 'missing',
    reason: `${rule.metric} rests on grades made of clicks, and the policy forbids weak grades.`,
    next: 'Let people judge some queries (`cutover judge next` writes the sheet); or put `ifMissing: skip` on rules that need judgements, and gate on what needs none.',
  };
}

function restsOnGrades({ consumers }: Evaluation, { metric }: Rule): boolean {
  if (needsJudgements(metric)) return true;
  // Its value counts consumers, and what some of them want kept is measured by grades.
  return metric === 'untranslatedConsumers' && consumers.some(({ consumer }) => consumer.keep !== 'pass-rate');
}

/** Turns one rule into what is to be computed, or into a result where nothing can be. */
export function ruleItems(gate: GateInput, rule: Rule, id: string): Item[] {
  const source = forbiddenGrades(gate, rule) ?? findSource(gate.evaluation, rule);
  if (source.kind === 'missing') return [missingResult(gate, rule, id, source)];
  const idle = nothingToTest(gate, rule, id, source);
  if (idle !== null) return [idle];
  if (rule.kind === 'atMostTimes' || source.kind === 'cost') return [ratioItem(gate, rule, id, source)];
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

/** A cost as a ratio to the old version's; a policy that was made in code may ask otherwise. */
function ratioItem(gate: GateInput, rule: Rule, id: string, source: Exclude<Source, Missing>): Item {
  if (rule.kind === 'atMostTimes' && source.kind === 'cost')
    return { kind: 'ratio', rule, id, slice: null, decides: rule.severity === 'fail', needs: 0, cost: source.cost };
  const isRatio = rule.kind === 'atMostTimes';
  return settled(gate, rule, id, {
    outcome: 'fail',
    found: isRatio ? 'no cost' : 'a cost, which is compared as a ratio',
    reason: isRatio
      ? `${rule.metric} is no cost.`
      : `${rule.metric} is a cost, of which only the ratio to the old version's means something.`,
    next: isRatio ? 'Write a margin or a limit.' : `Write { metric: ${rule.metric}, atMostTimes: … }.`,
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

function limitItem(
  gate: GateInput,
  rule: LimitRule,
  id: string,
  source: Exclude<Source, Missing | { readonly kind: 'cost' }>,
): LimitItem | Settled {
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
