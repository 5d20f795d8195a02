import type { SliceResult } from '../../model/evaluation.ts';
import type { ReportInput } from '../input.ts';
import { type LeadMeasure, leadMeasure, neighbourMeasure, type Pair, pairOf } from './measures.ts';

/** One slice under the measure that slices are ordered by. */
export interface SliceRow {
  readonly slice: SliceResult;
  /** null where quality wasn't measured. */
  readonly pair: Pair | null;
  readonly overlap: number | null;
  /** Declared, and enough needs to decide, by the policy. */
  readonly decides: boolean;
}

export interface SliceView {
  readonly lead: LeadMeasure | null;
  readonly overlap: LeadMeasure | null;
  /** As the evaluation ranks them, worst first; by overlap where nothing was compared. */
  readonly rows: readonly SliceRow[];
}

/** Old, new and difference of one slice under one measure; null where it wasn't measured. */
export function slicePair(slice: SliceResult, { measure, on }: LeadMeasure): Pair | null {
  const means = slice.quality[measure]?.[on];
  return means === undefined ? null : pairOf(means.old, means.new);
}

export function sliceView(input: ReportInput): SliceView {
  const lead = leadMeasure(input);
  const overlap = neighbourMeasure(input.evaluation, 'overlap');
  const rows = input.evaluation.slices.map((slice, i) => ({
    i,
    slice,
    pair: lead === null ? null : slicePair(slice, lead),
    overlap: overlap === null ? null : (slice.neighbours[overlap.measure]?.[overlap.on] ?? null),
    decides: !slice.automatic && slice.needs >= input.verdict.policy.minimumNeeds,
  }));
  const key = (row: SliceRow): number => (lead === null ? (row.overlap ?? Number.MAX_VALUE) : 0);
  return { lead, overlap, rows: rows.sort((a, b) => key(a) - key(b) || a.i - b.i) };
}
