// Takes the pictures of the documentation from reports/example: `node scripts/pictures.mjs`. Needs Chromium.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '..');
const address = pathToFileURL(join(root, 'reports', 'example', 'report.html')).href;
/** File below docs/images → the view, and what of it is shown. */
const PICTURES = {
  'report-decision.png': { view: '', height: 900 },
  'report-queries.png': { view: '#queries?show=worse', height: 760 },
};

const browser = await chromium.launch({
  executablePath: process.env.CUTOVER_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
for (const [file, { view, height }] of Object.entries(PICTURES)) {
  const page = await browser.newPage({ viewport: { width: 1280, height }, deviceScaleFactor: 1.5 });
  await page.goto(address + view);
  await page.screenshot({ path: join(root, 'docs', 'images', file) });
  await page.close();
}
await browser.close();
