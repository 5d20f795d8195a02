import type { NeedColumn } from '../measure/stats/needs.ts';
import type { Column } from '../model/evaluation.ts';
import type { LimitRule, NoHarmRule, NonInferiorRule, RatioRule, Rule } from '../model/policy.ts';
import type { Cost } from '../model/studies.ts';
import type { RuleResult } from '../model/verdict.ts';

/** Whose needs count: those with a judged query for quality, all for the rest. Never depends on the policy. */
export type Universe = 'judged' | 'all';

interface ItemBase {
  readonly rule: Rule;
  readonly id: string;
  readonly slice: RuleResult['slice'];
  readonly decides: boolean;
  readonly needs: number;
}

/** Values a need, as judged: what nobody judged counts as not relevant. And at their least and most over all that it could be. */
export interface Judgeable {
  readonly counted: NeedColumn;
  readonly least: NeedColumn;
  readonly most: NeedColumn;
  /** Float64Array [g]: unjudged pairs of each need that could change it; null where nothing is open. */
  readonly pairs: Float64Array | null;
}

/** What needs could lose and gain, in the metric's unit. */
export interface Room {
  /** On average over the needs: all that they had. */
  readonly loss: number;
  readonly gain: number;
  /** The metric's whole range: the most that any need could lose or gain. */
  readonly width: number;
  /** False where the metric has no end, and the furthest value seen was taken for it. */
  readonly isBounded: boolean;
}

/** Old against new, overall or in one slice. Columns are turned so that above 0 is better. */
export interface Comparison extends ItemBase {
  readonly kind: 'comparison';
  readonly rule: NonInferiorRule | NoHarmRule;
  /** −1 where lower is better. */
  readonly sign: 1 | -1;
  readonly old: number;
  readonly new: number;
  readonly improvement: Judgeable;
  readonly room: Room;
}

/** One value of the new version against a limit. */
export interface LimitItem extends ItemBase {
  readonly kind: 'limit';
  readonly rule: LimitRule;
  readonly value: number;
  readonly old: number | null;
  /** null for a single number, which has no values a need. */
  readonly values: Judgeable | null;
}

/** A cost of the new version against the old one's. */
export interface RatioItem extends ItemBase {
  readonly kind: 'ratio';
  readonly rule: RatioRule;
  readonly cost: Cost;
}

/** A result before waivers, which may change what is shown of it. */
export type Judged = Omit<RuleResult, 'waiver'>;

/** Nothing left to compute. */
export interface Settled {
  readonly kind: 'settled';
  readonly result: Judged;
}

export type Item = Comparison | LimitItem | RatioItem | Settled;

/** Values of one side by query. */
export type Values = Column['perQuery'];
