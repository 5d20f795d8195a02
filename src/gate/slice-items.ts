import { plural } from '../core/words.ts';
import { type SliceMembers, slicesIn } from '../measure/slices/members.ts';
import type { NoHarmRule } from '../model/policy.ts';
import { compareColumns } from './comparison-columns.ts';
import { type GateInput, missingResult, type PairedSource, settled } from './gate-input.ts';
import type { Item } from './item.ts';
import { fewestNeeds } from './slice-tables.ts';

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
export function sliceItems(gate: GateInput, rule: NoHarmRule, id: string, source: PairedSource): Item[] {
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
