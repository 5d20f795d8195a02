import { areaY, lineY, ruleX, ruleY, text } from '@observablehq/plot';
import type { Evaluation } from '../../model/evaluation.ts';
import type { ScoreShift } from '../../model/scores.ts';
import { type Html, html } from '../html.ts';
import { threshold } from '../number.ts';
import { clip, oneLine, visible } from '../text.ts';
import { base, figure } from './plot.ts';

/** A threshold to draw into one version's scores. */
interface Mark {
  readonly side: 'old' | 'new';
  readonly value: number;
  readonly name: string;
  /** Not in force: drawn dashed. */
  readonly proposed: boolean;
}

interface Point {
  readonly score: number;
  readonly density: number;
}

/** Shares a bin as a curve over the bins' middles, per unit of score, so that bins of different widths compare. */
function curve({ histogram: { edges, ...sides } }: ScoreShift, side: 'old' | 'new'): Point[] {
  return sides[side].map((share, i) => {
    const [from = 0, to = 0] = [edges[i], edges[i + 1]];
    return { score: (from + to) / 2, density: to > from ? share / (to - from) : 0 };
  });
}

/** Thresholds on query–document scores: what is in force under the old version, what it means or would be under the new one. */
function marksOf({ consumers }: Evaluation): Mark[] {
  return (
    consumers
      // Only cosines have a place on this axis.
      .filter(({ consumer }) => consumer.pairs === 'query-document' && consumer.scale === undefined)
      .flatMap(({ consumer: { name, threshold: value }, translated, accepted }): Mark[] => [
        { side: 'old', value, name, proposed: false },
        ...(accepted === null ? [] : [{ side: 'new' as const, value: accepted.threshold, name: `${name}, accepted`, proposed: false }]),
        ...(accepted !== null || translated === null
          ? []
          : [{ side: 'new' as const, value: translated.threshold, name: `${name}, proposed`, proposed: true }]),
        ...(accepted !== null ? [] : [{ side: 'new' as const, value, name: `${name}, old value`, proposed: true }]),
      ])
  );
}

function reach(shifts: readonly ScoreShift[], marks: readonly Mark[]): [number, number] {
  const values = [...shifts.flatMap(({ histogram }) => [...histogram.edges]), ...marks.map(({ value }) => value)];
  return [Math.min(...values), Math.max(...values)];
}

const highest = (points: readonly Point[]): Point[] => [...points].sort((a, b) => b.density - a.density).slice(0, 1);

/** Room that a peak's name takes, in CSS pixels. */
const NAME = 96;

/** On which side of a peak its name has room: the one asked for, unless the frame ends there. */
function beside([peak]: readonly Point[], [low, high]: readonly [number, number], wanted: 'start' | 'end', width: number) {
  const place = (width * ((peak?.score ?? low) - low)) / (high - low || 1);
  const textAnchor = place > width - NAME ? 'end' : place < NAME ? 'start' : wanted;
  return { textAnchor, dx: textAnchor === 'end' ? -4 : 4 } as const;
}

