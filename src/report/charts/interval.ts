import type { RuleResult, State } from '../../model/verdict.ts';
import { foundWords, limitWords } from '../checks.ts';
import { type Html, html } from '../html.ts';

import { plain, signed } from '../number.ts';

const WIDTH = 240;
const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;
/** Kept free at both ends. */
const EDGE = 8;
/** The same where the ends of a check's own scale are named. */
const NAMED_EDGE = 20;
/** Room of the axis's labels at an end and at 0. */
const LABEL = 44;

/** The range that checks are drawn on: all comparisons share one. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** One scale for every comparison that decides: from the worst bound or limit to the best; null where there is none. */
export function sharedScale(results: readonly RuleResult[]): Scale | null {
  const deciding = results.filter(
    ({ rule, difference, decides, waiver }) => 'margin' in rule && difference !== null && (decides || waiver),
  );
  const shown = deciding.length > 0 ? deciding : results.filter(({ rule, difference }) => 'margin' in rule && difference !== null);
  const values = shown.flatMap(({ rule, difference, interval }) => [
    ...('margin' in rule ? [-rule.margin] : []),
    difference ?? 0,
    ...(interval === null ? [] : [interval.lower, interval.upper]),
  ]);
  return values.length === 0 ? null : { low: Math.min(0, ...values), high: Math.max(0, ...values) };
}

/** A share of the whole has the scale of shares, a ratio one from 0 to above all that is drawn; a count has none. */
function ownScale({ rule, new: fresh, interval, ratio }: RuleResult): Scale | null {
  if (rule.kind === 'atMostTimes')
    return ratio === undefined ? null : { low: 0, high: Math.ceil(Math.max(2, rule.times, interval?.upper ?? ratio)) };
  if (!('limit' in rule) || fresh === null || Number.isInteger(rule.limit)) return null;
  const values = [rule.limit, fresh, ...(interval === null ? [] : [interval.lower, interval.upper])];
  return values.every((value) => value >= 0 && value <= 1) ? { low: 0, high: 1 } : null;
}

function placer({ low, high }: Scale, edge = EDGE): (value: number) => number {
  const span = high - low || 1;
  return (value) => edge + Math.max(0, Math.min(1, (value - low) / span)) * (WIDTH - 2 * edge);
}

/** Each state has its own shape, as its pictogram has. */
function marker(state: State, x: number): Html {
  const at = x.toFixed(1);
  if (state === 'fail') return html`<rect class="dot" x="${(x - 4.5).toFixed(1)}" y="${MIDDLE - 4.5}" width="9" height="9"/>`;
  if (state === 'inconclusive' || state === 'waived') return html`<path class="dot" d="M${at} ${MIDDLE - 6}l6 6-6 6-6-6z"/>`;
  return html`<circle class="dot${state === 'not-shown-safe' && ' hollow'}" cx="${at}" cy="${MIDDLE}" r="4.5"/>`;
}

/** The ends of a check's own scale, so that it is not read by the axis above. */
function ownEnds({ low, high }: Scale): Html {
  const middle = MIDDLE + 4;
  return html`<line class="span" x1="${NAMED_EDGE}" x2="${WIDTH - NAMED_EDGE}" y1="${MIDDLE}" y2="${MIDDLE}"/><text class="end" x="${NAMED_EDGE - 9}" y="${middle}" text-anchor="end">${plain(low)}</text><text class="end" x="${WIDTH - NAMED_EDGE + 9}" y="${middle}">${plain(high)}</text>`;
}

function drawn(result: RuleResult, scale: Scale, value: number, limit: number, bad: 'below' | 'above'): Html {
  const state = result.state;
  const { interval } = result;
  const isShared = 'margin' in result.rule;
  const x = placer(scale, isShared ? EDGE : NAMED_EDGE);
  const edge = x(limit);
  const [from, to] = isShared ? [0, WIDTH] : [x(scale.low), x(scale.high)];
  const [worst, best] = bad === 'below' ? [from, edge] : [edge, to];
  const bar =
    interval !== null &&
    html`<line class="bar" x1="${x(interval.lower).toFixed(1)}" x2="${x(interval.upper).toFixed(1)}" y1="${MIDDLE}" y2="${MIDDLE}"/>`;
  const zero = html`<line class="zero" x1="${x(0).toFixed(1)}" x2="${x(0).toFixed(1)}" y1="0" y2="${HEIGHT}"/>`;
  const words = `${foundWords(result)}; ${limitWords(result)}`;
  return html`<svg class="interval ${state}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${words}"><title>${words}</title><rect class="bad" x="${worst.toFixed(1)}" y="0" width="${(best - worst).toFixed(1)}" height="${HEIGHT}"/>${isShared ? zero : ownEnds(scale)}<line class="limit" x1="${edge.toFixed(1)}" x2="${edge.toFixed(1)}" y1="0" y2="${HEIGHT}"/>${bar}${marker(state, x(value))}</svg>`;
}

/** One check as a picture: a mark for what was found, a bar for its interval, a line for the limit, the side that is too bad shaded; null where there is no value or no scale. */
export function intervalChart(result: RuleResult, shared: Scale | null): Html | null {
  const { rule, difference, new: fresh, ratio } = result;
  if ('margin' in rule) return difference === null || shared === null ? null : drawn(result, shared, difference, -rule.margin, 'below');
  const scale = ownScale(result);
  if (rule.kind === 'atMostTimes') return ratio === undefined || scale === null ? null : drawn(result, scale, ratio, rule.times, 'above');
  return fresh === null || scale === null ? null : drawn(result, scale, fresh, rule.limit, rule.kind === 'atLeast' ? 'below' : 'above');
}

/** The shared scale's axis, above the checks that are drawn on it. */
export function intervalAxis(scale: Scale): Html {
  const x = placer(scale);
  const label = (value: number, anchor: string): Html =>
    html`<text x="${x(value).toFixed(1)}" y="11" text-anchor="${anchor}">${value === 0 ? '0' : signed(value)}</text>`;
  // A label at an end runs towards the 0, which has its label in the middle.
  const near = (value: number): boolean => Math.abs(x(value) - x(0)) < LABEL;
  return html`<svg class="axis" viewBox="0 0 ${WIDTH} 14" width="${WIDTH}" height="14" aria-hidden="true">${!near(scale.low) && label(scale.low, 'start')}${label(0, 'middle')}${!near(scale.high) && label(scale.high, 'end')}</svg>`;
}

/** `0 to 1`, for checks with their own scale. */
export function hasOwnScale(result: RuleResult): string | null {
  const scale = ownScale(result);
  return scale === null ? null : `scale ${plain(scale.low)} to ${plain(scale.high)}`;
}
