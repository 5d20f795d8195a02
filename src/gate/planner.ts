import { columnByNeed, columnMean, indexNeeds, type NeedColumn, type NeedIndex, pairedDifferences } from '../measure/stats/needs.ts';
import type { Evaluation } from '../model/evaluation.ts';
import { columnsOf, directionOf } from '../model/lookup.ts';
import type { Direction } from '../model/metric.ts';
import type { Policy, Rule } from '../model/policy.ts';
import { expectation } from './expectation.ts';
import type { Comparison, Judged, Settled, Universe, Values } from './item.ts';
import { canonicalName, condensedName } from './measure.ts';
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
  const numbers = { needs: 0, old: null, new: null, difference: null, interval: null, adjustedP: null, power: null };
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

/** The condensed list's columns of the same neighbours; null where not measured or not applicable. */
export function condensedSource({ evaluation }: Planner, rule: Rule): { readonly old: Values; readonly new: Values } | null {
  const name = condensedName(rule.metric);
  const columns = name === null ? null : columnsOf(evaluation, { measure: name, on: rule.on });
  return columns ? { old: columns.old.perQuery, new: columns.new.perQuery } : null;
}

function turned(values: readonly (number | null)[], sign: 1 | -1): (number | null)[] {
  return values.map((value) => (value === null ? null : sign * value));
}

/** Sums a side over the queries that both versions have a value for. */
function sideMean(index: NeedIndex, own: Values, other: Values, members?: readonly boolean[]): number {
  return columnMean(
    columnByNeed(
      index,
      own.map((value, i) => ((other[i] ?? null) === null ? null : value)),
      members,
    ),
  );
}

/** Columns of a comparison, or null where no query has both values. */
export function compareColumns(
  plan: Planner,
  rule: Rule,
  source: PairedSource,
  members?: readonly boolean[],
): Omit<Comparison, 'rule' | 'id' | 'slice' | 'decides'> | null {
  const universe: Universe = source.isQuality ? 'judged' : 'all';
  const index = plan.needs[universe];
  const sign = ruleDirection(plan, rule) === 'lower' ? -1 : 1;
  const [old, fresh] = [source.old.perQuery, source.new.perQuery];
  const column = columnByNeed(index, turned(pairedDifferences(old, fresh), sign), members);
  if (column.needs.length === 0) return null;
  const list = source.isQuality ? condensedSource(plan, rule) : null;
  const condensed = list && columnByNeed(index, turned(pairedDifferences(list.old, list.new), sign), members);
  return {
    kind: 'comparison',
    universe,
    sign,
    needs: column.needs.length,
    old: sideMean(index, old, fresh, members),
    new: sideMean(index, fresh, old, members),
    column,
    condensed: nonEmpty(condensed),
  };
}

export function nonEmpty(column: NeedColumn | null): NeedColumn | null {
  return column && column.needs.length > 0 ? column : null;
}
