import { type Html, html } from '../html.ts';

const WIDTH = 120;
const HALF = WIDTH / 2;

/** A difference as a bar to the left (loss) or right (gain) of the middle; decoration beside the number. */
export function differenceBar(value: number | null, reach: number): Html | null {
  if (value === null) return null;
  const length = Math.min(1, Math.abs(value) / reach) * (HALF - 2);
  const x = value < 0 ? HALF - length : HALF;
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 14" width="${WIDTH}" height="14" aria-hidden="true"><rect class="${value < 0 ? 'down' : 'up'}" x="${x.toFixed(1)}" y="2" width="${length.toFixed(1)}" height="10"/><line x1="${HALF}" x2="${HALF}" y1="0" y2="14"/></svg>`;
}
