import { axisX, axisY, cell, text } from '@observablehq/plot';
import { type Html, html } from '../html.ts';
import { signed } from '../number.ts';
import { base, figure } from './plot.ts';
import { NARROW_NAMES, narrowName, shortName } from './slice-names.ts';

/** One cell: how a measure moved in a slice. */
export interface Heat {
  readonly row: number;
  readonly column: number;
  readonly difference: number;
  /** Whether that way is good; null where the measure has no direction. */
  readonly better: boolean | null;
}

/** What a row is called: on one line, or on two where there is little room. */
export interface HeatRow {
  readonly field: string;
  readonly value: string;
}

const ROW = 24;
/** A row whose name takes two lines. */
const TALL_ROW = 32;
/** Opacity of the largest change; letters stay legible on it. */
const STRONGEST = 0.5;

/** Slices down, measures across; the stronger the colour, the larger the change. */
export function heatmap(rows: readonly HeatRow[], columns: readonly string[], cells: readonly Heat[], rest: string): Html | null {
  if (cells.length === 0) return null;
  const strongest = cells.reduce((most, { difference }) => (Math.abs(difference) > Math.abs(most) ? difference : most), 0);
  const reach = Math.max(Math.abs(strongest), 1e-9);
  const colour = ({ better }: Heat): string => (better === null ? 'var(--muted)' : better ? 'var(--pass)' : 'var(--fail)');
  const column = (key: number): string => shortName(columns[key] ?? '', 14);
  return figure({
    kind: 'heatmap',
    label: `Change of ${columns.length} measures in ${rows.length} slices; the figures are in the tables`,
    caption: html`New − old. Green is better, red is worse, the stronger the further; the strongest is ${signed(strongest)}.${rest}`,
    draw: (width, narrow) => ({
      ...base(width, rows.length * (narrow ? TALL_ROW : ROW) + (narrow ? 82 : 36), {
        left: narrow ? NARROW_NAMES.room : 230,
        right: narrow ? 34 : 4,
      }),
      x: { type: 'band', domain: columns.map((_, i) => i), label: null },
      y: { type: 'band', domain: rows.map((_, i) => i), label: null },
      marginTop: narrow ? 76 : 30,
      marginBottom: 6,
      marks: [
        axisX({
          anchor: 'top',
          tickSize: 0,
          tickFormat: column,
          ...(narrow && { tickRotate: -60, textAnchor: 'start' as const }),
        }),
        axisY({
          tickSize: 0,
          tickFormat: (key: number) => {
            const row = rows[key];
            return row === undefined ? '' : narrow ? narrowName(row) : shortName(`${row.field} = ${row.value}`, 34);
          },
          ...(narrow && { fontSize: NARROW_NAMES.fontSize }),
        }),
        cell(cells, {
          x: 'column',
          y: 'row',
          fill: colour,
          fillOpacity: ({ difference }: Heat) => STRONGEST * Math.sqrt(Math.abs(difference) / reach),
          inset: 1,
        }),
        ...(narrow ? [] : [text(cells, { x: 'column', y: 'row', text: ({ difference }: Heat) => signed(difference), fill: 'var(--ink)' })]),
      ],
    }),
  });
}
