import { areaY, lineY, ruleX, ruleY, text } from '@observablehq/plot';
import type { ScoreShift } from '../../model/evaluation.ts';
import { type Fill, type Html, html } from '../html.ts';
import { decimal } from '../number.ts';
import { clip, oneLine, visible } from '../text.ts';
import { base, figure } from './plot.ts';

/** A threshold to draw into one version's scores. */
export interface Mark {
  readonly side: 'old' | 'new';
  readonly value: number;
  readonly name: string;
  /** Not yet in force: drawn dashed. */
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

function reach(shifts: readonly ScoreShift[], marks: readonly Mark[]): [number, number] {
  const values = [...shifts.flatMap(({ histogram }) => [...histogram.edges]), ...marks.map(({ value }) => value)];
  return [Math.min(...values), Math.max(...values)];
}

/** Scores of relevant and of other pairs under one version, with the thresholds that read them. */
function one(side: 'old' | 'new', relevant: ScoreShift, other: ScoreShift, marks: readonly Mark[]): Html {
  const [good, rest] = [curve(relevant, side), curve(other, side)];
  const domain = reach([relevant, other], marks);
  const mine = marks.filter((mark) => mark.side === side);
  const top = Math.max(...[...good, ...rest].map(({ density }) => density), 1e-9);
  const dashed = mine.filter(({ proposed }) => proposed);
  const solid = mine.filter(({ proposed }) => !proposed);
  const label = `Scores of relevant and other pairs, ${side} version${mine.map(({ name, value }) => `; ${name} ${decimal(value)}`).join('')}`;
  const place = (mark: Mark): number => top * (1.35 - 0.13 * (mine.indexOf(mark) % 4));
  return figure({
    kind: 'densities',
    label,
    caption: html`<strong>${side === 'old' ? 'Old version' : 'New version'}</strong>`,
    draw: (width, narrow) => ({
      ...base(width, 210, { left: 16 }),
      x: { label: 'score →', domain, ticks: narrow ? 4 : 8 },
      y: { axis: null, domain: [0, top * 1.45] },
      marks: [
        areaY(rest, { x: 'score', y: 'density', fill: 'var(--old)', fillOpacity: 0.28, curve: 'monotone-x' }),
        lineY(rest, { x: 'score', y: 'density', stroke: 'var(--old)', strokeDasharray: '5 3', curve: 'monotone-x' }),
        areaY(good, { x: 'score', y: 'density', fill: 'var(--pass)', fillOpacity: 0.25, curve: 'monotone-x' }),
        lineY(good, { x: 'score', y: 'density', stroke: 'var(--pass)', strokeWidth: 2, curve: 'monotone-x' }),
        ruleY([0], { stroke: 'var(--muted)' }),
        ruleX(solid, { x: 'value', stroke: 'var(--ink)', strokeWidth: 1.5 }),
        ruleX(dashed, { x: 'value', stroke: 'var(--ink)', strokeWidth: 1.5, strokeDasharray: '4 3' }),
        ...mine.map((mark) => {
          const right = mark.value > (domain[0] + domain[1]) / 2;
          const words = `${clip(oneLine(visible(mark.name)), narrow ? 20 : 44)} ${decimal(mark.value, 3)}`;
          return text([mark], {
            x: 'value',
            y: place,
            text: () => words,
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

/** Old above new, on one scale. */
export function densities(relevant: ScoreShift, other: ScoreShift, marks: readonly Mark[], caption: Fill): Html | null {
  if (relevant.histogram.edges.length < 3 || other.histogram.edges.length < 3) return null;
  return html`${one('old', relevant, other, marks)}${one('new', relevant, other, marks)}<p class="small">${caption}</p>`;
}
