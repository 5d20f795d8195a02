import type { Bounds } from '../../model/evaluation.ts';
import { directionOf, qualityOf } from '../../model/lookup.ts';
import { differenceBar } from '../charts/bar.ts';
import { type Heat, heatmap } from '../charts/heatmap.ts';
import { type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { difference, measureLink, quoted } from '../marks.ts';
import { count, decimal, percent, signed } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, type TableColumn, table } from '../table.ts';
import { clip } from '../text.ts';
import { isJudgedOnly, onWords } from '../views/measures.ts';
import { type SliceRow, type SliceView, slicePair, sliceView } from '../views/slices.ts';

const NAME: TableColumn<SliceRow> = {
  head: 'Slice',
  rowHead: true,
  cell: ({ slice }) =>
    html`<span class="muted">${quoted(slice.field, 80)} =</span> ${quoted(slice.value, 120)}${slice.automatic && html` <span class="muted">(found)</span>`}`,
};

/** Bounds of the difference that slices are ranked by: of one slice alone, or of all slices at once. */
function boundColumn(head: string, key: 'interval' | 'simultaneous', { confidence }: SliceView): readonly TableColumn<SliceRow>[] {
  if (confidence === null) return [];
  const write = (bounds: Bounds | null | undefined): Html =>
    bounds === null || bounds === undefined
      ? html`<span class="muted nowrap">too few needs</span>`
      : html`<span class="nowrap">${signed(bounds.lower)} to ${signed(bounds.upper)}</span>`;
  return [{ head: `${head}, ${percent(confidence)}`, numeric: true, cell: ({ bounds }) => write(bounds?.[key]) }];
}

function qualityColumns({ lead, rows }: SliceView): readonly TableColumn<SliceRow>[] {
  if (lead === null) return [];
  const reach = Math.max(...rows.map(({ bounds }) => Math.abs(bounds?.difference ?? 0)), 1e-9);
  return [
    { head: 'Old', numeric: true, cell: ({ bounds }) => decimal(bounds?.old ?? null) },
    { head: 'New', numeric: true, cell: ({ bounds }) => decimal(bounds?.new ?? null) },
    { head: 'Difference', numeric: true, cell: ({ bounds }) => difference(bounds?.difference ?? null, lead.direction) },
    { head: html`<span class="unseen">Difference as a bar</span>`, cell: ({ bounds }) => differenceBar(bounds?.difference ?? null, reach) },
  ];
}

/** Slices that stand open: what else there is to see of them is in the picture. */
const OPEN = 10;

function overlapColumn({ evaluation }: ReportInput, { overlap }: SliceView): readonly TableColumn<SliceRow>[] {
  return overlap === null ? [] : [{ head: measureLink(evaluation, overlap.measure), numeric: true, cell: (row) => decimal(row.overlap) }];
}

function main(input: ReportInput, view: SliceView): Html {
  const { lead, rows } = view;
  const columns: readonly TableColumn<SliceRow>[] = [
    NAME,
    { head: 'Queries', numeric: true, cell: ({ slice }) => count(slice.queries) },
    { head: 'Needs', numeric: true, cell: ({ slice }) => count(slice.needs) },
    ...qualityColumns(view),
    ...boundColumn('All slices at once', 'simultaneous', view),
    ...(lead === null ? overlapColumn(input, view) : []),
    { head: 'Weight', cell: (row) => (row.decides ? 'can decide' : html`<span class="muted nowrap">informs only</span>`) },
  ];
  const caption =
    lead === null
      ? 'Slices, least overlap first'
      : `Slices by ${clip(lead.measure, 120)}, ${onWords(lead.on)}, worst first: sure losses by size, then by how clearly they lost`;
  const [open, rest] = [rows.slice(0, OPEN), rows.slice(OPEN)];
  return html`${table(caption, columns, open)}${rest.length > 0 && fold(`${count(rest.length)} more slices`, table('Slices, continued', columns, rest))}`;
}

