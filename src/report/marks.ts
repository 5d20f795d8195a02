import type { Evaluation } from '../model/evaluation.ts';
import { metricIdOf } from '../model/lookup.ts';
import type { Direction, MetricMeta } from '../model/metric.ts';
import type { State } from '../model/verdict.ts';
import { type Fill, type Html, html } from './html.ts';
import { bounds, signed } from './number.ts';
import { clip } from './text.ts';

interface Look {
  readonly words: string;
  /** In Markdown, where no picture can be drawn. */
  readonly sign: string;
  /** Shape and sign: each state can be told from the others without its colour. */
  readonly picture: Html;
}

const CIRCLE = html`<circle cx="8" cy="8" r="7.25"/>`;

/** Every state of a check; every format says the same words. */
export const STATES: Readonly<Record<State, Look>> = {
  pass: { words: 'Pass', sign: '✅', picture: html`${CIRCLE}<path d="M4 8.5l2.7 2.7L12 5.5"/>` },
  fail: {
    words: 'Fail',
    sign: '❌',
    picture: html`<rect x="0.9" y="0.9" width="14.2" height="14.2" rx="2"/><path d="M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4"/>`,
  },
  inconclusive: {
    words: 'Inconclusive',
    sign: '❔',
    picture: html`<path class="shape hollow" d="M8 1 15 8 8 15 1 8z"/><path class="ink" d="M6.3 6.5a1.7 1.7 0 1 1 2.6 1.5c-.7.4-.9.6-.9 1.1M8 11.3v.1"/>`,
  },
  'not-shown-safe': {
    words: 'Not shown safe',
    sign: '🔘',
    picture: html`<circle class="hollow" cx="8" cy="8" r="7"/><path class="ink" d="M4 9c1.3-2.2 2.7-2.2 4-1s2.7 1.2 4-1"/>`,
  },
  waived: { words: 'Waived', sign: '⚠️', picture: html`<path class="shape" d="M8 .6 15.6 14.6H.4z"/><path d="M8 6v4M8 12.3v.1"/>` },
  skipped: { words: 'Skipped', sign: '➖', picture: html`<circle class="hollow" cx="8" cy="8" r="7"/><path class="ink" d="M4.5 8h7"/>` },
};

/** A pictogram beside a word, hidden from screen readers; Markdown has the sign. */
export function icon(state: State): Html {
  const { picture, sign } = STATES[state];
  return html`<svg class="icon ${state}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" data-sign="${sign}">${picture}</svg>`;
}

/** State in words and pictogram; colour only repeats them. */
export function badge(state: State, words = STATES[state].words): Html {
  return html`<span class="badge ${state}">${icon(state)}${words}</span>`;
}

/** Id of a metric's definition; injective, so no two metrics share one. */
export function metricAnchor(id: string): string {
  return `metric-${id.replace(/[^A-Za-z0-9-]/g, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`)}`;
}

/** What the evaluation knows of a measure's metric; null where it says nothing. */
export function metricOf(evaluation: Pick<Evaluation, 'metrics'>, measure: string): MetricMeta | null {
  const id = metricIdOf(measure);
  return Object.hasOwn(evaluation.metrics, id) ? (evaluation.metrics[id] ?? null) : null;
}

/** What a measure says, in one clause: the beginning of its description. */
export function saying(evaluation: Pick<Evaluation, 'metrics'>, measure: string): string {
  const [clause = ''] = metricOf(evaluation, measure)?.description.split(/(?<=\.)\s|[:;]\s/) ?? [];
  return clause.replace(/\.$/, '');
}

/** A word that opens its definition over the page; no script is needed. */
export function term(anchor: string, words: Fill): Html {
  return html`<button type="button" class="term" popovertarget="${anchor}">${words}</button>`;
}

/** A measure's name, with its definition where there is one. */
export function measureTerm(evaluation: Pick<Evaluation, 'metrics'>, measure: string): Html {
  const name = html`<span class="measure">${clip(measure, 120)}</span>`;
  return metricOf(evaluation, measure) === null ? name : term(metricAnchor(metricIdOf(measure)), name);
}

interface Bounded {
  readonly lower: number;
  readonly upper: number;
}

/**
 * A signed difference with an arrow and its interval. It has a colour only where it can't be chance: where the interval
 * leaves out 0. `exact` is for what has no chance in it, such as one query's value.
 */
export function difference(value: number | null, direction: Direction, interval: Bounded | 'exact' | null = null): Html {
  const text = signed(value);
  const between = interval !== null && interval !== 'exact' && html` <span class="between">${bounds(interval, signed)}</span>`;
  if (value === null || !/[1-9]/.test(text)) return html`<span class="delta">${text}${between}</span>`;
  const sure = interval === 'exact' || (interval !== null && (interval.lower > 0 || interval.upper < 0));
  const better = value > 0 === (direction === 'higher');
  const word = direction === 'none' || !sure ? null : html`<span class="unseen"> ${better ? '(better)' : '(worse)'}</span>`;
  const kind = direction === 'none' || !sure ? '' : better ? ' better' : ' worse';
  return html`<span class="delta${kind}">${sure && (value > 0 ? '▲\u00a0' : '▼\u00a0')}${text}${word}${between}</span>`;
}

/** A text of the data: set apart, so that its writing direction can't reorder what is around it. */
export function quoted(text: string, limit = 300): Html {
  return html`<bdi>${clip(text, limit)}</bdi>`;
}

/** A sentence of the gate or of a warning: set apart, and what is in backticks as code. */
export function sentence(text: string, limit = 1000): Html {
  // A number stays with its per cent sign.
  const parts = clip(text, limit)
    .replace(/(\d) %/g, '$1\u00a0%')
    .split(/`([^`\n]+)`/);
  return html`<bdi>${parts.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}</bdi>`;
}

/** An id or a hash. */
export function code(text: string, limit = 200): Html {
  return html`<code>${clip(text, limit)}</code>`;
}

/** A boxed list of warnings; null when there are none. */
export function warningBox(title: Fill, warnings: readonly string[]): Html | null {
  if (warnings.length === 0) return null;
  return html`<div class="callout warning"><p class="callout-title">${icon('waived')}<strong>${title}</strong></p><ul>${warnings.map((text) => html`<li>${sentence(text)}</li>`)}</ul></div>`;
}

/** A link out of the page, for web addresses only; anything else is shown as text. */
export function outLink(address: string, text: string): Html {
  return /^https?:\/\/[^\s"<>]+$/.test(address) ? html`<a href="${address}" rel="noopener noreferrer">${text}</a>` : html`${text}`;
}

/** A button that copies a text; it is shown only where scripts run, so the text is on the page too. */
export function copyButton(text: string, words = 'Copy'): Html {
  return html`<button type="button" class="copy scripted" data-copy="${text}">${words}</button>`;
}
