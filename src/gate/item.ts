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

/** A result before waivers, which may change what is shown of it. */
export type Judged = Omit<RuleResult, 'state'>;

/** Nothing left to compute. */
export interface Settled {
  readonly kind: 'settled';
  readonly result: Judged;
}

export type Item = Comparison | LimitItem | Settled;

/** Values of one side by query. */
export type Values = Column['perQuery'];
