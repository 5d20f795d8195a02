import { isNotApplicable } from '../core/absence.ts';
import type { ByOn, Evaluation, SidedColumn } from './evaluation.ts';
import type { Direction } from './metric.ts';
import type { On } from './policy.ts';

/** A measure by its canonical name, and the neighbours it was measured on. */
export interface MeasuredOn {
  readonly measure: string;
  readonly on: On;
}

/** Quality columns by measure; empty where quality wasn't measured. */
export function qualityOf({ quality }: Pick<Evaluation, 'quality'>): Readonly<Record<string, ByOn<SidedColumn>>> {
  return isNotApplicable(quality) ? {} : quality;
}

/** Both sides of a measure of quality or of the index; null where it wasn't measured on these neighbours. */
export function columnsOf(evaluation: Pick<Evaluation, 'quality' | 'index'>, { measure, on }: MeasuredOn): SidedColumn | null {
  const quality = qualityOf(evaluation);
  if (Object.hasOwn(quality, measure)) return quality[measure]?.[on] ?? null;
  return Object.hasOwn(evaluation.index, measure) ? (evaluation.index[measure] ?? null) : null;
}

/** `nDCG` of `nDCG(judged_only=True)@10`. */
export function metricIdOf(measure: string): string {
  return /^[^(@.]*/.exec(measure)?.[0] ?? measure;
}

/** Which way a measure is better, by the metadata in the evaluation; `none` for one that it knows nothing of. */
export function directionOf({ metrics }: Pick<Evaluation, 'metrics'>, measure: string): Direction {
  const id = metricIdOf(measure);
  return Object.hasOwn(metrics, id) ? (metrics[id]?.direction ?? 'none') : 'none';
}
