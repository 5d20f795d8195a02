import type { ScoreShift } from '../../contract/evaluation.ts';
import { type Html, html } from '../html.ts';
import { at } from '../input.ts';
import { decimal } from '../number.ts';

const WIDTH = 640;
const HEIGHT = 190;
const BASE = 160;
const TOP = 10;
const SIDE = 24;

function outline(shares: readonly number[], x: (bin: number) => string, y: (share: number) => string): string {
  const steps = shares.map((share, i) => `H${x(i)}V${y(share)}H${x(i + 1)}`).join('');
  return `M${x(0)} ${BASE}${steps}V${BASE}Z`;
}

function ticks(edges: readonly number[], x: (bin: number) => string): Html[] {
  const last = edges.length - 1;
  const bins = [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * last)))];
  const anchor = (bin: number): string => (bin === 0 ? 'start' : bin === last ? 'end' : 'middle');
  return bins.map(
    (bin) =>
      html`<line class="tick" x1="${x(bin)}" x2="${x(bin)}" y1="${BASE}" y2="${BASE + 5}"/><text x="${x(bin)}" y="${BASE + 19}" text-anchor="${anchor(bin)}">${decimal(at(edges, bin), 3)}</text>`,
  );
}

/** Old and new scores over the same bins: old outlined, new filled. null without bins. */
export function histogram({ title, histogram: { edges, old, new: fresh } }: ScoreShift): Html | null {
  if (edges.length < 2) return null;
  const peak = Math.max(...old, ...fresh, 1e-9);
  const x = (bin: number): string => (SIDE + (bin / (edges.length - 1)) * (WIDTH - 2 * SIDE)).toFixed(1);
  const y = (share: number): string => (BASE - (share / peak) * (BASE - TOP)).toFixed(1);
  return html`<figure class="histogram"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histogram of ${title}, old against new; the figures are in the table"><path class="new" d="${outline(fresh, x, y)}"/><path class="old" d="${outline(old, x, y)}"/><line class="axis" x1="${SIDE}" x2="${WIDTH - SIDE}" y1="${BASE}" y2="${BASE}"/>${ticks(edges, x)}</svg><figcaption>${legend()} Height is the share of scores in each bin; both sides have the same bins.</figcaption></figure>`;
}

function legend(): Html {
  const swatch = (side: 'old' | 'new') =>
    html`<span class="legend"><svg class="swatch" viewBox="0 0 18 12" width="18" height="12" aria-hidden="true"><rect class="${side}" x="1" y="1" width="16" height="10"/></svg>${side}</span>`;
  return html`${swatch('old')}${swatch('new')}`;
}
