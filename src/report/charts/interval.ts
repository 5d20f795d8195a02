import type { RuleResult } from '../../model/verdict.ts';
import { type Html, html } from '../html.ts';
import { decimal, plain, signed } from '../number.ts';
import { lookOf } from '../views/rules.ts';

const WIDTH = 220;
const HEIGHT = 40;
const MIDDLE = 14;

interface Plot {
  readonly low: number;
  readonly high: number;
  readonly estimate: number;
  readonly bounds: readonly [number, number] | null;
  /** The line that must not be crossed, and which side of it is too bad. */
  readonly limit: number;
  readonly bad: 'below' | 'above';
  /** A line for orientation: no difference. */
  readonly zero: boolean;
  readonly label: string;
}

function differencePlot(result: RuleResult, margin: number): Plot | null {
  const { difference, interval } = result;
  if (difference === null) return null;
  const bounds = interval === null ? null : ([interval.lower, interval.upper] as const);
  const values = [0, -margin, difference, ...(bounds ?? [])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = 0.2 * (high - low) || 1;
  const words = bounds === null ? '' : `, bounds ${signed(bounds[0])} to ${signed(bounds[1])}`;
  const label = `Difference ${signed(difference)}${words}; margin ${plain(-margin)}`;
  return { low: low - room, high: high + room, estimate: difference, bounds, limit: -margin, bad: 'below', zero: true, label };
}

function limitPlot(result: RuleResult, limit: number, bad: 'below' | 'above'): Plot | null {
  const { new: estimate, interval } = result;
  if (estimate === null) return null;
  const bounds = interval === null ? null : ([interval.lower, interval.upper] as const);
  const values = [estimate, limit, ...(bounds ?? [])];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = 0.4 * (high - low) || 0.2 * Math.abs(limit) || 1;
  const words = bounds === null ? '' : `, bounds ${decimal(bounds[0])} to ${decimal(bounds[1])}`;
  return {
    low: low - room,
    high: high + room,
    estimate,
    bounds,
    limit,
    bad,
    zero: false,
    label: `Value ${decimal(estimate)}${words}; limit ${plain(limit)}`,
  };
}

function plotOf(result: RuleResult): Plot | null {
  const { rule } = result;
  if (rule.kind === 'nonInferior' || rule.kind === 'noHarm') return differencePlot(result, rule.margin);
  return limitPlot(result, rule.limit, rule.kind === 'atLeast' ? 'below' : 'above');
}

/**
 * One rule as a picture: a dot for what was found, a bar for its bounds, a dashed line for the margin or limit with
 * the side that is too bad shaded. null where there is no value.
 */
export function intervalChart(result: RuleResult): Html | null {
  const plot = plotOf(result);
  if (plot === null) return null;
  const x = (value: number): string => (6 + ((value - plot.low) / (plot.high - plot.low)) * (WIDTH - 12)).toFixed(1);
  const limit = x(plot.limit);
  const [from, to] = plot.bad === 'below' ? [0, Number(limit)] : [Number(limit), WIDTH];
  const bar =
    plot.bounds !== null && html`<line class="bar" x1="${x(plot.bounds[0])}" x2="${x(plot.bounds[1])}" y1="${MIDDLE}" y2="${MIDDLE}"/>`;
  const crowded = Math.abs(Number(x(0)) - Number(limit)) < 34;
  const zero =
    plot.zero && html`<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="2" y2="26"/>${!crowded && html`<text x="${x(0)}" y="37">0</text>`}`;
  const anchor = Number(limit) < 30 ? 'start' : Number(limit) > WIDTH - 30 ? 'end' : 'middle';
  return html`<svg class="interval ${lookOf(result)}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${plot.label}"><rect class="bad" x="${from}" y="2" width="${(to - from).toFixed(1)}" height="24"/>${zero}<line class="limit" x1="${limit}" x2="${limit}" y1="2" y2="26"/>${bar}<circle cx="${x(plot.estimate)}" cy="${MIDDLE}" r="4.5"/><text x="${limit}" y="37" text-anchor="${anchor}">${plain(plot.limit)}</text></svg>`;
}
