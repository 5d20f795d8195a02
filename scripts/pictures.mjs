// Takes the pictures of the documentation from reports/example: `node scripts/pictures.mjs`. Needs Chromium.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '..');
const address = pathToFileURL(join(root, 'reports', 'example', 'report.html')).href;
/** Numbers of docs/first-report.md: each is drawn before the first element of its selector. */
const MARKS = {
  1: 'header.top h1',
  2: '.banner .outcome',
  3: 'details.check.pass .name',
  4: 'h4:has(.not-shown-safe)',
  5: '.steps h3',
};
/** File below docs/images → the view, and what of it is shown. */
const PICTURES = {
  'report-annotated.png': { view: '', height: 720, marks: MARKS },
  'report-decision.png': { view: '', height: 900 },
  'report-queries.png': { view: '#queries?show=worse', height: 760 },
};

const browser = await chromium.launch({
  executablePath: process.env.CUTOVER_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});

/** Runs in the page. */
function drawMarks(marks) {
  for (const [number, selector] of Object.entries(marks)) {
    const at = document.querySelector(selector);
    const mark = document.createElement('span');
    mark.textContent = number;
    const look = { background: '#8b1e86', color: '#fff', borderRadius: '50%', font: '700 15px/24px sans-serif', width: '24px' };
    Object.assign(mark.style, look, { display: 'inline-block', textAlign: 'center', marginRight: '8px', verticalAlign: 'middle' });
    at.prepend(mark);
  }
}

for (const [file, { view, height, marks }] of Object.entries(PICTURES)) {
  const page = await browser.newPage({ viewport: { width: 1280, height }, deviceScaleFactor: 1.5 });
  await page.goto(address + view);
  if (marks !== undefined) await page.evaluate(drawMarks, marks);
  await page.screenshot({ path: join(root, 'docs', 'images', file) });
  await page.close();
}
await browser.close();
