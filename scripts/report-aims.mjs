// Measures how much a reader of a report meets: words, figures and screens of each view as it opens at 1440 × 900, and the page's size.
// `node scripts/report-aims.mjs reports/demo/report.html [more.html …]`; needs Chromium (CHROMIUM names it, /usr/bin/chromium unless set).
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const SCREEN = { width: 1440, height: 900 };
const AIMS = { words: 2500, figures: 150, screens: 2, bytes: 1_500_000 };

/** What is open on the page: words, figures with a decimal point, height. */
const OPEN = `(() => {
  const text = document.body.innerText;
  return {
    words: text.split(/\\s+/).filter((word) => word !== '').length,
    figures: (text.match(/[+−-]?\\d[\\d,]*\\.\\d+/g) || []).length,
    height: document.documentElement.scrollHeight,
  };
})()`;

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds until the page has opened and a text filter has been drawn. */
async function speed(page, address) {
  const started = performance.now();
  await page.goto(address);
  const opened = performance.now() - started;
  if ((await page.locator('#explorer-find').count()) === 0) return { opened, filtered: null };
  const filtered = await page.evaluate(() => {
    location.hash = '#queries';
    const find = document.getElementById('explorer-find');
    const times = [];
    for (const text of ['e', 'er', 'err', 'a', '']) {
      const from = performance.now();
      find.value = text;
      find.dispatchEvent(new Event('input'));
      document.body.getBoundingClientRect();
      times.push(performance.now() - from);
    }
    return times;
  });
  return { opened, filtered: median(filtered) };
}

async function measure(browser, file) {
  const page = await (await browser.newContext({ viewport: SCREEN })).newPage();
  page.setDefaultTimeout(120_000);
  const address = pathToFileURL(resolve(file)).href;
  await page.goto(address);
  const views = await page.locator('main > section.view').evaluateAll((sections) => sections.map(({ id }) => id));
  const rows = [];
  for (const view of views.length === 0 ? [''] : views) {
    await page.goto('about:blank');
    await page.goto(`${address}${view === '' ? '' : `#${view}`}`);
    rows.push({ view: view === '' ? 'page' : view, ...(await page.evaluate(OPEN)) });
  }
  await page.goto('about:blank');
  const { opened, filtered } = await speed(page, address);
  await page.context().close();
  return { rows, bytes: statSync(file).size, opened, filtered };
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Say which pages: node scripts/report-aims.mjs reports/demo/report.html');
  process.exit(2);
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const file of files) {
  const { rows, bytes, opened, filtered } = await measure(browser, file);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(`\n${file}`);
  for (const { view, words, figures, height } of rows)
    console.log(
      `  ${view.padEnd(10)} ${String(words).padStart(6)} words ${String(figures).padStart(5)} figures ${(height / SCREEN.height).toFixed(1).padStart(5)} screens`,
    );
  console.log(
    `  open in all: ${sum('words')} words (aim ${AIMS.words}), ${sum('figures')} figures (aim ${AIMS.figures}); decision ${(rows[0].height / SCREEN.height).toFixed(1)} screens (aim ${AIMS.screens})`,
  );
  console.log(
    `  ${(bytes / 1e6).toFixed(2)} MB (aim ${AIMS.bytes / 1e6}); opened in ${Math.round(opened)} ms${filtered === null ? '' : `, filtered in ${Math.round(filtered)} ms`}`,
  );
}
await browser.close();
