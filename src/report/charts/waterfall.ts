import { type Html, html } from '../html.ts';
import { decimal, signed } from '../number.ts';

const WIDTH = 640;
const ROW = 30;
const LABEL = 180;
const VALUE = 90;
const TOP = 6;

/** One row: where a total stands, or how far a part goes on from there. */
interface WaterfallRow {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly total: boolean;
}

/** A start, what is added to it part by part, and the end that gives. */
export interface WaterfallSteps {
  readonly title: string;
  readonly start: { readonly label: string; readonly value: number };
  readonly parts: readonly { readonly label: string; readonly value: number }[];
  readonly end: { readonly label: string; readonly value: number };
}

function rowsOf({ start, parts, end }: WaterfallSteps): WaterfallRow[] {
  const rows: WaterfallRow[] = [{ label: start.label, from: start.value, to: start.value, total: true }];
  let level = start.value;
  for (const { label, value } of parts) {
    rows.push({ label, from: level, to: level + value, total: false });
    level += value;
  }
  return [...rows, { label: end.label, from: end.value, to: end.value, total: true }];
}

/**
 * A change as floating bars, one below the other: gains to the right, losses to the left of where the last one ended.
 * The scale runs over the values that occur, not from 0, so totals are ticks and no bars.
 */
export function waterfall(steps: WaterfallSteps): Html {
  const rows = rowsOf(steps);
  const values = rows.flatMap(({ from, to }) => [from, to]);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const room = WIDTH - LABEL - VALUE - 16;
  const x = (value: number): number => LABEL + 8 + ((value - low) / span) * room;
  const drawn = rows.map(({ label, from, to, total }, i) => {
    const middle = TOP + i * ROW + ROW / 2;
    const number = total ? decimal(to) : signed(to - from);
    const kind = to < from ? 'down' : 'up';
    const left = Math.min(x(from), x(to));
    const shape = total
      ? html`<line class="total" x1="${x(to).toFixed(1)}" x2="${x(to).toFixed(1)}" y1="${middle - 10}" y2="${middle + 10}"/>`
      : html`<rect class="${kind}" x="${left.toFixed(1)}" y="${middle - 7}" width="${Math.max(1, Math.abs(x(to) - x(from))).toFixed(1)}" height="14"/>`;
    const next =
      i < rows.length - 1 &&
      html`<line class="join" x1="${x(to).toFixed(1)}" x2="${x(to).toFixed(1)}" y1="${middle}" y2="${middle + ROW}"/>`;
    return html`${next}${shape}<text x="${LABEL - 6}" y="${middle + 4}" text-anchor="end">${label}</text><text x="${WIDTH - 4}" y="${middle + 4}" text-anchor="end">${number}</text>`;
  });
  const height = TOP * 2 + rows.length * ROW;
  return html`<figure class="waterfall"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${steps.title}; the figures are in the table">${drawn}</svg><figcaption>The scale runs from ${decimal(low)} to ${decimal(low + span)}, not from 0.</figcaption></figure>`;
}
