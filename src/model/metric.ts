/** Which way is better; `none` where a change is neither. */
export type Direction = 'higher' | 'lower' | 'none';

/** What is led with, studied and judged for where neither a policy nor a user says otherwise. */
export const DEFAULT_MEASURE = 'nDCG@10';

/** Least and greatest value that a metric can have; null where there is no greatest. */
export type Range = readonly [low: number, high: number | null];

/** What is known of a metric beside its function; shown in reports and reference pages. */
export interface MetricMeta {
  /** File name and first part of the measure's name: `nDCG` of `nDCG@10`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the reader of a report: what it says and when not to trust it. */
  readonly description: string;
  /** LaTeX-free formula in plain text. */
  readonly formula: string;
  /** `''` where it is a pure ratio; else `pairs`, `positions`, `score`, … */
  readonly unit: string;
  readonly range: Range;
  readonly direction: Direction;
  readonly source: { readonly title: string; readonly doi?: string; readonly url?: string };
}

/** A metric that a policy may name. */
export interface RuleMetric extends MetricMeta {
  /** The range at a cutoff and parameters, where they narrow it: nothing in a list of k moves by more than k places. */
  rangeAt?(name: Pick<MeasureName, 'cutoff' | 'params'>): Range;
}

/** One query's ranked list seen through its judgements: looked up once, then read by every metric. */
export interface JudgedList {
  /** Grade of each retrieved document, best rank first; null where it is unjudged. */
  readonly grades: readonly (number | null)[];
  /** Grades of all judged documents of the query, retrieved or not, high to low. */
  readonly judgements: readonly number[];
}

/** A parsed ir_measures name: `nDCG(judged_only=True)@10`. */
export interface MeasureName {
  /** The name as canonical text; keys of evaluation.json. */
  readonly name: string;
  readonly id: string;
  readonly cutoff: number | null;
  /** Remove unjudged documents from the list before measuring (condensed list, Sakai 2007). */
  readonly judgedOnly: boolean;
  readonly params: Readonly<Record<string, string | number>>;
}

/** A metric of one ranked list against judgements. */
export interface QualityMetric extends RuleMetric {
  readonly cutoff: 'required' | 'optional' | 'none';
  /** Parameters it takes in parentheses, with their defaults; e.g. `{ rel: 1 }`. */
  readonly params: Readonly<Record<string, string | number>>;
  /** Parameters that a printed name always carries, because ir_measures has no default, or another one, for them. */
  readonly spelledOut?: readonly string[];
  /** What is wrong with a name's parameters, in words; null when nothing is. */
  check?(name: MeasureName): string | null;
  /** The value of one query. @param list already condensed where the name says `judged_only`; an empty list gives 0. */
  compute(list: JudgedList, name: MeasureName): number;
}

/** A metric of two ranked lists of one query; needs no judgements. */
export interface NeighbourMetric extends RuleMetric {
  readonly cutoff: 'required' | 'optional' | 'none';
  readonly defaultCutoffs: readonly number[];
  /** @returns null where it isn't defined, e.g. fewer than two shared documents for a correlation. */
  compute(old: readonly string[], fresh: readonly string[], cutoff: number): number | null;
}

/** A distance between two samples of scores. */
export interface ShiftMetric extends MetricMeta {
  /** @throws RangeError on an empty sample. */
  compute(old: Float64Array, fresh: Float64Array): number;
}
