import type { SliceResult } from '../../model/evaluation.ts';
import type { MeasuredOn } from '../../model/lookup.ts';
import type { Lead, SliceRow as SliceBounds, SliceTable } from '../../model/verdict.ts';
import type { ReportInput } from '../input.ts';
import { neighbourMeasure, type Pair, pairOf } from './measures.ts';

/** One slice under the measure that slices are ranked by. */
export interface SliceRow {
  readonly slice: SliceResult;
  /** Figures and bounds of the lead measure; null where there is none. */
  readonly bounds: SliceBounds | null;
  readonly overlap: number | null;
  /** Declared, and enough needs to decide, by the policy. */
  readonly decides: boolean;
}

export interface SliceView {
  readonly lead: Lead | null;
  /** Two-sided, of every band and interval; null without a lead measure. */
  readonly confidence: number | null;
  readonly overlap: MeasuredOn | null;
  /** As the verdict ranks them, worst first; by overlap where nothing leads. */
  readonly rows: readonly SliceRow[];
}

/** Old, new and difference of one slice under one measure; null where it wasn't measured. */
export function slicePair(slice: SliceResult, { measure, on }: MeasuredOn): Pair | null {
  const means = slice.quality[measure]?.[on];
  return means === undefined ? null : pairOf(means.old, means.new);
}

/** What slices are ranked and banded by; null without a measure to lead with. */
export function leadTable({ verdict: { lead, slices } }: ReportInput): SliceTable | null {
  return slices.find(({ measure, on }) => measure === lead?.measure && on === lead.on) ?? null;
}

export function sliceView(input: ReportInput): SliceView {
  const { evaluation, verdict } = input;
  const table = leadTable(input);
  const overlap = neighbourMeasure(evaluation, 'overlap');
  const found = new Map(table?.rows.map((row) => [`${row.field}\n${row.value}`, row]));
  const rows = evaluation.slices.map((slice): SliceRow => {
    const bounds = found.get(`${slice.field}\n${slice.value}`) ?? null;
    return {
      slice,
      bounds,
      overlap: overlap === null ? null : (slice.neighbours[overlap.measure]?.[overlap.on] ?? null),
      decides: bounds?.canDecide ?? (!slice.automatic && slice.needs >= verdict.policy.minimumNeeds),
    };
  });
  const place = new Map([...found.values()].map((row, i) => [row, i]));
  const key = ({ bounds, overlap: shared }: SliceRow): number =>
    (table === null ? shared : bounds && place.get(bounds)) ?? Number.MAX_VALUE;
  return { lead: verdict.lead, confidence: table?.confidence ?? null, overlap, rows: rows.sort((a, b) => key(a) - key(b)) };
}
