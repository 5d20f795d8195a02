import { dot, line, ruleY, text } from '@observablehq/plot';
import type { Sweep } from '../../model/sweep.ts';
import { type Html, html } from '../html.ts';
import { at } from '../input.ts';
import { count, decimal } from '../number.ts';
import { clip } from '../text.ts';
import { base, figure } from './plot.ts';

/** Half the edge of the largest mark, a ring around a ring, with its stroke. In CSS pixels, as everything here. */
const MARK = 10;
/** Half the height of a line of letters, and the width of one at most. */
const [LINE, LETTER] = [7, 7];

/** Places around a spot, the usual one first. */
const PLACES = [
  { dx: 12, dy: 0, anchor: 'start' },
  { dx: -12, dy: 0, anchor: 'end' },
  { dx: 0, dy: -18, anchor: 'middle' },
  { dx: 0, dy: 18, anchor: 'middle' },
  { dx: 12, dy: -18, anchor: 'start' },
  { dx: 12, dy: 18, anchor: 'start' },
  { dx: -12, dy: -18, anchor: 'end' },
  { dx: -12, dy: 18, anchor: 'end' },
] as const;

/** Where a label is, seen from its spot, and how it is aligned. */
type LabelPlace = (typeof PLACES)[number];

interface Spot {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function boxOf({ x, y, text }: Spot & { readonly text: string }, { dx, dy, anchor }: LabelPlace): Box {
  const long = LETTER * text.length;
  const left = x + dx - { start: 0, middle: long / 2, end: long }[anchor];
  return { left, right: left + long, top: y + dy - LINE, bottom: y + dy + LINE };
}

/** A place for each label on no mark, on no earlier label and inside the frame; the usual one where none is free. */
function labelPlaces(labels: readonly (Spot & { readonly text: string })[], marks: readonly Spot[], frame: Box): LabelPlace[] {
  const taken: Box[] = marks.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }));
  return labels.map((label) => {
    const free = PLACES.find((place) => {
      const box = boxOf(label, place);
      const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
      return inside && !taken.some((other) => meet(box, other));
    });
    const place = free ?? PLACES[0];
    taken.push(boxOf(label, place));
    return place;
  });
}

interface Point {
  readonly name: string;
  readonly number: number;
  readonly bytes: number;
  readonly quality: number;
  readonly passes: boolean;
}

type Group = Pick<Point, 'bytes' | 'quality'> & { readonly text: string };

/** Points nearer than this share of the quality's range are named together: their labels would overlap. */
const NEAR = 0.06;

/** Numbers written out at one place; the rest is counted. */
const NAMED = 4;
/** Width of a letter at most and of what comes before a label, in CSS pixels. */
const [DIGIT, GAP] = [7, 22];
const HEIGHT = 300;
/** Edges of the frame that the axes take. */
const [LEFT, TOP, FLOOR] = [54, 24, HEIGHT - 40];
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
  const words = ({ name, bytes, quality, passes }: Point): string =>
    `${clip(name, 120)}: ${decimal(quality)} at ${count(bytes)} bytes, ${passes ? 'passes' : 'does not pass'}`;
  const groups = groupsOf(points);
  const right = GAP + DIGIT * Math.max(...groups.map(({ text }) => text.length));
  const before = old?.quality == null ? [] : [{ bytes: old.cost.bytes, quality: old.quality }];
  return figure({
    label: `${measure.name} of each candidate against the bytes of a document in its index`,
    caption: html`${measure.name} on ${measure.on} neighbours against the bytes of a document in the index; numbers as in the table. Blue dots pass, grey rings do not${chosen.map(({ name, number }) => html`; the circled one, ${number}, is <bdi>${clip(name, 120)}</bdi>, the cheapest that passes`)}. The line joins the best that pass at each number of bytes.${before.length > 0 && html` Dashed, with a cross: the old version.`} The scale does not start at 0.`,
    draw: (width, narrow) => {
      const frame = base(width, HEIGHT, { left: LEFT, right });
      const marked = [...points, ...before];
      const [x, y] = [domainOf(marked.map(({ bytes }) => bytes)), domainOf(marked.map(({ quality }) => quality))];
      const spot = ({ bytes, quality }: Pick<Point, 'bytes' | 'quality'>) => ({
        x: along(x, bytes, LEFT, width - right),
        y: along(y, quality, FLOOR, TOP),
      });
      const places = labelPlaces(
        groups.map((group) => ({ ...spot(group), text: group.text })),
        marked.map(spot),
        { left: LEFT, right: width, top: 0, bottom: FLOOR },
      );
      return {
        ...frame,
        x: { label: 'bytes a document →', grid: true, domain: x, ticks: narrow ? 4 : 8 },
        y: { label: `↑ ${measure.name}`, grid: true, domain: y },
        marks: [
          ruleY(before, { y: 'quality', stroke: 'var(--old)', strokeDasharray: '5 3' }),
          line(frontOf(passing), { ...place, stroke: 'var(--muted)' }),
          dot(before, { ...place, symbol: 'times', stroke: 'var(--old)', strokeWidth: 2, r: 5 }),
          dot(others, { ...place, stroke: 'var(--muted)', r: 5, title: words }),
          dot(passing, { ...place, fill: 'var(--new)', r: 4, title: words }),
          dot(chosen, { ...place, stroke: 'var(--pass)', strokeWidth: 2, r: 9 }),
          ...groups.map((group, i) => {
            const { dx, dy, anchor } = at(places, i);
            return text([group], {
              ...place,
              text: 'text',
              dx,
              dy,
              textAnchor: anchor,
              fill: 'currentColor',
              stroke: 'var(--page)',
              strokeWidth: 3,
            });
          }),
        ],
      };
    },
  });
}

/** A range with room at both ends, so that no mark is on an axis. */
function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low - room, high + room];
}

/** Where a value of a linear scale falls between two pixels. */
function along([low, high]: readonly [number, number], value: number, from: number, to: number): number {
  return from + ((value - low) / (high - low)) * (to - from);
}

/** From the cheapest on, every point that is better than all that cost less or as much. */
function frontOf(points: readonly Point[]): Point[] {
  const front: Point[] = [];
  for (const point of points.toSorted((a, b) => a.bytes - b.bytes || b.quality - a.quality))
    if (point.quality > (front.at(-1)?.quality ?? Number.NEGATIVE_INFINITY)) front.push(point);
  return front;
}

/** The numbers of points, those of one place together, at the middle of it. */
function groupsOf(points: readonly Point[]): Group[] {
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
