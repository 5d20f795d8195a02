import { areaY, lineY, ruleY } from '@observablehq/plot';
import type { ScoreShift } from '../../model/evaluation.ts';
import { type Html, html } from '../html.ts';
import { base, figure } from './plot.ts';

interface Corner {
  readonly score: number;
  readonly share: number;
}

/** The outline of a side's bins: two corners a bin, so that equal neighbours make one flat top. */
function outline(edges: readonly number[], shares: readonly number[]): Corner[] {
  const tops = shares.flatMap((share, i) => [edges[i], edges[i + 1]].flatMap((score) => (score === undefined ? [] : [{ score, share }])));
  const [first, last] = [tops[0], tops.at(-1)];
  return first === undefined || last === undefined ? [] : [{ ...first, share: 0 }, ...tops, { ...last, share: 0 }];
}

/** Old and new scores over the same bins: old dashed, new filled. null without bins. */
export function histogram({ title, histogram: { edges, old, new: fresh } }: ScoreShift): Html | null {
  if (edges.length < 2) return null;
  const peak = Math.max(...old, ...fresh, 1e-9);
  const [before, after] = [outline(edges, old), outline(edges, fresh)];
  return figure({
    label: `Histogram of ${title}, old against new; the figures are in the table`,
    caption: html`${title}: the share of scores in each bin. Old: grey, dashed. New: blue, filled.`,
    draw: (width, narrow) => ({
      ...base(width, 210, { left: 50 }),
      x: { label: 'score →', domain: [Math.min(...edges), Math.max(...edges)], ticks: narrow ? 4 : 8 },
      y: { label: '↑ share', domain: [0, peak * 1.05], ticks: 4, tickFormat: '%', grid: true },
      marks: [
        areaY(after, { x: 'score', y1: 0, y2: 'share', fill: 'var(--new)', fillOpacity: 0.3 }),
        lineY(after, { x: 'score', y: 'share', stroke: 'var(--new)', strokeWidth: 1.5 }),
        lineY(before, { x: 'score', y: 'share', stroke: 'var(--old)', strokeWidth: 2, strokeDasharray: '5 3' }),
        ruleY([0], { stroke: 'var(--muted)' }),
      ],
    }),
  });
}
