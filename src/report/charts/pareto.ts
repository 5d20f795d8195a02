import { dot, line, ruleY, text } from '@observablehq/plot';
import type { Sweep } from '../../contract/sweep.ts';
import { type Html, html } from '../html.ts';
import { clip } from '../text.ts';
import { base, figure } from './plot.ts';

interface Point {
  readonly name: string;
  readonly bytes: number;
  readonly quality: number;
  readonly passes: boolean;
  readonly dominated: boolean;
}

/** Quality of each candidate against the bytes of a document in its index, the best at each cost joined by a line. */
export function paretoChart({ results, old, measure }: Sweep): Html | null {
  const points: Point[] = results.flatMap(({ name, quality, cost: { bytes }, outcome, dominated }) =>
    quality === null ? [] : [{ name: clip(name, 40), bytes, quality, passes: outcome === 'pass', dominated }],
  );
  if (points.length < 2 || measure === null) return null;
  const front = points.filter(({ dominated }) => !dominated).sort((a, b) => a.bytes - b.bytes || a.quality - b.quality);
  const passing = points.filter(({ passes }) => passes);
  const others = points.filter(({ passes }) => !passes);
  return figure({
    kind: 'pareto',
    label: `${measure.name} of each candidate against the bytes of a document in its index`,
    caption: html`${measure.name} on ${measure.on} neighbours against the bytes of a document in the index. Dots pass, rings do not. The line joins candidates that no other one beats.${old?.quality != null && html` Dashed: the old version.`} The scale does not start at 0.`,
    draw: (width, narrow) => ({
      ...base(width, 300, { left: 54, right: narrow ? 30 : 90 }),
      x: { label: 'bytes a document →', grid: true, nice: true, ticks: narrow ? 4 : 8 },
      y: { label: `↑ ${measure.name}`, grid: true, nice: true },
      marks: [
        ...(old?.quality == null ? [] : [ruleY([old.quality], { stroke: 'var(--old)', strokeDasharray: '5 3' })]),
        line(front, { x: 'bytes', y: 'quality', stroke: 'var(--muted)' }),
        dot(others, { x: 'bytes', y: 'quality', stroke: 'var(--new)', r: 5 }),
        dot(passing, { x: 'bytes', y: 'quality', fill: 'var(--new)', r: 4 }),
        ...(narrow || points.length > 16
          ? []
          : [text(points, { x: 'bytes', y: 'quality', text: 'name', dx: 8, textAnchor: 'start', fill: 'currentColor' })]),
      ],
    }),
  });
}
