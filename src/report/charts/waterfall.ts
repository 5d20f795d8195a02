import { barX, text, tickX } from '@observablehq/plot';
import { type Html, html } from '../html.ts';
import { decimal, signed } from '../number.ts';
import { clip, oneLine, visible } from '../text.ts';
import { base, figure } from './plot.ts';

const ROW = 30;
/** Share of a row that a bar leaves free above and below. */
const GAP = 0.22;

/** One row: where a total ends, or how far a part goes on from there. */
interface WaterfallRow {
  readonly place: number;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly total: boolean;
}

/** A start, what is added to it part by part, and the end that gives. */
export interface WaterfallSteps {
  readonly title: string;
  readonly start: { readonly label: string; readonly value: number };
  readonly parts: readonly { readonly label: string; readonly value: number }[];
  readonly end: { readonly label: string; readonly value: number };
}

function rowsOf({ start, parts, end }: WaterfallSteps): WaterfallRow[] {
  let level = start.value;
  const steps = parts.map(({ label, value }, i) => {
    const from = level;
    level += value;
    return { place: i + 1, label, from, to: level, total: false };
  });
  const total = (place: number, { label, value }: WaterfallSteps['start']): WaterfallRow => ({
    place,
    label,
    from: value,
    to: value,
    total: true,
  });
  return [total(0, start), ...steps, total(parts.length + 1, end)];
}

/**
 * A change as floating bars, one below the other: gains to the right, losses to the left of where the last one ended.
 * The scale runs over the values that occur, not from 0, so totals are ticks and no bars.
 */
export function waterfall(steps: WaterfallSteps): Html {
  const rows = rowsOf(steps);
  const values = rows.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // An axis can't be ticked over a range that rounds to nothing.
  const room = Math.max(0.02 * (high - low), 1e-6);
  const totals = rows.filter(({ total }) => total);
  const parts = rows.filter(({ total }) => !total);
  const named = (key: number, limit: number): string => clip(oneLine(visible(rows[key]?.label ?? '')) || '–', limit);
  return figure({
    label: `${steps.title}; the figures are in the table`,
    caption: html`${steps.title}. The scale runs from ${decimal(low)} to ${decimal(high)}, not from 0.`,
    draw: (width, narrow) => ({
      ...base(width, rows.length * ROW + 56, { left: narrow ? 116 : 170, right: narrow ? 62 : 80 }),
      marginTop: 8,
      x: { label: null, domain: [low - room, high + room], ticks: narrow ? 3 : 6, grid: true },
      y: {
        type: 'band',
        label: null,
        tickSize: 0,
        domain: rows.map(({ place }) => place),
        tickFormat: (key: number) => named(key, narrow ? 17 : 26),
      },
      marks: [
        barX(parts, {
          x1: 'from',
          x2: 'to',
          y: 'place',
          // Nothing says whether a part could be chance, so none has the colour of a loss or a gain.
          fill: 'var(--muted)',
          fillOpacity: 0.6,
          title: ({ label, from, to }: WaterfallRow) => `${label}: ${signed(to - from)}`,
          insetTop: ROW * GAP,
          insetBottom: ROW * GAP,
        }),
        tickX(totals, { x: 'to', y: 'place', stroke: 'var(--ink)', strokeWidth: 3, inset: 5 }),
        tickX(parts, { x: 'to', y: 'place', stroke: 'var(--muted)', strokeWidth: 1, inset: 3 }),
        text(rows, {
          y: 'place',
          frameAnchor: 'right',
          dx: narrow ? 56 : 70,
          textAnchor: 'end',
          text: ({ from, to, total }: WaterfallRow) => (total ? decimal(to) : signed(to - from)),
          fill: 'var(--ink)',
        }),
      ],
    }),
  });
}
