import { CONFIDENCE } from '../../core/confidence.ts';
import { type BootstrapSample, bootstrap } from '../../measure/stats/bootstrap.ts';
import { couldDiffer } from '../../measure/stats/distributions.ts';
import { twoSidedInterval } from '../../measure/stats/interval.ts';
import { columnByNeed, columnMean, indexNeeds, pairedDifferences } from '../../measure/stats/needs.ts';
import { signFlipTest } from '../../measure/stats/permutation.ts';
import type { Column, Evaluation, NotApplicable, SidedColumn } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';

/** Means over judged queries, and each query's value. */
export interface SideValues {
  /** Measure → mean as trec_eval takes it: a judged query that the run lacks counts 0. */
  readonly aggregate: Readonly<Record<string, number>>;
  /** Measure → judged query → value. */
  readonly perQuery: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** New − old of one measure over judged queries. */
export interface PairedValues {
  readonly n: number;
  readonly mean: number;
  /** Two-sided 95 % BCa interval of the mean. */
  readonly ci95: readonly [low: number, high: number] | NotApplicable;
  /** Two-sided sign-flip test of "the mean difference is 0". */
  readonly permutationP: number;
}

type Rows = readonly string[];

/** Old and new columns by measure. */
type Measures = readonly (readonly [name: string, columns: SidedColumn])[];

/** One run's columns as tables by query id; queries without judgement are left out. */
export function sideValues(measures: Measures, side: Side, ids: Rows): SideValues {
  return {
    aggregate: Object.fromEntries(measures.map(([name, columns]) => [name, meanOf(name, columns[side])])),
    perQuery: Object.fromEntries(measures.map(([name, columns]) => [name, byId(columns[side].perQuery, ids)])),
  };
}

function meanOf(name: string, { mean }: Column): number {
  // Judgements were read and are never empty, so some query has a value.
  if (mean === null) throw new TypeError(`${name} has no value.`);
  return mean;
}

function byId(perQuery: Column['perQuery'], ids: Rows): Record<string, number> {
  return Object.fromEntries(
    ids.flatMap((id, row) => {
      const value = perQuery[row] ?? null;
      return value === null ? [] : [[id, value] as const];
    }),
  );
}

/** Query → measure → value, for the queries that both runs answer; a measure that isn't defined for a query is left out. */
export function overlapValues(
  neighbours: Evaluation['neighbours'],
  names: readonly string[],
  ids: Rows,
): Record<string, Record<string, number>> {
  const queries = ids.map((id, row) => {
    const values = names.flatMap((name) => {
      const value = neighbours[name]?.served?.perQuery[row] ?? null;
      return value === null ? [] : [[name, value] as const];
    });
    return [id, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(queries.filter(([, values]) => Object.keys(values).length > 0));
}

/**
 * Resamples for so many queries: as many as ten million draws allow, between 10,000 and 50,000, so that few queries get
 * steady third decimals and many stay quick.
 */
export function resamplesFor(queries: number): number {
  return Math.min(50_000, Math.max(10_000, Math.floor(1e7 / queries)));
}

/**
 * Paired differences of every measure under shared resamples, each query its own need.
 * @returns values by measure, and in words where an interval is not BCa
 */
export function pairedValues(
  measures: Measures,
  ids: Rows,
  seed: number,
): { readonly paired: Record<string, PairedValues>; readonly notes: string[] } {
  const index = indexNeeds(ids);
  const columns = measures.map(([, side]) => columnByNeed(index, pairedDifferences(side.old.perQuery, side.new.perQuery)));
  const resamples = resamplesFor(columns[0]?.needs.length ?? 1);
  const options = { needs: index.labels.length, resamples, seed };
  const intervals = bootstrap(columns, options, (sample) => ({
    ci95: sample.needs < 2 ? ONE_QUERY : twoSidedInterval(sample, CONFIDENCE),
    note: noteOf(sample),
  }));
  const named = columns.map((column, i) => {
    const ci95 = intervals[i]?.ci95 ?? ONE_QUERY;
    const permutationP = signFlipTest(column, resamples, seed).twoSided;
    return [measures[i]?.[0] ?? '', { n: column.needs.length, mean: columnMean(column), ci95, permutationP }] as const;
  });
  const notes = intervals.flatMap(({ note }, i) => (note === null ? [] : [`${measures[i]?.[0]}: ${note}`]));
  return { paired: Object.fromEntries(named), notes };
}

const ONE_QUERY: NotApplicable = { notApplicable: 'one judged query shows no spread' };

function noteOf({ method, needs }: BootstrapSample): string | null {
  if (needs < 2) return 'one judged query shows no spread, so there is no interval.';
  if (method === 'percentile') return 'the BCa interval is not defined here; the percentile interval is used instead.';
  if (method === 'bca') return null;
  const share = (100 * couldDiffer(needs, CONFIDENCE)).toFixed(1);
  return `the difference is the same for all ${needs} queries, and the interval is that value; at most ${share} % of queries could differ (95 %).`;
}
