import type { ByOn, Evaluation, NotApplicable, SidedColumn } from '../../model/evaluation.ts';
import type { On } from '../../model/policy.ts';
import type { ReportInput } from '../input.ts';

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
  readonly served: Pair | null;
  readonly exact: Pair | null;
}

export function isAbsent(value: unknown): value is NotApplicable {
  return typeof value === 'object' && value !== null && 'notApplicable' in value && typeof value.notApplicable === 'string';
}

/** Why quality wasn't measured; null when it was. */
export function whyNoQuality(evaluation: Evaluation): string | null {
  return isAbsent(evaluation.quality) ? evaluation.quality.notApplicable : null;
}

/** Quality columns by measure; empty where quality wasn't measured. */
export function qualityOf(evaluation: Evaluation): Readonly<Record<string, ByOn<SidedColumn>>> {
  return isAbsent(evaluation.quality) ? {} : evaluation.quality;
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
    n: (byOn.served ?? byOn.exact)?.new.n ?? 0,
    served: meansOf(byOn.served),
    exact: meansOf(byOn.exact),
  }));
}

/** The measure that slices and queries are ordered by. */
export interface LeadMeasure {
  readonly measure: string;
  readonly on: On;
}

/**
 * The measure of the first nonInferior rule that was measured, else nDCG@10, else the first there is; as served where
 * it was. null without quality.
 */
export function leadMeasure({ evaluation, verdict }: ReportInput): LeadMeasure | null {
  const quality = qualityOf(evaluation);
  const ruled = verdict.policy.rules.filter((rule) => rule.kind === 'nonInferior').map((rule) => rule.metric);
  const measure = [...ruled, 'nDCG@10', ...Object.keys(quality)].find((name) => Object.hasOwn(quality, name));
  if (measure === undefined) return null;
  return { measure, on: quality[measure]?.served === undefined ? 'exact' : 'served' };
}

/** `as served` or `on exact neighbours`. */
export function onWords(on: On): string {
  return on === 'served' ? 'as served' : 'on exact neighbours';
}

/** The first neighbour measure of a kind, e.g. `overlap`, with where it was measured; null when there is none. */
export function neighbourMeasure(evaluation: Evaluation, id: string): LeadMeasure | null {
  const found = Object.entries(evaluation.neighbours).find(([name]) => name === id || name.startsWith(`${id}@`));
  return found === undefined ? null : { measure: found[0], on: found[1].served === undefined ? 'exact' : 'served' };
}