/** Scores of relevant and of other pairs under one version, with the thresholds that read them. */
function one(side: 'old' | 'new', relevant: ScoreShift, other: ScoreShift, marks: readonly Mark[]): Html {
  const [good, rest] = [curve(relevant, side), curve(other, side)];
  const domain = reach([relevant, other], marks);
  const mine = marks.filter((mark) => mark.side === side);
  const top = Math.max(...[...good, ...rest].map(({ density }) => density), 1e-9);
  const named = (mark: Mark, letters = 44): string => `${clip(oneLine(visible(mark.name)), letters)} ${threshold(mark.value)}`;
  const at = { x: 'score', y: 'density', fill: 'var(--ink)', stroke: 'var(--page)', strokeWidth: 4, dy: -8 } as const;
  return figure({
    label: `Scores of relevant and other pairs, ${side} version${mine.map((mark) => `; ${named(mark)}`).join('')}`,
    caption: html`${side === 'old' ? 'Old version' : 'New version'}: what is right of a threshold passes it.`,
    draw: (width, narrow) => ({
      ...base(width, 190, { left: 16 }),
      x: { label: 'score →', domain, ticks: narrow ? 4 : 8 },
      y: { axis: null, domain: [0, top * 1.45] },
      marks: [
        areaY(rest, { x: 'score', y: 'density', fill: 'var(--old)', fillOpacity: 0.28, curve: 'monotone-x', title: () => 'other pairs' }),
        lineY(rest, { x: 'score', y: 'density', stroke: 'var(--old)', strokeDasharray: '5 3', curve: 'monotone-x' }),
        areaY(good, {
          x: 'score',
          y: 'density',
          fill: 'var(--new)',
          fillOpacity: 0.25,
          curve: 'monotone-x',
          title: () => 'relevant pairs',
        }),
        lineY(good, { x: 'score', y: 'density', stroke: 'var(--new)', strokeWidth: 2, curve: 'monotone-x' }),
        ruleY([0], { stroke: 'var(--muted)' }),
        text(highest(rest), { ...at, ...beside(highest(rest), domain, 'end', width), dy: narrow ? -22 : -8, text: () => 'other pairs' }),
        text(highest(good), { ...at, ...beside(highest(good), domain, 'start', width), text: () => 'relevant pairs' }),
        ruleX(
          mine.filter(({ proposed }) => !proposed),
          { x: 'value', stroke: 'var(--ink)', strokeWidth: 1.5, title: (mark: Mark) => named(mark) },
        ),
        ruleX(
          mine.filter(({ proposed }) => proposed),
          { x: 'value', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '4 3', title: (mark: Mark) => named(mark) },
        ),
        ...mine.map((mark, i) => {
          const right = mark.value > (domain[0] + domain[1]) / 2;
          return text([mark], {
            x: 'value',
            y: () => top * (1.38 - 0.13 * (i % 4)),
            text: () => named(mark, narrow ? 15 : 44),
            dx: right ? -5 : 5,
            textAnchor: right ? 'end' : 'start',
            fill: 'var(--ink)',
            stroke: 'var(--page)',
            strokeWidth: 4,
          });
        }),
      ],
    }),
  });
}

/** Scores of relevant and of other pairs, old above new on one scale, with the thresholds between them; null without judgements. */
export function densityPictures(evaluation: Evaluation): Html | null {
  const find = (id: string): ScoreShift | undefined => evaluation.scores.find((shift) => shift.id === id);
  const [relevant, other] = [find('relevant'), find('other')];
  if (relevant === undefined || other === undefined || relevant.histogram.edges.length < 3 || other.histogram.edges.length < 3) return null;
  const marks = marksOf(evaluation);
  return html`${one('old', relevant, other, marks)}${one('new', relevant, other, marks)}`;
}

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

/** The middle of the highest bin. */
function tallest(corners: readonly Corner[]): Corner[] {
  const share = Math.max(...corners.map((corner) => corner.share));
  const from = corners.findIndex((corner) => corner.share === share);
  const [left, right] = [corners[from], corners[from + 1]];
  return left === undefined || right === undefined ? [] : [{ score: (left.score + right.score) / 2, share }];
}

/** Old and new scores over the same bins: old dashed, new filled. null without bins. */
export function histogram({ title, histogram: { edges, old, new: fresh } }: ScoreShift): Html | null {
  if (edges.length < 2) return null;
  const peak = Math.max(...old, ...fresh, 1e-9);
  const [before, after] = [outline(edges, old), outline(edges, fresh)];
  return figure({
    label: `Histogram of ${title}, old against new; the figures are in the table`,
    caption: html`${title}: the share of scores in each bin.`,
    draw: (width, narrow) => ({
      ...base(width, 210, { left: 50 }),
      x: { label: 'score →', domain: [Math.min(...edges), Math.max(...edges)], ticks: narrow ? 4 : 8 },
      y: { label: '↑ share', domain: [0, peak * 1.15], ticks: 4, tickFormat: '%', grid: true },
      marks: [
        areaY(after, { x: 'score', y1: 0, y2: 'share', fill: 'var(--new)', fillOpacity: 0.3, title: () => 'new' }),
        lineY(after, { x: 'score', y: 'share', stroke: 'var(--new)', strokeWidth: 1.5 }),
        lineY(before, { x: 'score', y: 'share', stroke: 'var(--old)', strokeWidth: 2, strokeDasharray: '5 3', title: () => 'old' }),
        ...[before, after].map((corners, i) =>
          text(tallest(corners), {
            x: 'score',
            y: 'share',
            text: () => (i === 0 ? 'old' : 'new'),
            dy: -8,
            fill: 'var(--ink)',
            stroke: 'var(--page)',
            strokeWidth: 4,
          }),
        ),
        ruleY([0], { stroke: 'var(--muted)' }),
      ],
    }),
  });
}
