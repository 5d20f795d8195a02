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
  readonly range: readonly [low: number, high: number | null];
  /** Which way is good; `none` where a change is neither. */
  readonly direction: 'higher' | 'lower' | 'none';
  readonly source: { readonly title: string; readonly doi?: string; readonly url?: string };
}

/** One query's judgements, as a metric sees them. */
export interface Judgements {
  /** document id → grade; 1 or more is relevant. */
  readonly grades: ReadonlyMap<string, number>;
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
export interface QualityMetric extends MetricMeta {
  readonly cutoff: 'required' | 'optional' | 'none';
  /** Parameters it takes in parentheses, with their defaults; e.g. `{ rel: 1 }`. */
  readonly params: Readonly<Record<string, string | number>>;
  /** @param ranking document ids, best first, in trec_eval order; empty gives 0. */
  compute(ranking: readonly string[], judgements: Judgements, name: MeasureName): number;
}

/** A metric of two ranked lists of one query; needs no judgements. */
export interface NeighbourMetric extends MetricMeta {
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
