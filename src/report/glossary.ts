import type { Evaluation } from '../model/evaluation.ts';
import type { MetricMeta } from '../model/metric.ts';
import { type Html, html } from './html.ts';
import { metricAnchor, outLink, quoted } from './marks.ts';
import { plain } from './number.ts';

/** Words of the report that a newcomer can't know. */
const WORDS: Readonly<Record<string, readonly [word: string, meaning: string]>> = {
  need: ['Need', 'What somebody wants to find. Queries that say the same in other words belong to one need and count once.'],
  band: [
    'Corrected',
    'An interval corrected for looking at every slice at once: the worst of many looks bad by luck alone. Entirely below 0: this slice got worse. Entirely above: it got better.',
  ],
  noise: ['Noise', 'How much a version’s own results change when only its index is rebuilt, or documents are embedded in batches.'],
  consumer: [
    'Consumer',
    'Something downstream that compares a score with a fixed number, such as the floor of an answer service or a cache.',
  ],
  fingerprint: [
    'Fingerprint',
    'SHA-256 of everything that decides a vector: weights, tokenizer, runtime, number format, pooling, prefixes, longest input.',
  ],
};

function entry(anchor: string, title: string, body: Html): Html {
  return html`<div popover id="${anchor}" class="definition" role="dialog" aria-label="${title}"><p><strong>${title}</strong></p>${body}<button type="button" class="close" popovertarget="${anchor}" popovertargetaction="hide">Close</button></div>\n`;
}

function metric(id: string, { title, description, formula, source, range, unit, direction }: MetricMeta): Html {
  const address = source.doi === undefined ? source.url : `https://doi.org/${source.doi}`;
  const way = { higher: 'higher is better', lower: 'lower is better', none: 'neither way is better' }[direction];
  const span = `From ${plain(range[0])} ${range[1] === null ? 'upwards' : `to ${plain(range[1])}`}${unit === '' ? '' : `, in ${unit}`}; ${way}.`;
  const from = address === undefined ? quoted(source.title) : outLink(address, source.title);
  return entry(
    metricAnchor(id),
    `${title} (${id})`,
    html`<p>${description}</p><p class="formula">${formula}</p><p class="small">${span} Source: ${from}</p>`,
  );
}

/** Definitions of measures and words, each opened over the page by its name; none takes room until then. */
export function glossary({ metrics }: Pick<Evaluation, 'metrics'>): Html {
  const words = Object.entries(WORDS).map(([id, [word, meaning]]) => entry(`word-${id}`, word, html`<p>${meaning}</p>`));
  const measures = Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`${words}${measures.map(([id, meta]) => metric(id, meta))}`;
}
