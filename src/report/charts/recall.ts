import { dot, lineY, ruleX } from '@observablehq/plot';
import type { EfSearchSweep } from '../../model/studies.ts';
import { type Fill, type Html, html } from '../html.ts';
import { base, figure } from './plot.ts';

interface Point {
  readonly efSearch: number;
  readonly recall: number;
}

/** Recall of both indexes against efSearch, the configured value as a line. */
export function recallChart({ k, configured, points }: EfSearchSweep, measure: Fill = `recall at ${k}`): Html | null {
  const of = (side: 'old' | 'new'): Point[] =>
    points.flatMap((point) => (point[side] === null ? [] : [{ efSearch: point.efSearch, recall: point[side] }]));
  const [old, fresh] = [of('old'), of('new')];
  const values = [...old, ...fresh].map(({ recall }) => recall);
  if (values.length < 2) return null;
  const steps = [...new Set([...points.map(({ efSearch }) => efSearch), configured])].sort((a, b) => a - b);
  return figure({
    kind: 'recall',
    label: `Recall of both indexes at ${k} against efSearch; configured is ${configured}`,
    caption: html`${measure}: share of the exact ${k} nearest that the index finds. Old: dashed, rings. New: solid, dots. Upright line: efSearch as configured, ${configured}. The scale does not start at 0.`,
    draw: (width) => ({
      ...base(width, 250, { left: 54 }),
      x: { type: 'point', label: 'efSearch →', domain: steps, padding: 0.3 },
      y: { label: `↑ recall at ${k}`, grid: true, domain: [Math.min(...values, 0.99), 1], ticks: 5 },
      marks: [
        ruleX([configured], { stroke: 'var(--muted)', strokeDasharray: '2 3' }),
        lineY(old, { x: 'efSearch', y: 'recall', stroke: 'var(--old)', strokeDasharray: '5 3', strokeWidth: 2 }),
        lineY(fresh, { x: 'efSearch', y: 'recall', stroke: 'var(--new)', strokeWidth: 2 }),
        dot(old, { x: 'efSearch', y: 'recall', stroke: 'var(--old)', r: 5 }),
        dot(fresh, { x: 'efSearch', y: 'recall', fill: 'var(--new)', r: 3 }),
      ],
    }),
  });
}
