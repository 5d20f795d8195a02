import type { NoHarmRule } from '../model/policy.ts';
import type { RuleResult } from '../model/verdict.ts';
import { expectation } from './expectation.ts';
import { type Item, settled } from './item.ts';
import { compareColumns, missingResult, type PairedSource, type Planner } from './planner.ts';
import { directionOf } from './source.ts';
import { plural } from './words.ts';

type Slice = NonNullable<RuleResult['slice']>;

/** Every slice of the fields a rule asks for, with the flags of its queries. Fields and values ascend. */
function slicesOf({ evaluation }: Planner, fields: readonly string[]): { readonly slice: Slice; readonly members: readonly boolean[] }[] {
  return fields.flatMap((field) => {
    const values = evaluation.queries.slices[field] ?? [];
    return [...new Set(values)].sort().map((value) => ({ slice: { field, value }, members: values.map((other) => other === value) }));
  });
}

function planSlice(plan: Planner, rule: NoHarmRule, id: string, source: PairedSource, slice: Slice, members: readonly boolean[]): Item {
  const name = `${id} · ${slice.field}=${slice.value}`;
  const columns = compareColumns(plan, rule, source, members);
  if (columns === null) {
    const words = { expected: expectation(rule, directionOf(plan.evaluation, rule.metric)), found: 'no value', next: '' };
    return settled(rule, name, { ...words, outcome: 'skipped', reason: 'No query of this slice has a value for both versions.' }, slice);
  }
  // One need shows no spread, so it can't decide whatever the policy says.
  const isLarge = columns.needs >= Math.max(2, plan.policy.minimumNeeds);
  return { ...columns, rule, id: name, slice, decides: rule.severity === 'fail' && isLarge };
}

/** A line of its own says when no slice is large enough: such a rule must not look as if it had held. */
function tooSmall(plan: Planner, rule: NoHarmRule, id: string, slices: number): Item {
  return settled(rule, id, {
    outcome: 'skipped',
    expected: expectation(rule, directionOf(plan.evaluation, rule.metric)),
    found: `${plural(slices, 'slice')}, none of ${plan.policy.minimumNeeds} needs or more`,
    reason: `No slice has ${plan.policy.minimumNeeds} needs, so this rule decides nothing.`,
    next: 'Add queries to the slices that matter, or remove the rule.',
  });
}

/** One item a slice of a noHarm rule. */
export function planSlices(plan: Planner, rule: NoHarmRule, id: string, source: PairedSource): Item[] {
  const known = Object.keys(plan.evaluation.queries.slices).sort();
  const fields = rule.slices === 'declared' ? known : rule.slices;
  const unknown = fields.filter((field) => !known.includes(field));
  if (fields.length === 0 || unknown.length > 0) {
    const reason = fields.length === 0 ? 'The data set declares no slices.' : `No query has a slice called ${unknown.join(', ')}.`;
    const has = known.length > 0 ? ` (the data set has ${known.join(', ')})` : '';
    const next = `Give every query a value under \`slices\` in queries.jsonl${has}, or remove the rule.`;
    return [missingResult(plan, rule, id, { kind: 'missing', reason, next })];
  }
  const slices = slicesOf(plan, fields);
  const items = slices.map(({ slice, members }) => planSlice(plan, rule, id, source, slice, members));
  const decides = items.some((item) => item.kind === 'comparison' && item.needs >= Math.max(2, plan.policy.minimumNeeds));
  return decides ? items : [tooSmall(plan, rule, id, slices.length), ...items];
}
