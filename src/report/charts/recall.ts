import { dot, lineY, ruleX, text } from '@observablehq/plot';
import type { EfSearchSweep } from '../../model/studies.ts';
import { type Html, html } from '../html.ts';
import { decimal } from '../number.ts';
import { base, figure } from './plot.ts';

interface Point {
  readonly efSearch: number;
  readonly recall: number;
}

/** Recall of both indexes against efSearch, the configured value as a line. */
export function recallChart({ k, configured, points }: EfSearchSweep): Html | null {
  const of = (side: 'old' | 'new'): Point[] =>
    points.flatMap((point) => (point[side] === null ? [] : [{ efSearch: point.efSearch, recall: point[side] }]));
  const [old, fresh] = [of('old'), of('new')];
  const values = [...old, ...fresh].map(({ recall }) => recall);
  if (values.length < 2) return null;
  const steps = [...new Set([...points.map(({ efSearch }) => efSearch), configured])].sort((a, b) => a - b);
  const words =
    (name: string) =>
    ({ efSearch, recall }: Point): string =>
      `${name}, efSearch ${efSearch}: ${decimal(recall)}`;
  const together = Math.abs((old.at(-1)?.recall ?? 0) - (fresh.at(-1)?.recall ?? 1)) < 0.1 * (1 - Math.min(...values, 0.99));
  return figure({
    label: `Recall of both indexes at ${k} against efSearch; configured is ${configured}`,
    caption: html`Share of the exact ${k} nearest that the index finds. Upright line: efSearch as configured, ${configured}. The scale does not start at 0.`,
    draw: (width) => ({
      ...base(width, 250, { left: 54, right: 48 }),
      x: { type: 'point', label: 'efSearch →', domain: steps, padding: 0.3 },
      y: { label: `↑ recall at ${k}`, grid: true, domain: [Math.min(...values, 0.99), 1], ticks: 5 },
      marks: [
        ruleX([configured], { stroke: 'var(--muted)', strokeDasharray: '2 3' }),
        lineY(old, { x: 'efSearch', y: 'recall', stroke: 'var(--old)', strokeDasharray: '5 3', strokeWidth: 2 }),
        lineY(fresh, { x: 'efSearch', y: 'recall', stroke: 'var(--new)', strokeWidth: 2 }),
        dot(old, { x: 'efSearch', y: 'recall', stroke: 'var(--old)', r: 5, title: words('old') }),
        dot(fresh, { x: 'efSearch', y: 'recall', fill: 'var(--new)', r: 3, title: words('new') }),
        text(old.slice(-1), {
          x: 'efSearch',
          y: 'recall',
          text: () => 'old',
          dx: 10,
          dy: together ? 8 : 0,
          textAnchor: 'start',
          fill: 'var(--ink)',
        }),
        text(fresh.slice(-1), {
          x: 'efSearch',
          y: 'recall',
          text: () => 'new',
          dx: 10,
          dy: together ? -8 : 0,
          textAnchor: 'start',
          fill: 'var(--ink)',
        }),
      ],
    }),
  });
}
