import { rangeOf } from '../measure/measure-name.ts';
import { largest, smallest } from '../measure/stats/extremes.ts';
import { columnByNeed, columnMean, type NeedColumn, type NeedIndex, needMeans, pairedDifferences } from '../measure/stats/needs.ts';
import type { Rule } from '../model/policy.ts';
import { type GateInput, type PairedSource, ruleDirection } from './gate-input.ts';
import type { Comparison, Judgeable, Room, Universe, Values } from './item.ts';

/** Values as counted and at both ends of what unjudged documents could make of them, by need. */
export function judgeable(gate: GateInput, universe: Universe, ends: Ends, members?: readonly boolean[]): Judgeable | null {
  const own = (values: Values) => gathered(gate, universe, values, members);
  const counted = own(ends.counted);
  if (counted.needs.length === 0) return null;
  const pairs = ends.open && sumsByNeed(gate.needs[universe], ends.open.pairs, counted, members);
  if (ends.open === null || pairs === null || pairs.every((count) => count === 0))
    return { counted, least: counted, most: counted, pairs: null };
  return { counted, least: own(ends.open.least), most: own(ends.open.most), pairs };
}

/** Values a query, gathered by need. */
export function gathered(gate: GateInput, universe: Universe, values: Values, members?: readonly boolean[]): NeedColumn {
  return columnByNeed(gate.needs[universe], values, members, gate.evaluation.queries.weight);
}

/** Per query, above 0 is better. */
export interface Ends {
  readonly counted: Values;
  readonly open: { readonly least: Values; readonly most: Values; readonly pairs: readonly number[] } | null;
}

function sumsByNeed(index: NeedIndex, pairs: readonly number[], { needs }: NeedColumn, members?: readonly boolean[]): Float64Array {
  const sums = new Float64Array(index.labels.length);
  pairs.forEach((count, i) => {
    const need = index.of[i] ?? -1;
    if (need >= 0 && members?.[i] !== false) sums[need] = (sums[need] ?? 0) + count;
  });
  return Float64Array.from(needs, (need) => sums[need] ?? 0);
}

function turned(values: Values, sign: 1 | -1): Values {
  return sign === 1 ? values : values.map((value) => (value === null ? null : -value));
}

function improvements({ old: before, new: after, open }: PairedSource, sign: 1 | -1): Ends {
  const counted = turned(pairedDifferences(before.perQuery, after.perQuery), sign);
  if (open === undefined) return { counted, open: null };
  const [least, most] = sign === 1 ? [open.least, open.most] : [open.most, open.least];
  return { counted, open: { least: turned(least, sign), most: turned(most, sign), pairs: open.pairs } };
}

/**
 * What the needs had to lose and to gain at most, whatever the unjudged are, and the metric's whole range; the furthest value seen
 * where it has no end. Judging only narrows it.
 */
function roomOf(range: readonly [number, number | null], old: OldValues, fresh: NeedColumn, sign: 1 | -1): Room {
  const seen = [old.least, old.most, fresh].map(needMeans);
  const low = seen.reduce((least, values) => smallest(values, least), range[0]);
  const high = seen.reduce((most, values) => largest(values, most), range[1] ?? range[0]);
  const [below, above] = [columnMean(old.most) - low, high - columnMean(old.least)];
  return { loss: sign === 1 ? below : above, gain: sign === 1 ? above : below, width: high - low, isBounded: range[1] !== null };
}

/** The old version's values by need, at both ends of what the unjudged could make of them. */
interface OldValues {
  readonly least: NeedColumn;
  readonly most: NeedColumn;
}

/** An old value is the new one less the difference, so it is between their ends. */
function oldEnds({ old: before, open }: PairedSource, [low, high]: readonly [number, number | null]) {
  if (open === undefined) return { least: before.perQuery, most: before.perQuery };
  const less = (from: Values, values: Values) => from.map((value, i) => (value === null ? null : value - (values[i] ?? 0)));
  const within = (values: Values) => values.map((value) => value && Math.min(high ?? value, Math.max(low, value)));
  return { least: within(less(open.new.least, open.most)), most: within(less(open.new.most, open.least)) };
}

/** Columns of a comparison, or null where no query has both values. */
export function compareColumns(
  gate: GateInput,
  rule: Rule,
  source: PairedSource,
  members?: readonly boolean[],
): Pick<Comparison, 'kind' | 'sign' | 'needs' | 'old' | 'new' | 'improvement' | 'room'> | null {
  const universe: Universe = source.isQuality ? 'judged' : 'all';
  const sign = ruleDirection(gate, rule) === 'lower' ? -1 : 1;
  const improvement = judgeable(gate, universe, improvements(source, sign), members);
  if (improvement === null) return null;
  const range = rangeOf(rule.metric) ?? [0, null];
  const ends = oldEnds(source, range);
  const side = (own: Values, other: Values) => gathered(gate, universe, paired(own, other), members);
  const [old, fresh] = [side(source.old.perQuery, source.new.perQuery), side(source.new.perQuery, source.old.perQuery)];
  const oldValues = { least: side(ends.least, source.new.perQuery), most: side(ends.most, source.new.perQuery) };
  return {
    kind: 'comparison',
    sign,
    needs: improvement.counted.needs.length,
    old: columnMean(old),
    new: columnMean(fresh),
    improvement,
    room: roomOf(range, oldValues, fresh, sign),
  };
}

/** Values of the queries that have one under both versions. */
function paired(own: Values, other: Values): Values {
  return own.map((value, i) => ((other[i] ?? null) === null ? null : value));
}
