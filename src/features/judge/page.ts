import { dataBlock, type Html, html, verbatim } from '../../report/html.ts';
import { securityPolicy } from '../../report/page.ts';
import { clip, visible } from '../../report/text.ts';
import { JUDGE_SCRIPT } from './page-script.ts';
import { JUDGE_STYLE } from './page-style.ts';
import { idCell, markLine, type Sheet } from './sheet.ts';

/** Characters of a text; nobody reads further for a grade. */
const LONGEST = 50_000;

const LABELS: Readonly<Record<number, readonly string[]>> = {
  1: ['not relevant', 'relevant'],
  2: ['not relevant', 'partly relevant', 'relevant'],
  3: ['not relevant', 'background only', 'answers in part', 'answers fully'],
};

function labelOf(grade: number, highest: number): string {
  return LABELS[highest]?.[grade] ?? (grade === 0 ? 'not relevant' : grade === highest ? 'answers fully' : '');
}

/** The sheet as the page's script reads it. */
function data(sheet: Sheet): Html {
  const shown = (text: string) => clip(visible(text), LONGEST);
  const items = sheet.items.map(({ query, documents }) => ({
    cell: idCell(query.id),
    query: shown(query.text),
    documents: documents.map(({ id, title, text }) => ({ cell: idCell(id), title: shown(title), text: shown(text) })),
  }));
  return dataBlock('sheet', { id: sheet.id, mark: markLine(sheet), highest: sheet.highest, items });
}

function gradeButton(grade: number, highest: number): Html {
  return html`<button type="button" data-grade="${grade}" aria-pressed="false"><kbd>${grade}</kbd> ${labelOf(grade, highest)}</button>`;
}

const KEYS = verbatim`<details><summary>Keys and how to grade</summary>
<p class="muted"><kbd>0</kbd> and up grade and go on to the next open document; <kbd>j</kbd> next, <kbd>k</kbd> previous, <kbd>u</kbd> undo, <kbd>e</kbd> export. Grades are kept in this browser until you export them.</p>
<p class="muted">Grade what the document does for the query, not how well it is written. Which version returned a document, and at which rank, is hidden on purpose.</p></details>`;

/**
 * A page of its own to grade a sheet with: by keyboard, kept in the browser, exported as a table for `cutover judge import`.
 * It holds nothing that tells which version returned what.
 */
export function judgePage(sheet: Sheet): string {
  const total = sheet.items.reduce((sum, { documents }) => sum + documents.length, 0);
  const grades = Array.from({ length: sheet.highest + 1 }, (_, grade) => gradeButton(grade, sheet.highest));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(JUDGE_STYLE, JUDGE_SCRIPT)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Judging sheet ${sheet.id}</title>
<link rel="icon" href="data:,">
<style>${JUDGE_STYLE}</style>
</head>
<body>
<noscript><p class="page">Grading here needs JavaScript. Without it, fill in the grade column of sheet.tsv.</p></noscript>
<div id="main" hidden>
<div class="page">
<header><h1>Judging sheet ${sheet.id}</h1><span class="muted" id="count" role="status"></span></header>
<progress id="progress" max="${total}" value="0" aria-label="Graded documents"></progress>
<p id="kept" class="muted" hidden>This browser keeps nothing for this page: export before you close it.</p>
${KEYS}
<div class="query"><p class="muted" id="where"></p><h2><bdi id="query"></bdi></h2></div>
<main><article><h3><bdi id="title"></bdi></h3><p><bdi id="text"></bdi></p></article></main>
<p id="notice" role="status"></p>
</div>
<footer><div>
<div id="grades" role="group" aria-label="Grade">${grades}</div>
<div id="moves"><button type="button" id="previous"><kbd>k</kbd> previous</button><button type="button" id="next"><kbd>j</kbd> next</button><button type="button" id="undo"><kbd>u</kbd> undo</button><button type="button" id="export"><kbd>e</kbd> export</button></div>
</div></footer>
</div>
${data(sheet)}
<script>${JUDGE_SCRIPT}</script>
</body>
</html>
`.toString();
}
