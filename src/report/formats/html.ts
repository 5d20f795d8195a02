import { createHash } from 'node:crypto';
import type { Format } from '../format.ts';
import { type Html, html } from '../html.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { OUTCOME_WORDS, quoted } from '../marks.ts';
import { count } from '../number.ts';
import { SCRIPT } from '../script/script.ts';
import { SECTIONS } from '../sections/registry.ts';
import { STYLE } from '../style.ts';
import { clip } from '../text.ts';

/** Nothing may load; only this very style sheet applies and only this very script runs. `img-src data:` is for the empty icon, which keeps browsers from asking for one. */
function securityPolicy(): string {
  const hash = (text: Html): string => `'sha256-${createHash('sha256').update(text.toString()).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

function sides({ evaluation: { versions } }: ReportInput): readonly [old: string, fresh: string] {
  return versions === null ? ['old run', 'new run'] : [clip(versions.old.id, 120), clip(versions.new.id, 120)];
}

function top(input: ReportInput): Html {
  const [old, fresh] = sides(input);
  const { dataset } = input.evaluation;
  return html`<header class="top"><p class="kind">Embedding cutover report</p><h1>${quoted(old)} <span class="arrow">→</span> ${quoted(fresh)}</h1><p class="about">Data set ${quoted(dataset.name, 120)}: ${count(dataset.documents)} documents, ${count(dataset.queries)} queries. As of ${quoted(input.verdict.asOf, 40)}.</p></header>`;
}

function page(input: ReportInput): Html {
  checkInput(input);
  const [old, fresh] = sides(input);
  const shown = SECTIONS.map((section) => ({ section, body: section.render(input) })).filter(({ body }) => body !== null);
  const contents = shown.map(({ section: { id, title } }) => html`<li><a href="#${id}">${title}</a></li>`);
  const sections = shown.map(
    ({ section: { id, title }, body }) =>
      html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}<a class="self" href="#${id}" aria-label="Link to ${title}">#</a></h2>\n${body}</section>\n`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="cutover ${input.evaluation.cutoverVersion}">
<title>${OUTCOME_WORDS[input.verdict.outcome]}: ${old} → ${fresh}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<div class="page">
${top(input)}
<nav class="contents" aria-labelledby="contents-title"><h2 id="contents-title">Contents</h2><ol>${contents}</ol></nav>
<main>
${sections}</main>
</div>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

export const htmlPage: Format = {
  id: 'html',
  title: 'Self-contained HTML page',
  fileName: 'report.html',
  mediaType: 'text/html',
  render: (evaluation, verdict, timings) => page({ evaluation, verdict, timings }).toString(),
};
