import type { NeedColumn } from '../measure/stats/needs.ts';
import type { Column } from '../model/evaluation.ts';
import type { LimitRule, NoHarmRule, NonInferiorRule, Rule } from '../model/policy.ts';
import type { RuleResult } from '../model/verdict.ts';

/** Which needs are resampled: those with a judged query for quality, all for the rest. Never depends on the policy. */
export type Universe = 'judged' | 'all';

interface ItemBase {
  readonly rule: Rule;
  readonly id: string;
  readonly slice: RuleResult['slice'];
  readonly decides: boolean;
  readonly universe: Universe;
  readonly needs: number;
}

/** Old against new, overall or in one slice. Columns are turned so that above 0 is better. */
export interface Comparison extends ItemBase {
  readonly kind: 'comparison';
  readonly rule: NonInferiorRule | NoHarmRule;
  /** −1 where lower is better. */
  readonly sign: 1 | -1;
  readonly old: number;
  readonly new: number;
  readonly column: NeedColumn;
  /** The same on the condensed list; null where that isn't measured. */
  readonly condensed: NeedColumn | null;
}

/** One value of the new version against a limit. */
export interface LimitItem extends ItemBase {
  readonly kind: 'limit';
  readonly rule: LimitRule;
  readonly value: number;
  readonly old: number | null;
  readonly column: NeedColumn | null;
  readonly condensed: { readonly value: number; readonly column: NeedColumn } | null;
}

/** Nothing left to compute. */
export interface Settled {
  readonly kind: 'settled';
  readonly result: RuleResult;
}

export type Item = Comparison | LimitItem | Settled;

/** Values of one side by query. */
export type Values = Column['perQuery'];

/** A result without numbers, e.g. for a rule that couldn't be applied. */
export function settled(
  rule: Rule,
  id: string,
  words: Pick<RuleResult, 'outcome' | 'found' | 'reason' | 'next' | 'expected'> & { readonly decides?: boolean },
  slice: RuleResult['slice'] = null,
): Settled {
  const numbers = { needs: 0, old: null, new: null, difference: null, interval: null, adjustedP: null, power: null };
  const decides = words.decides ?? (rule.severity === 'fail' && words.outcome !== 'skipped');
  return { kind: 'settled', result: { rule, id, slice, ...words, decides, ...numbers } };
}
