import { isNotApplicable } from '../core/absence.ts';
import type { Evaluation, SidedColumn } from '../model/evaluation.ts';
import { type MeasuredOn, metricIdOf, qualityOf } from '../model/lookup.ts';
import { ONS, type On } from '../model/policy.ts';
import type { Interval, Verdict } from '../model/verdict.ts';
import { metricOf } from './marks.ts';

/** Old, new, and new − old; null where either is absent. */
export interface Pair {
  readonly old: number | null;
  readonly new: number | null;
  readonly difference: number | null;
}

export function pairOf(old: number | null, fresh: number | null): Pair {
  return { old, new: fresh, difference: old === null || fresh === null ? null : fresh - old };
}

/** One measure's means; a side of it that wasn't measured is null. */
export interface MeasureRow {
  readonly measure: string;
  readonly judgedOnly: boolean;
  /** Queries with a value. */
  readonly n: number;
  /** What the row leads with: the first of them that was measured. */
  readonly on: On;
  readonly pipeline: Pair | null;
  readonly served: Pair | null;
  readonly exact: Pair | null;
}

/** Why quality wasn't measured; null when it was. */
export function whyNoQuality(evaluation: Evaluation): string | null {
  return isNotApplicable(evaluation.quality) ? evaluation.quality.notApplicable : null;
}

export function isJudgedOnly(measure: string): boolean {
  return /\(.*\bjudged_only=True\b.*\)/.test(measure);
}

function meansOf(column: SidedColumn | undefined): Pair | null {
  return column === undefined ? null : pairOf(column.old.mean, column.new.mean);
}

/** Every measure of quality, in the order of the evaluation. */
export function qualityRows(evaluation: Evaluation): readonly MeasureRow[] {
  return Object.entries(qualityOf(evaluation)).map(([measure, byOn]) => ({
    measure,
    judgedOnly: isJudgedOnly(measure),
    n: (byOn.pipeline ?? byOn.served ?? byOn.exact)?.new.n ?? 0,
    on: ONS.find((on) => byOn[on] !== undefined) ?? 'exact',
    pipeline: meansOf(byOn.pipeline),
    served: meansOf(byOn.served),
    exact: meansOf(byOn.exact),
  }));
}

/** Bounds of a measure as the verdict has them; null where it has none. */
export function boundsOf({ measures = [] }: Pick<Verdict, 'measures'>, measure: string, on: On): Interval | null {
  return measures.find((one) => one.measure === measure && one.on === on)?.interval ?? null;
}

/** `as served`, `on exact neighbours`, or of the pipeline. */
export function onWords(on: On): string {
  return { pipeline: 'in what the pipeline returns', served: 'as served', exact: 'on exact neighbours' }[on];
}

/** The first neighbour measure of a kind, e.g. `overlap`, with where it was measured; null when there is none. */
export function neighbourMeasure(evaluation: Evaluation, id: string): MeasuredOn | null {
  const found = Object.entries(evaluation.neighbours).find(([name]) => name === id || name.startsWith(`${id}@`));
  return found === undefined ? null : { measure: found[0], on: ONS.find((on) => found[1][on] !== undefined) ?? 'exact' };
}

/** What a measure is called in a heading of a check, before its exact name; a metric that isn't here is called by its title. */
const PLAIN_NAMES: Readonly<Record<string, string>> = {
  nDCG: 'Ranking quality',
  R: 'Relevant documents found',
  P: 'Relevant share of the results',
  RR: 'First relevant result',
  AP: 'Ranking quality',
  Success: 'Queries with a relevant result',
  annRecall: 'What the index finds',
  overlap: 'Results that stay',
  topChange: 'First result changed',
  Judged: 'Share of results judged',
  untranslatedConsumers: 'Thresholds not settled',
};

/** `Ranking quality` of `nDCG@10`; null where nothing is known of the metric. */
export function plainName(evaluation: Evaluation, measure: string): string | null {
  const id = metricIdOf(measure);
  return PLAIN_NAMES[id] ?? metricOf(evaluation, measure)?.title ?? null;
}

/** One-sided confidence of each bound: the policy's, or what is left of it where needs were added after a look. */
export function boundConfidence({ policy, looks }: Pick<Verdict, 'policy' | 'looks'>): number {
  return looks?.confidence ?? policy.confidence;
}
