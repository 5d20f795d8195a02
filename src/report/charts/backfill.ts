import { areaY, dot, lineY } from '@observablehq/plot';
import { isNotApplicable } from '../../core/absence.ts';
import type { BackfillForecast, ForecastCurve } from '../../model/studies.ts';
import { type Fill, type Html, html } from '../html.ts';
import { base, figure } from './plot.ts';

interface Line {
  readonly points: ForecastCurve;
  readonly stroke: string;
  readonly dashed: string;
}

/** Quality against the share that is backfilled: queries of each version alone, and routed by tag. */
export function backfillChart({ measure, orders, old, new: fresh, routed }: BackfillForecast, measureName: Fill = measure): Html {
  const curve = (points: BackfillForecast['old'], stroke: string, dashed: string): Line[] =>
    isNotApplicable(points) ? [] : [{ points, stroke, dashed }];
  const lines = [
    ...curve(old, 'var(--old)', '5 3'),
    ...curve(fresh, 'var(--new)', '2 3'),
    { points: routed, stroke: 'var(--ink)', dashed: '' },
  ];
  return figure({
    kind: 'backfill',
    label: `${measure} against the share of documents that are backfilled`,
    caption: html`${measureName}. Dashed: queries under the old version. Dotted: queries under the new one. Solid: both, routed by tag. Bands: least and most of ${orders} random orders of backfilling.`,
    draw: (width) => ({
      ...base(width, 280, { left: 54 }),
      x: { label: 'documents backfilled, % →', domain: [0, 100] },
      y: { label: `↑ ${measure}`, grid: true, zero: true },
      marks: lines.flatMap(({ points, stroke, dashed }) => {
        const data = points.map(({ share, mean, low, high }) => ({ share: 100 * share, mean, low, high }));
        return [
          areaY(data, { x: 'share', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15 }),
          lineY(data, { x: 'share', y: 'mean', stroke, strokeWidth: 2, ...(dashed === '' ? {} : { strokeDasharray: dashed }) }),
          dot(data, { x: 'share', y: 'mean', fill: stroke, r: 3 }),
        ];
      }),
    }),
  });
}
