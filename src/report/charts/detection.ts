import { dot, lineY, ruleX, ruleY } from '@observablehq/plot';
import type { Assay } from '../../model/verdict.ts';
import { type Html, html } from '../html.ts';
import { decimal, percent } from '../number.ts';
import { base, figure } from './plot.ts';

interface Point {
  readonly kind: string;
  readonly loss: number;
  readonly fails: number;
}

/** One dash pattern for each kind of harm, so that the lines differ without colour. */
const DASHES = ['none', '6 3', '2 3', '8 3 2 3'];

const dashOf = (line: number): string => DASHES[line % DASHES.length] ?? 'none';

/** The lines end in one place, all noticed, so they are named below the picture. */
function key(kind: string, line: number): Html {
  return html`<span class="key"><svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><line x1="0" x2="28" y1="4" y2="4" stroke="var(--new)" stroke-width="2" stroke-dasharray="${dashOf(line)}"/></svg> ${kind}</span> `;
}

/** How often a planted loss fails a rule, against its size. */
export function detectionChart(name: string, margin: number, assays: readonly Assay[], kinds: (assay: Assay) => string): Html | null {
  const lines = assays.map((assay) => {
    const points = assay.steps.map(({ loss, fails }): Point => ({ kind: kinds(assay), loss, fails }));
    return points.sort((a, b) => a.loss - b.loss);
  });
  const losses = lines.flat().map(({ loss }) => loss);
  if (losses.length < 2) return null;
  // Beyond where all is noticed nothing more is to be seen.
  const turned = assays.flatMap(({ smallest }) => smallest ?? []);
  const end = Math.max(4 * margin, 2 * Math.max(0, ...turned));
  const within = lines.map((points) => points.filter((_, i) => i === 0 || (points[i - 1]?.loss ?? 0) <= end));
  return figure({
    label: `How often a planted loss of ${name} fails, against its size`,
    caption: html`<span class="keys">${within.map(([point], i) => key(point?.kind ?? '', i))}</span>Share of sets of as many needs in which a planted loss of ${name} fails. Upright line: the margin, ${decimal(margin)}; level line: 8 of 10.`,
    draw: (width) => ({
      ...base(width, 220, { left: 54, right: 16 }),
      x: { label: `loss of ${name} →`, domain: [Math.min(0, ...losses), end] },
      y: { label: '↑ fails', domain: [0, 1], ticks: 5, tickFormat: percent, grid: true },
      marks: [
        ruleY([0.8], { stroke: 'var(--muted)', strokeDasharray: '2 3' }),
        ruleX([margin], { stroke: 'var(--muted)', strokeDasharray: '2 3' }),
        ...within.flatMap((points, i) => [
          lineY(points, {
            x: 'loss',
            y: 'fails',
            stroke: 'var(--new)',
            strokeWidth: 2,
            strokeDasharray: dashOf(i),
            clip: true,
          }),
          dot(points, {
            x: 'loss',
            y: 'fails',
            fill: 'var(--new)',
            r: 3,
            clip: true,
            title: ({ kind, loss, fails }) => `${kind}, a loss of ${decimal(loss)}: fails in ${percent(fails)}`,
          }),
        ]),
      ],
    }),
  });
}
