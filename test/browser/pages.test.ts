import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { thinOut, violations } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { EVERY_PAGE } from './pages.ts';

const folder = temporaryFolder();
const SCREENS = [
  { width: 1440, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  for (const [name, page] of Object.entries(EVERY_PAGE)) writeFileSync(join(folder, `${name}.html`), page);
});

afterAll(() => browser?.close());

const evaluate = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;

describe.each(Object.keys(EVERY_PAGE))('the page %s', (name) => {
  it.each(SCREENS)('at $width in $colorScheme: fits, runs without an error, and axe finds nothing', async ({ width, colorScheme }) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    const views = await evaluate<string[]>(page, '[...document.querySelectorAll("main > section.view")].map(({ id }) => "#" + id)');
    const each = views.length === 0 ? [''] : views;
    const show = async (view: string) => view === '' || evaluate(page, `location.hash = ${JSON.stringify(view)}`);
    for (const view of each) {
      await show(view);
      expect(await evaluate(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    await thinOut(page);
    for (const view of each) {
      await show(view);
      expect([view, await violations(page)]).toEqual([view, []]);
    }
    expect(trouble).toEqual([]);
    await context.close();
  });
});
