import { rangeOf } from '../measure/measure-name.ts';
import {
  columnByNeed,
  columnMean,
  indexNeeds,
  type NeedColumn,
  type NeedIndex,
  needMeans,
  pairedDifferences,
} from '../measure/stats/needs.ts';
import type { Evaluation } from '../model/evaluation.ts';
import { directionOf } from '../model/lookup.ts';
import type { Direction } from '../model/metric.ts';
import type { Policy, Rule } from '../model/policy.ts';
import { expectation } from './expectation.ts';
import type { Comparison, Judgeable, Judged, Room, Settled, Universe, Values } from './item.ts';
import { canonicalName } from './measure.ts';
import type { Missing, Source } from './source.ts';

/** What planning needs at hand. */
export interface Planner {
  readonly evaluation: Evaluation;
  readonly policy: Policy;
  readonly needs: Readonly<Record<Universe, NeedIndex>>;
}

export type PairedSource = Extract<Source, { kind: 'paired' }>;

export function planner(evaluation: Evaluation, policy: Policy): Planner {
  const { needs, judged } = evaluation.queries;
  return { evaluation, policy, needs: { judged: indexNeeds(needs, judged), all: indexNeeds(needs) } };
}

/** Which way the metric of a rule is better. */
export function ruleDirection({ evaluation }: Planner, { metric }: Rule): Direction {
  return directionOf(evaluation, canonicalName(metric));
}

type SettledWords = Pick<Judged, 'outcome' | 'found' | 'reason' | 'next' | 'missing'> & { readonly decides?: boolean };

/** A result without numbers, e.g. for a rule that couldn't be applied. */
export function settled(plan: Planner, rule: Rule, id: string, words: SettledWords, slice: Judged['slice'] = null): Settled {
  const numbers = { needs: 0, moved: null, old: null, new: null, difference: null, interval: null, adjustedP: null, power: null };
  const direction = ruleDirection(plan, rule);
  const decides = words.decides ?? (rule.severity === 'fail' && words.outcome !== 'skipped');
  const expected = expectation(rule, direction);
  return { kind: 'settled', result: { rule, id, slice, direction, expected, ...words, decides, ...numbers } };
}

/** A rule without a value: fails, unless it says `skip`. */
export function missingResult(plan: Planner, rule: Rule, id: string, { reason, next }: Missing): Settled {
  const words = { found: 'no value', missing: true } as const;
  if (rule.ifMissing === 'skip') return settled(plan, rule, id, { ...words, outcome: 'skipped', reason, next: '' });
  return settled(plan, rule, id, { ...words, outcome: 'fail', reason: `${reason} A missing number never passes.`, next });
}

/** Values as counted and at both ends of what unjudged documents could make of them, by need. */
export function judgeable(plan: Planner, universe: Universe, ends: Ends, members?: readonly boolean[]): Judgeable | null {
  const own = (values: Values) => gathered(plan, universe, values, members);
  const counted = own(ends.counted);
  if (counted.needs.length === 0) return null;
  const pairs = ends.open && sumsByNeed(plan.needs[universe], ends.open.pairs, counted, members);
  if (ends.open === null || pairs === null || pairs.every((count) => count === 0))
    return { counted, least: counted, most: counted, pairs: null };
  return { counted, least: own(ends.open.least), most: own(ends.open.most), pairs };
}

/** Values a query, gathered by need. */
export function gathered(plan: Planner, universe: Universe, values: Values, members?: readonly boolean[]): NeedColumn {
  return columnByNeed(plan.needs[universe], values, members, plan.evaluation.queries.weight);
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
  const seen = [old.least, old.most, fresh].flatMap((column) => [...needMeans(column)]);
  const low = Math.min(range[0], ...seen);
  const high = Math.max(range[1] ?? range[0], ...seen);
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
  plan: Planner,
  rule: Rule,
  source: PairedSource,
  members?: readonly boolean[],
): Pick<Comparison, 'kind' | 'sign' | 'needs' | 'old' | 'new' | 'improvement' | 'room'> | null {
  const universe: Universe = source.isQuality ? 'judged' : 'all';
  const sign = ruleDirection(plan, rule) === 'lower' ? -1 : 1;
  const improvement = judgeable(plan, universe, improvements(source, sign), members);
  if (improvement === null) return null;
  const range = rangeOf(rule.metric) ?? [0, null];
  const ends = oldEnds(source, range);
  const side = (own: Values, other: Values) => gathered(plan, universe, paired(own, other), members);
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
