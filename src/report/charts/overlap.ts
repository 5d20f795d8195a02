import { rectY, ruleX, ruleY, text } from '@observablehq/plot';
import type { Fill, Html } from '../html.ts';
import { percent } from '../number.ts';
import { base, figure } from './plot.ts';

const BINS = 10;

/** Queries by the share of neighbours they kept, in tenths. */
function binsOf(values: readonly (number | null)[]): { readonly from: number; readonly to: number; readonly queries: number }[] {
  const counts = Array<number>(BINS + 1).fill(0);
  for (const value of values) {
    if (value === null) continue;
    const bin = Math.round(value * BINS);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((queries, i) => ({ from: (i - 0.42) / BINS, to: (i + 0.42) / BINS, queries }));
}

/**
 * How many queries kept how much of their list, with the noise floor as a line: what lies right of it can be noise.
 * @param floor 1 − overlap that can be noise, one place of k at least; null where it wasn't measured
 */
export function overlapChart(measure: string, values: readonly (number | null)[], floor: number | null, caption: Fill): Html | null {
  const bins = binsOf(values);
  const most = Math.max(...bins.map(({ queries }) => queries));
  if (most === 0) return null;
  return figure({
    label: `Queries by ${measure}${floor === null ? '' : ', with the noise floor'}`,
    caption,
    draw: (width, narrow) => ({
      ...base(width, 240, { left: 50, right: narrow ? 24 : 60 }),
      x: { label: `${measure} →`, domain: [-0.06, 1.06], ticks: narrow ? [0, 0.5, 1] : 11 },
      y: { label: '↑ queries', grid: true, domain: [0, most * 1.12], ticks: 4 },
      marks: [
        rectY(bins, {
          x1: 'from',
          x2: 'to',
          y: 'queries',
          fill: 'var(--new)',
          fillOpacity: 0.65,
          title: ({ from, to, queries }: (typeof bins)[number]) => `${queries} queries keep about ${percent((from + to) / 2)}`,
        }),
        ruleY([0], { stroke: 'var(--muted)' }),
        ...(floor === null
          ? []
          : [
              ruleX([1 - floor], { stroke: 'var(--ink)', strokeDasharray: '4 3', strokeWidth: 1.5 }),
              text([1 - floor], {
                x: (value: number) => value,
                frameAnchor: 'top',
                text: () => 'noise floor',
                dx: -6,
                dy: 2,
                textAnchor: 'end',
                fill: 'var(--ink)',
                stroke: 'var(--page)',
                strokeWidth: 4,
              }),
            ]),
      ],
    }),
  });
}
