import { columnByNeed, columnMean, indexNeeds, type NeedColumn, type NeedIndex, pairedDifferences } from '../measure/stats/needs.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Policy, Rule } from '../model/policy.ts';
import { expectation } from './expectation.ts';
import { type Comparison, type Settled, settled, type Universe, type Values } from './item.ts';
import { condensedName } from './measure.ts';
import { directionOf, isNotApplicable, type Missing, type Source } from './source.ts';

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

/** A rule without a value: fails, unless it says `skip`. */
export function missingResult({ evaluation }: Planner, rule: Rule, id: string, { reason, next }: Missing): Settled {
  const words = { expected: expectation(rule, directionOf(evaluation, rule.metric)), found: 'no value', reason };
  if (rule.ifMissing === 'skip') return settled(rule, id, { ...words, outcome: 'skipped', next: '' });
  return settled(rule, id, { ...words, outcome: 'fail', reason: `${reason} A missing number never passes.`, next });
}

/** The condensed list's columns of the same neighbours; null where not measured or not applicable. */
export function condensedSource({ evaluation }: Planner, rule: Rule): { readonly old: Values; readonly new: Values } | null {
  const name = condensedName(rule.metric);
  if (name === null || isNotApplicable(evaluation.quality)) return null;
  const columns = Object.hasOwn(evaluation.quality, name) ? evaluation.quality[name]?.[rule.on] : undefined;
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
  const sign = directionOf(plan.evaluation, rule.metric) === 'lower' ? -1 : 1;
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
