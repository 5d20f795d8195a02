import type { Evaluation } from '../../model/evaluation.ts';
import type { MetricMeta } from '../../model/metric.ts';
import { verdictWords } from '../checks.ts';
import { decision } from '../decision/view.ts';
import { SECTIONS } from '../evidence/registry.ts';
import type { Format } from '../format.ts';
import { type Fill, type Html, html } from '../html.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { copyButton, metricAnchor, outLink, quoted } from '../marks.ts';
import { count, plain } from '../number.ts';
import { page } from '../page.ts';
import { queriesView } from '../queries/view.ts';
import { SCRIPT } from '../script/script.ts';
import { clip } from '../text.ts';
import { whatChanged } from '../version-words.ts';
import { shortSummary } from './markdown.ts';

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
function glossary({ metrics }: Pick<Evaluation, 'metrics'>): Html {
  const words = Object.entries(WORDS).map(([id, [word, meaning]]) => entry(`word-${id}`, word, html`<p>${meaning}</p>`));
  const measures = Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`${words}${measures.map(([id, meta]) => metric(id, meta))}`;
}

function sides({ evaluation: { versions } }: ReportInput): readonly [old: string, fresh: string] {
  return versions === null ? ['old run', 'new run'] : [clip(versions.old.id, 120), clip(versions.new.id, 120)];
}

function about({ evaluation: { dataset, versions }, verdict }: ReportInput): Fill {
  const changed = versions !== null && html`${quoted(whatChanged(versions), 400)} `;
  return html`${changed}Data set ${quoted(dataset.name, 120)}, ${count(dataset.documents)} documents, ${count(dataset.queries)} queries. As of ${quoted(verdict.asOf, 40)}.`;
}

function actions(input: ReportInput): Fill {
  return html`<button type="button" data-do="link">Copy link</button> ${copyButton(shortSummary(input), 'Copy summary')} <button type="button" data-do="print">Print</button>`;
}

function reportPage(input: ReportInput): Html {
  checkInput(input);
  const [old, fresh] = sides(input);
  return page({
    title: `${verdictWords(input.verdict)}: ${old} → ${fresh}`,
    kind: 'Embedding cutover report',
    heading: html`${quoted(old)} <span class="arrow">→</span> ${quoted(fresh)}`,
    about: about(input),
    actions: actions(input),
    parts: [
      { id: 'decision', title: 'Decision', body: decision(input) },
      { id: 'queries', title: 'Queries', count: count(input.evaluation.queries.ids.length), body: queriesView(input) },
      { id: 'evidence', title: 'Evidence', body: evidence(input) },
    ],
    overlays: glossary(input.evaluation),
    cutoverVersion: input.evaluation.cutoverVersion,
    script: SCRIPT,
  });
}

export const htmlPage: Format = {
  id: 'html',
  title: 'Self-contained HTML page',
  fileName: 'report.html',
  mediaType: 'text/html',
  render: (evaluation, verdict, timings, reviews = null) => reportPage({ evaluation, verdict, timings, reviews }).toString(),
};

/** Everything that was measured: a line of finding a section, each opens; the first one is. */
function evidence(input: ReportInput): Html {
  const parts = SECTIONS.flatMap((section) => {
    const body = section.render(input);
    return body === null ? [] : [{ ...section, body }];
  });
  return html`${parts.map(
    ({ id, title, finding, body }, i) =>
      html`<details class="part" id="${id}"${i === 0 && html` open`}><summary><h3>${title}</h3><span class="finding">${finding(input)}</span></summary><div class="folded">${body}</div></details>\n`,
  )}`;
}
