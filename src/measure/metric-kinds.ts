import type { MetricMeta, RuleMetric } from '../model/metric.ts';
import type { Space } from './spaces/space.ts';

/** How far the relevant documents of one query moved between two lists. */
export interface ChurnMetric extends RuleMetric {
  readonly cutoff: 'required';
  readonly defaultCutoffs: readonly number[];
  /** @returns null where no relevant document is in either list's first `cutoff`. */
  compute(old: readonly string[], fresh: readonly string[], relevant: ReadonlySet<string>, cutoff: number): number | null;
}

/** How well one version's scores tell relevant pairs from other pairs. */
export interface SeparationMetric extends MetricMeta {
  /** @throws RangeError on an empty sample or a score that is not finite. */
  compute(relevant: ArrayLike<number>, other: ArrayLike<number>): number;
}

/** A number of one query's scores, high to low. */
export interface MarginMetric extends MetricMeta {
  /** @returns null for a list too short to have one. */
  compute(scores: ArrayLike<number>): number | null;
}

/** Served neighbours of one query against the exact ones of the same version. */
export interface IndexMetric extends RuleMetric {
  readonly cutoff: 'required';
  readonly defaultCutoffs: readonly number[];
  /**
   * @param served scores of the served list, high to low
   * @param exact scores of the exact list, high to low
   * @returns null where there is no exact result.
   */
  compute(served: ArrayLike<number>, exact: ArrayLike<number>, cutoff: number): number | null;
}

/** A property of one version's vectors. */
export interface OneSpaceMetric extends MetricMeta {
  readonly spaces: 1;
  /** @returns null where it isn't defined, e.g. for one row. */
  compute(space: Space): number | null;
}

/** Relates the vectors of two versions, row by row, without a dot product across them. */
export interface TwoSpaceMetric extends MetricMeta {
  readonly spaces: 2;
  /**
   * @returns null where it isn't defined.
   * @throws RangeError when the two spaces have different numbers of rows.
   */
  compute(old: Space, fresh: Space): number | null;
}

/** One number for the whole evaluation that a policy may name; the shape of the function differs from one to the next. */
export interface SummaryMetric extends RuleMetric {
  readonly cutoff: 'required' | 'none';
}

/** What a version costs, of which a policy may ask how many times the old version's it is. */
export interface CostMetric extends RuleMetric {
  readonly cutoff: 'none';
  /** Written behind the id: `p95` of `queryMs.p95`. */
  readonly statistic?: string;
  /** Whether it is taken with a clock, so that it needs an interval. */
  readonly timed: boolean;
  /** @param sample one value or more; @throws RangeError on an empty sample where there is no sum */
  compute(sample: readonly number[]): number;
}

/** A metric of one space, or of two side by side. */
export type GeometryMetric = OneSpaceMetric | TwoSpaceMetric;
