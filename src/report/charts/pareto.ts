import { dot, line, ruleY, text } from '@observablehq/plot';
import type { Sweep } from '../../contract/sweep.ts';
import { type Html, html } from '../html.ts';
import { clip } from '../text.ts';
import { base, figure } from './plot.ts';

interface Point {
  readonly name: string;
  readonly number: number;
  readonly bytes: number;
  readonly quality: number;
  readonly passes: boolean;
}

interface Label {
  readonly bytes: number;
  readonly quality: number;
  readonly text: string;
}

/** Points nearer than this share of the quality's range are named together: their labels would lie on each other. */
const NEAR = 0.06;

/** Numbers written out at one place; the rest is counted. */
const NAMED = 4;
/** Width of a digit and of what stands before a label, in CSS pixels. */
const [DIGIT, GAP] = [7, 22];

/** Quality of each candidate against the bytes of a document in its index, the best at each cost joined by a line. */
export function paretoChart({ results, old, measure, cheapest }: Sweep): Html | null {
  const points: Point[] = results.flatMap(({ name, quality, cost: { bytes }, outcome }, i) =>
    quality === null ? [] : [{ name, number: i + 1, bytes, quality, passes: outcome === 'pass' }],
  );
  if (points.length < 2 || measure === null) return null;
  const passing = points.filter(({ passes }) => passes);
  const others = points.filter(({ passes }) => !passes);
  const chosen = points.filter(({ name }) => name === cheapest);
  const place = { x: 'bytes', y: 'quality' } as const;
  const labels = labelsOf(points);
  const right = GAP + DIGIT * Math.max(...labels.map((label) => label.text.length));
  const before = old?.quality == null ? [] : [{ bytes: old.cost.bytes, quality: old.quality }];
  return figure({
    kind: 'pareto',
    label: `${measure.name} of each candidate against the bytes of a document in its index`,
    caption: html`${measure.name} on ${measure.on} neighbours against the bytes of a document in the index; numbers as in the table. Dots pass, rings do not${chosen.map(({ name, number }) => html`; the circled one, ${number}, is <bdi>${clip(name, 120)}</bdi>, the cheapest that passes`)}. The line joins the best at each number of bytes.${before.length > 0 && html` Dashed, with a cross: the old version.`} The scale does not start at 0.`,
    draw: (width, narrow) => ({
      ...base(width, 300, { left: 54, right }),
      x: { label: 'bytes a document →', grid: true, nice: true, ticks: narrow ? 4 : 8 },
      y: { label: `↑ ${measure.name}`, grid: true, nice: true },
      marks: [
        ruleY(before, { y: 'quality', stroke: 'var(--old)', strokeDasharray: '5 3' }),
        line(frontOf(points), { ...place, stroke: 'var(--muted)' }),
        dot(before, { ...place, symbol: 'times', stroke: 'var(--old)', strokeWidth: 2, r: 5 }),
        dot(others, { ...place, stroke: 'var(--new)', r: 5 }),
        dot(passing, { ...place, fill: 'var(--new)', r: 4 }),
        dot(chosen, { ...place, stroke: 'var(--pass)', strokeWidth: 2, r: 9 }),
        text(labels, { ...place, text: 'text', dx: 12, textAnchor: 'start', fill: 'currentColor' }),
      ],
    }),
  });
}

/** From the cheapest on, every point that is better than all that cost less or as much. */
function frontOf(points: readonly Point[]): Point[] {
  const front: Point[] = [];
  for (const point of points.toSorted((a, b) => a.bytes - b.bytes || b.quality - a.quality))
    if (point.quality > (front.at(-1)?.quality ?? Number.NEGATIVE_INFINITY)) front.push(point);
  return front;
}

/** The numbers of points, those of one place together, at the middle of it. */
function labelsOf(points: readonly Point[]): Label[] {
  const qualities = points.map(({ quality }) => quality);
  const near = NEAR * (Math.max(...qualities) - Math.min(...qualities));
  const groups: Point[][] = [];
  for (const point of points.toSorted((a, b) => a.bytes - b.bytes || a.quality - b.quality)) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last?.bytes === point.bytes && point.quality - last.quality <= near) group.push(point);
    else groups.push([point]);
  }
  return groups.map((group) => ({
    bytes: group[0]?.bytes ?? 0,
    quality: group.reduce((sum, { quality }) => sum + quality, 0) / group.length,
    text: named(group.map(({ number }) => number).sort((a, b) => a - b)),
  }));
}

function named(numbers: readonly number[]): string {
  const rest = numbers.length - NAMED;
  return `${numbers.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
