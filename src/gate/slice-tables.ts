import { CONFIDENCE } from '../core/confidence.ts';
import { type SliceMembers, slicesIn } from '../measure/slices/members.ts';
import { type ComparedSlice, compareSlices, worstFirst } from '../measure/slices/slice-comparison.ts';
import { columnByNeed, columnMean, indexNeeds, pairedDifferences } from '../measure/stats/needs.ts';
import type { Column, Evaluation } from '../model/evaluation.ts';
import { columnsOf } from '../model/lookup.ts';
import type { Policy } from '../model/policy.ts';
import type { Lead, SliceRow, SliceTable } from '../model/verdict.ts';
import { mirrored } from './comparison-words.ts';
import { ruledMeasures } from './lead.ts';

/** Every slice under the lead measure and under each other measure of old and new that a rule names. */
export function sliceTables(evaluation: Evaluation, policy: Policy): SliceTable[] {
  const slices = slicesIn(evaluation.queries);
  if (slices.length === 0) return [];
  return ruledMeasures(evaluation, policy).map((lead) => tableOf(evaluation, policy, lead, slices));
}

/** Needs that a slice must have for a rule to decide on it: one need shows no spread, so it can't decide whatever the policy says. */
export function fewestNeeds({ minimumNeeds }: Pick<Policy, 'minimumNeeds'>): number {
  return Math.max(2, minimumNeeds);
}

function tableOf(evaluation: Evaluation, policy: Policy, lead: Lead, slices: readonly SliceMembers[]): SliceTable {
  const { needs, weight } = evaluation.queries;
  const columns = columnsOf(evaluation, lead);
  const sides = { old: valuesOf(columns?.old, columns?.new), new: valuesOf(columns?.new, columns?.old) };
  const sign = lead.direction === 'lower' ? -1 : 1;
  const gains = pairedDifferences(sides.old, sides.new).map((value) => (value === null ? null : sign * value));
  const members = slices.map((slice) => slice.members);
  const index = indexNeeds(needs);
  const compared = compareSlices(needs, gains, members, {
    seed: evaluation.seed,
    resamples: policy.resamples,
    ...(weight === undefined ? {} : { weight }),
  });
  const rows = slices.map((slice, i) => {
    const mean = (values: Column['perQuery']) => columnMean(columnByNeed(index, values, slice.members, weight));
    const found = compared[i] ?? null;
    const means = found === null ? { old: null, new: null } : { old: mean(sides.old), new: mean(sides.new) };
    return { found, row: rowOf(slice, means, found, { sign, fewest: fewestNeeds(policy) }) };
  });
  const sorted = rows.sort((a, b) => worstFirst(a.found, b.found));
  return { ...lead, confidence: CONFIDENCE, rows: sorted.map(({ row }) => row) };
}

/** Values of one side at the queries that both have a value for. */
function valuesOf(side: Column | undefined, other: Column | undefined): (number | null)[] {
  return (side?.perQuery ?? []).map((value, i) => ((other?.perQuery[i] ?? null) === null ? null : value));
}

function rowOf(
  { field, value, automatic }: SliceMembers,
  means: Pick<SliceRow, 'old' | 'new'>,
  found: ComparedSlice | null,
  { sign, fewest }: { readonly sign: 1 | -1; readonly fewest: number },
): SliceRow {
  const needs = found?.needs ?? 0;
  return {
    field,
    value,
    canDecide: !automatic && needs >= fewest,
    needs,
    ...means,
    difference: found === null ? null : sign * found.mean,
    interval: found?.interval ? mirrored(found.interval, sign) : null,
    simultaneous: found?.simultaneous ? mirrored(found.simultaneous, sign) : null,
    detectable: found?.detectable ?? null,
  };
}
