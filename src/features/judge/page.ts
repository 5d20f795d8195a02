import { dataBlock, type Html, html, verbatim } from '../../report/html.ts';
import { securityPolicy } from '../../report/page.ts';
import { clip, visible } from '../../report/text.ts';
import { JUDGE_SCRIPT } from './page-script.ts';
import { idCell, markLine, type Sheet } from './sheet.ts';

/** The page's one style sheet; its hash is in the page's Content-Security-Policy. */
const JUDGE_STYLE = verbatim`
:root {
  color-scheme: light dark;
  --page: #ffffff; --soft: #f5f6f8; --ink: #1b1f24; --muted: #57606c; --line: #dce0e6; --accent: #1a56b0; --on-accent: #ffffff; --done: #0c6438;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #12151a; --soft: #1a1f26; --ink: #e5e8ec; --muted: #a3adba; --line: #2e3540; --accent: #8ab8ff; --on-accent: #10151c; --done: #74d6a0; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.page { max-width: 52rem; margin: 0 auto; padding: 1.25rem 1.25rem 9rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.125rem; font-weight: 600; margin: 0; }
progress { width: 100%; height: 0.375rem; accent-color: var(--accent); }
.muted { color: var(--muted); font-size: 0.875rem; margin: 0.25rem 0; }
.query { position: sticky; top: 0; background: var(--page); border-bottom: 1px solid var(--line); padding: 0.9rem 0; margin: 0.75rem 0 1rem; max-height: 40vh; overflow-y: auto; }
.query h2 { font-size: 1.25rem; line-height: 1.4; margin: 0.1rem 0 0; white-space: pre-wrap; }
article h3 { font-size: 1.0625rem; margin: 0.5rem 0; }
article p { white-space: pre-wrap; margin: 0; }
footer { position: fixed; inset: auto 0 0 0; background: var(--soft); border-top: 1px solid var(--line); padding: 0.7rem 1.25rem; }
footer > div { max-width: 52rem; margin: 0 auto; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; justify-content: space-between; }
button { font: inherit; font-size: 0.9375rem; color: var(--ink); background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 0.4rem 0.8rem; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--accent); }
button:disabled { opacity: 0.5; cursor: default; }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button[aria-pressed="true"] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
kbd { font: 0.8125rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 0.3rem; }
#grades, #moves { display: flex; flex-wrap: wrap; gap: 0.5rem; } #moves button { color: var(--muted); }
#notice { color: var(--done); min-height: 1.4rem; font-size: 0.875rem; margin: 0.25rem 0; }
summary { cursor: pointer; color: var(--accent); font-size: 0.875rem; }
@media (max-width: 40rem) { .page { padding-bottom: 15rem; } .query { max-height: 30vh; } }
`;

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
 * A separate page to grade a sheet with: by keyboard, kept in the browser, exported as a table for `cutover judge import`.
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
<main>
<progress id="progress" max="${total}" value="0" aria-label="Graded documents"></progress>
<p id="kept" class="muted" hidden>This browser keeps nothing for this page: export before you close it.</p>
${KEYS}
<div class="query"><p class="muted" id="where"></p><h2><bdi id="query"></bdi></h2></div>
<article><h3><bdi id="title"></bdi></h3><p><bdi id="text"></bdi></p></article>
<p id="notice" role="status"></p>
</main>
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