function others(input: ReportInput, view: SliceView): Html | null {
  const { evaluation } = input;
  const { lead, rows } = view;
  if (lead === null) return null;
  const measures = Object.keys(qualityOf(evaluation)).filter((measure) => measure !== lead.measure && !isJudgedOnly(measure));
  const columns = measures.map((measure): TableColumn<SliceRow> => {
    const way = directionOf(evaluation, measure);
    const on = qualityOf(evaluation)[measure]?.served === undefined ? 'exact' : 'served';
    return {
      head: measureLink(evaluation, measure),
      numeric: true,
      cell: ({ slice }) => difference(slicePair(slice, { measure, on })?.difference ?? null, way),
    };
  });
  const before = [...boundColumn('Interval of the slice alone', 'interval', view), ...overlapColumn(input, view)];
  return fold(
    'Its own interval, overlap and the other measures',
    table('Slices: interval by itself, and new − old in the other measures', [NAME, ...before, ...columns], rows),
    'on-screen',
  );
}

/** Rows and columns of the heat map: beyond these nobody reads a picture. */
const HEAT_ROWS = 30;
const HEAT_COLUMNS = 6;

function heat({ evaluation }: ReportInput, { lead, rows }: SliceView): Html | null {
  if (lead === null) return null;
  const measures = Object.keys(qualityOf(evaluation))
    .filter((measure) => !isJudgedOnly(measure))
    .slice(0, HEAT_COLUMNS);
  const shown = rows.slice(0, HEAT_ROWS);
  const cells = shown.flatMap(({ slice }, row) =>
    measures.flatMap((measure, column): Heat[] => {
      const difference = slicePair(slice, { measure, on: lead.on })?.difference ?? null;
      const way = directionOf(evaluation, measure);
      return difference === null
        ? []
        : [{ row, column, difference, better: way === 'none' ? null : difference > 0 === (way === 'higher') }];
    }),
  );
  const names = shown.map(({ slice: { field, value } }) => ({ field, value }));
  return heatmap(names, measures, cells, rows.length > shown.length ? ` The worst ${shown.length} of ${rows.length} slices.` : '');
}

/** How the first result's score moved, slice by slice. */
function topScores({ evaluation }: ReportInput, { rows }: SliceView): Html | null {
  const moved = rows.flatMap((row) =>
    row.slice.topScores === null || row.slice.automatic ? [] : [{ ...row, scores: row.slice.topScores }],
  );
  const [first] = moved;
  if (first === undefined) return null;
  const columns: readonly TableColumn<(typeof moved)[number]>[] = [
    NAME,
    { head: 'Old mean', numeric: true, cell: ({ scores }) => decimal(scores.old.mean) },
    { head: 'New mean', numeric: true, cell: ({ scores }) => decimal(scores.new.mean) },
    ...Object.keys(first.scores.distances).map((id) => ({
      head: measureLink(evaluation, id),
      numeric: true,
      cell: ({ scores }: (typeof moved)[number]) => decimal(scores.distances[id] ?? null),
    })),
  ];
  return fold('Score of the first result', table('Score of the first result by slice', columns, moved), 'on-screen');
}

const FOUND = html`Slices marked (found) were made by looking at queries and corpus: length in words, words that stand in at most 1 % of the documents, script, relevant documents cut at the version’s longest input, and topics of the old version’s documents named by typical words. They inform and never decide.`;
const BANDS = html`The worst of many slices looks bad by luck alone. “All slices at once” is a band that allows for having picked it (max-T over shared resamples of needs): a slice whose whole band lies below 0 has lost, luck of the pick included.`;

export const slices: Section = {
  id: 'slices',
  title: 'Slices',
  render: (input) => {
    const view = sliceView(input);
    if (view.rows.length === 0) return html`<p>The data set names no slices.</p>`;
    const minimum = input.verdict.policy.minimumNeeds;
    return html`<p>Slices of fewer than ${count(minimum)} needs inform and do not decide: a few queries move their mean a lot.${view.rows.some(({ slice }) => slice.automatic) && html` ${FOUND}`} ${view.lead !== null && BANDS}</p>${heat(input, view)}${main(input, view)}${others(input, view)}${topScores(input, view)}`;
  },
};
