import type { SliceResult } from '../../model/evaluation.ts';
import type { Lead, SliceRow } from '../../model/verdict.ts';
import { type Fill, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { difference, measureTerm, quoted, term } from '../marks.ts';
import { neighbourMeasure, onWords } from '../measures.ts';
import { count, decimal, percent } from '../number.ts';
import { queriesLink } from '../queries/address.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';

/** One slice under the measure that is led with. */
export interface SliceLine {
  readonly slice: SliceResult;
  /** Figures and bounds as the verdict has them; null where nothing is led with. */
  readonly bounds: SliceRow | null;
  readonly overlap: number | null;
  /** Declared, and enough needs to decide, by the policy. */
  readonly decides: boolean;
}

export interface SliceView {
  readonly lead: Lead | null;
  /** As the verdict ranks them, worst first; by overlap where nothing is led with. */
  readonly rows: readonly SliceLine[];
}

export function sliceView({ evaluation, verdict }: ReportInput): SliceView {
  const { lead } = verdict;
  const ranked = verdict.slices.find(({ measure, on }) => measure === lead?.measure && on === lead.on)?.rows ?? [];
  const overlap = neighbourMeasure(evaluation, 'overlap');
  const places = new Map(ranked.map(({ field, value }, i) => [`${field}\n${value}`, i]));
  const placeOf = ({ field, value }: SliceResult): number => places.get(`${field}\n${value}`) ?? Number.MAX_VALUE;
  const rows = evaluation.slices.map((slice): SliceLine => {
    const bounds = ranked[placeOf(slice)] ?? null;
    return {
      slice,
      bounds,
      overlap: overlap === null ? null : (slice.neighbours[overlap.measure]?.[overlap.on] ?? null),
      decides: bounds?.canDecide ?? (!slice.automatic && slice.needs >= verdict.policy.minimumNeeds),
    };
  });
  const key = (row: SliceLine): number => (lead === null ? (row.overlap ?? Number.MAX_VALUE) : placeOf(row.slice));
  return { lead, rows: rows.sort((a, b) => key(a) - key(b)) };
}

/** Slices whose whole corrected band is on one side of 0. */
function sure({ rows, lead }: SliceView, worse: boolean): readonly SliceLine[] {
  const below = worse === (lead?.direction !== 'lower');
  return rows.filter(({ bounds }) => {
    const band = bounds?.simultaneous;
    return band != null && (below ? band.upper < 0 : band.lower > 0);
  });
}

function nameOf({ slice, decides }: SliceLine): Fill {
  const note = slice.automatic ? 'found' : decides ? '' : 'too small to decide';
  return html`<a href="${queriesLink({ slice })}">${quoted(`${slice.field} = ${slice.value}`, 160)}</a>${note !== '' && html` <span class="small">(${note})</span>`}`;
}

/** The table of slices; Markdown has its first rows. */
export function sliceTable({ lead, rows }: SliceView): Fill {
  const way = lead?.direction ?? 'none';
  const compared: readonly TableColumn<SliceLine>[] =
    lead === null
      ? []
      : [
          { head: 'Old', numeric: true, cell: ({ bounds }) => decimal(bounds?.old ?? null) },
          { head: 'New', numeric: true, cell: ({ bounds }) => decimal(bounds?.new ?? null) },
          {
            head: html`Difference, ${term('word-band', 'corrected')}`,
            numeric: true,
            cell: ({ bounds }) => difference(bounds?.difference ?? null, way, bounds?.simultaneous ?? null),
          },
          { head: 'Would show a loss of', numeric: true, cell: ({ bounds }) => decimal(bounds?.detectable ?? null) },
        ];
  return table<SliceLine>(
    lead === null ? 'Slices, fewest results in common first' : `Slices by ${lead.measure} ${onWords(lead.on)}, surest losses first`,
    [
      { head: 'Slice', rowHead: true, cell: nameOf },
      { head: 'Queries', numeric: true, cell: ({ slice }) => count(slice.queries) },
      { head: term('word-need', 'Needs'), numeric: true, cell: ({ slice }) => count(slice.needs) },
      ...compared,
      { head: 'Results that stay', numeric: true, cell: ({ overlap }) => percent(overlap) },
    ],
    rows,
  );
}

export const slices: Section = {
  id: 'slices',
  title: 'Slices',
  finding: (input) => {
    const view = sliceView(input);
    const [worse, better] = [sure(view, true), sure(view, false)];
    const [first] = worse;
    if (view.rows.length === 0) return 'The data set names none.';
    if (view.lead === null) return `${count(view.rows.length)} slices, without quality.`;
    const named = first !== undefined && html`: ${quoted(`${first.slice.field} = ${first.slice.value}`, 80)}`;
    return html`Of ${count(view.rows.length)} slices, corrected for looking at all at once, ${count(worse.length)} got worse${named} and ${count(better.length)} better.`;
  },
  render: (input) => {
    const view = sliceView(input);
    if (view.rows.length === 0) return html`<p>The data set names no slices.</p>`;
    const found = view.rows.some(({ slice }) => slice.automatic);
    const lead = view.lead !== null && html` By ${measureTerm(input.evaluation, view.lead.measure)}.`;
    return html`<p>A slice leads to its queries. Slices of fewer than ${count(input.verdict.policy.minimumNeeds)} needs do not decide.${found && ' Those marked “found” were made by looking at queries and documents; they never decide.'}${lead}</p>${sliceTable(view)}`;
  },
};
