import { dot, line } from '@observablehq/plot';
import type { Fill, Html } from '../html.ts';
import { decimal } from '../number.ts';
import { base, figure } from './plot.ts';

interface Spot {
  readonly old: number;
  readonly fresh: number;
  readonly many: number;
  readonly colour: string;
  readonly words: string;
}

/** Places that old and new values are rounded to before equal ones share a dot. */
const GRID = 100;

/** Queries at the same place are one larger dot, so that 20,000 of them stay a small picture. */
function spotsOf(old: readonly (number | null)[], fresh: readonly (number | null)[]): Spot[] {
  const many = new Map<string, number>();
  old.forEach((value, i) => {
    const other = fresh[i] ?? null;
    if (value === null || other === null) return;
    const key = `${Math.round(value * GRID)} ${Math.round(other * GRID)}`;
    many.set(key, (many.get(key) ?? 0) + 1);
  });
  return [...many].map(([key, count]) => {
    const [x = 0, y = 0] = key.split(' ').map((part) => Number(part) / GRID);
    const words = `${count} ${count === 1 ? 'query' : 'queries'}: ${decimal(x, 2)} → ${decimal(y, 2)}`;
    return { old: x, fresh: y, many: count, colour: y < x ? 'var(--worse)' : y > x ? 'var(--better)' : 'var(--muted)', words };
  });
}

/** Old against new, a dot where queries lie; null without a query that has both. */
export function scatter(measure: string, old: readonly (number | null)[], fresh: readonly (number | null)[], caption: Fill): Html | null {
  const spots = spotsOf(old, fresh);
  if (spots.length === 0) return null;
  const values = spots.flatMap((spot) => [spot.old, spot.fresh]);
  const domain = [Math.min(0, ...values), Math.max(1, ...values)];
  const diagonal = domain.map((value) => ({ old: value, fresh: value }));
  return figure({
    label: `${measure} of each query, old against new`,
    caption,
    draw: (width, narrow) => ({
      ...base(Math.min(width, 460), Math.min(width, 430)),
      inset: narrow ? 8 : 12,
      x: { label: 'old →', domain, grid: true, ticks: 3 },
      y: { label: '↑ new', domain, grid: true, ticks: 3 },
      r: { type: 'sqrt', domain: [1, Math.max(2, ...spots.map(({ many }) => many))], range: [3, narrow ? 12 : 16] },
      marks: [
        line(diagonal, { x: 'old', y: 'fresh', stroke: 'var(--muted)', strokeDasharray: '4 4' }),
        dot(spots, {
          x: 'old',
          y: 'fresh',
          r: 'many',
          fill: 'colour',
          fillOpacity: 0.55,
          stroke: 'var(--page)',
          strokeWidth: 1,
          title: 'words',
        }),
      ],
    }),
  });
}
