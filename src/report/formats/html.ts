import { changedQueries } from '../changes.ts';
import { verdictWords } from '../checks.ts';
import { decision } from '../decision/view.ts';
import { evidence } from '../evidence/view.ts';
import type { Format } from '../format.ts';
import { glossary } from '../glossary.ts';
import { type Fill, type Html, html } from '../html.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { copyButton, quoted } from '../marks.ts';
import { count } from '../number.ts';
import { page } from '../page.ts';
import { queriesView } from '../queries/view.ts';
import { SCRIPT } from '../script/script.ts';
import { clip } from '../text.ts';
import { whatChanged } from '../version-words.ts';
import { shortSummary } from './markdown.ts';

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
      { id: 'queries', title: 'Queries', count: count(changedQueries(input).rows.length), body: queriesView(input) },
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
