import type { Evaluation } from '../model/evaluation.ts';
import { metricIdOf } from '../model/lookup.ts';
import type { MetricMeta } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import { type Fill, type Html, html } from './html.ts';
import { signed } from './number.ts';
import { clip } from './text.ts';
import type { PictureKind } from './views/pictures.ts';
import type { Look } from './views/rules.ts';

export const OUTCOME_WORDS = { pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive', skipped: 'Skipped' } as const;

const ICONS = {
  pass: html`<path d="M4 8.5l2.7 2.7L12 5.5"/>`,
  fail: html`<path d="M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4"/>`,
  inconclusive: html`<path d="M5.9 6.2a2.1 2.1 0 1 1 3.2 1.8c-.7.4-1.1.8-1.1 1.5M8 11.9v.1"/>`,
  skipped: html`<path d="M4.5 8h7"/>`,
  warning: html`<path d="M8 4.2v4.6M8 11.7v.1"/>`,
} as const;

/** A round pictogram; always beside a word, so it is hidden from screen readers. */
export function icon(kind: keyof typeof ICONS): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="7.25"/>${ICONS[kind]}</svg>`;
}

/** Outcome in words and pictogram; colour only repeats them. */
export function outcomeBadge(outcome: RuleResult['outcome'], decides = true, look: Look = outcome): Html {
  return html`<span class="badge ${look}${decides ? '' : ' informs'}">${icon(outcome)}${OUTCOME_WORDS[outcome]}</span>`;
}

/** A short status with the look of an outcome. */
export function statusBadge(look: RuleResult['outcome'], words: string): Html {
  return html`<span class="badge ${look}">${icon(look)}${words}</span>`;
}

/** Fragment of a metric's definition; injective, so no two metrics share one. */
export function metricAnchor(id: string): string {
  return `metric-${id.replace(/[^A-Za-z0-9-]/g, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`)}`;
}

/** What the evaluation knows of a measure's metric; null where it says nothing. */
export function metricOf(evaluation: Evaluation, measure: string): MetricMeta | null {
  const id = metricIdOf(measure);
  return Object.hasOwn(evaluation.metrics, id) ? (evaluation.metrics[id] ?? null) : null;
}

/** What a measure says, in one clause: the beginning of its description. */
export function saying(evaluation: Evaluation, measure: string): string {
  const [clause = ''] = metricOf(evaluation, measure)?.description.split(/(?<=\.)\s|[:;]\s/) ?? [];
  return clause.replace(/\.$/, '');
}

/** A measure's name, linked to its definition where there is one. */
export function measureLink(evaluation: Evaluation, measure: string): Html {
  const name = html`<span class="measure">${clip(measure, 120)}</span>`;
  return metricOf(evaluation, measure) === null ? name : html`<a href="#${metricAnchor(metricIdOf(measure))}">${name}</a>`;
}

/** A signed difference with an arrow, said to be better or worse where the metric has a direction. */
export function difference(value: number | null, direction: MetricMeta['direction']): Html {
  const text = signed(value);
  if (value === null || !/[1-9]/.test(text)) return html`<span class="delta">${text}</span>`;
  const better = value > 0 === (direction === 'higher');
  const word = direction === 'none' ? null : html`<span class="unseen"> ${better ? '(better)' : '(worse)'}</span>`;
  const kind = direction === 'none' ? '' : better ? ' better' : ' worse';
  return html`<span class="delta${kind}">${value > 0 ? '▲' : '▼'}&#160;${text}${word}</span>`;
}

/** Anchor of what a kind of picture shows, defined under the method. */
export function pictureAnchor(kind: PictureKind): string {
  return `picture-${kind}`;
}

/** A link to how a kind of picture is read. */
export function reading(kind: PictureKind): Html {
  return html`<a class="on-screen" href="#${pictureAnchor(kind)}">How to read it</a>`;
}

/** A text of the data: set apart, so that its writing direction can't reorder what stands around it. */
export function quoted(text: string, limit = 300): Html {
  return html`<bdi>${clip(text, limit)}</bdi>`;
}

/** A sentence of the gate or of a warning: set apart, and what stands in backticks as code. */
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
  return html`<div class="callout warning"><p class="callout-title">${icon('warning')}${title}</p><ul>${warnings.map((text) => html`<li>${sentence(text)}</li>`)}</ul></div>`;
}

/** A link out of the page, for web addresses only; anything else is shown as text. */
export function outLink(address: string, text: string): Html {
  return /^https?:\/\/[^\s"<>]+$/.test(address) ? html`<a href="${address}" rel="noopener noreferrer">${text}</a>` : html`${text}`;
}
