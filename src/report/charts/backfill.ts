import { areaY, dot, lineY, text } from '@observablehq/plot';
import type { BackfillForecast, ForecastCurve } from '../../model/studies.ts';
import { type Html, html } from '../html.ts';
import { decimal, percent } from '../number.ts';
import { base, figure } from './plot.ts';

interface Line {
  readonly name: string;
  readonly points: ForecastCurve;
  readonly stroke: string;
  readonly dashed: string;
}

interface Place {
  readonly name: string;
  readonly share: number;
  readonly mean: number;
}

/** Where the names at the lines' ends go: no two nearer than a line of letters. */
function apart(places: readonly Place[], least: number): Place[] {
  const sorted = [...places].sort((a, b) => a.mean - b.mean);
  let below = Number.NEGATIVE_INFINITY;
  return sorted.map((place) => {
    below = Math.max(place.mean, below + least);
    return { ...place, mean: below };
  });
}

/** Quality against the share that is backfilled: queries of each version alone, and routed by tag. */
export function backfillChart({ measure, orders, old, new: fresh, routed }: BackfillForecast): Html {
  const curve = (name: string, points: BackfillForecast['old'], stroke: string, dashed: string): Line[] =>
    'notApplicable' in points ? [] : [{ name, points, stroke, dashed }];
  const lines = [
    ...curve('old queries', old, 'var(--old)', '5 3'),
    ...curve('new queries', fresh, 'var(--new)', '2 3'),
    { name: 'routed by tag', points: routed, stroke: 'var(--ink)', dashed: '' },
  ];
  const top = Math.max(...lines.flatMap(({ points }) => points.map(({ high }) => high)), 1e-9);
  // A name is at the last point that was sampled before the end: at the end itself all that is routed meets.
  const ends = lines.flatMap(({ name, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ name, share: 100 * last.share, mean: last.mean }];
  });
  return figure({
    label: `${measure} against the share of documents that are backfilled`,
    caption: html`${measure} while documents are embedded again. Bands: least and most of ${orders} random orders. Only the dots were measured; a straight line between two hides what is there.`,
    draw: (width, narrow) => ({
      ...base(width, 280, { left: 54, right: narrow ? 84 : 110 }),
      x: { label: 'documents backfilled, % →', domain: [0, 100], ticks: narrow ? 3 : 6 },
      y: { label: `↑ ${measure}`, grid: true, domain: [0, top * 1.08] },
      marks: [
        ...lines.flatMap(({ name, points, stroke, dashed }) => {
          const data = points.map(({ share, mean, low, high }) => ({
            share: 100 * share,
            mean,
            low,
            high,
            words: `${name}, ${percent(share)} backfilled: ${decimal(mean)} [${decimal(low)}, ${decimal(high)}]`,
          }));
          return [
            areaY(data, { x: 'share', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.15 }),
            lineY(data, { x: 'share', y: 'mean', stroke, strokeWidth: 2, ...(dashed === '' ? {} : { strokeDasharray: dashed }) }),
            dot(data, { x: 'share', y: 'mean', fill: stroke, r: 3.5, title: 'words' }),
          ];
        }),
        text(apart(ends, (top * 1.08 * 15) / 216), {
          x: 'share',
          y: 'mean',
          text: 'name',
          dx: 8,
          textAnchor: 'start',
          fill: 'var(--ink)',
          ...(narrow && { fontSize: 11 }),
        }),
      ],
    }),
  });
}
