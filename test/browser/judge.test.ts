import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgePage } from '../../src/features/judge/page.ts';
import { markLine } from '../../src/features/judge/sheet.ts';
import { hostileSheet, smallSheet } from '../features/judge/judge-sheets.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { launchChromium } from './chromium.ts';

const SHEETS = { small: smallSheet(), binary: smallSheet(1), hostile: hostileSheet() };

const folder = temporaryFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  for (const [name, sheet] of Object.entries(SHEETS)) writeFileSync(join(folder, `${name}.html`), judgePage(sheet));
});

afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly trouble: string[];
}

async function open(
  name: keyof typeof SHEETS,
  options: { width?: number; dark?: boolean; context?: BrowserContext } = {},
): Promise<Opened> {
  const { width = 1100, dark = false } = options;
  const context = options.context ?? (await browser.newContext({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' }));
  const page = await context.newPage();
  const trouble: string[] = [];
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== address && request.url() !== 'data:,' && !request.url().startsWith('blob:'))
      trouble.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, context, trouble };
}

const evaluate = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
const count = (page: Page) => page.locator('#count').textContent();
const place = (page: Page) => page.locator('#where').textContent();

async function exported(page: Page): Promise<string[][]> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')]);
  const file = join(folder, `${Math.random()}.tsv`);
  await download.saveAs(file);
  return readFileSync(file, 'utf8')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
}

describe('the judging page in Chromium', () => {
  it('grades by keyboard, goes on by itself, undoes, and exports what was graded', async () => {
    const { page, context, trouble } = await open('small');
    expect(await count(page)).toBe('0 of 5 graded');
    expect(await place(page)).toBe(`Query 1 of 2, document 1 of ${SHEETS.small.items[0]?.documents.length}`);
    await page.keyboard.press('3');
    await page.keyboard.press('0');
    expect(await count(page)).toBe('2 of 5 graded');
    await page.keyboard.press('u');
    expect(await count(page)).toBe('1 of 5 graded');
    await page.keyboard.press('2');
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    expect(await page.locator('[data-grade="3"]').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('j');
    expect(await page.locator('[data-grade="2"]').getAttribute('aria-pressed')).toBe('true');
    const [mark, header, ...rows] = await exported(page);
    expect(mark).toEqual([markLine(SHEETS.small)]);
    expect(header).toEqual(['query-id', 'document-id', 'grade']);
    const order = SHEETS.small.items.flatMap(({ query, documents }) => documents.map(({ id }) => [query.id, id]));
    expect(rows).toEqual(order.map((ids, i) => [...ids, i === 0 ? '3' : i === 1 ? '2' : '']));
    expect(trouble).toEqual([]);
    await context.close();
  });

  it('keeps grades over a reload, separately for each sheet', async () => {
    const { page, context } = await open('small');
    await page.keyboard.press('1');
    await page.keyboard.press('1');
    await page.reload();
    expect(await count(page)).toBe('2 of 5 graded');
    await page.keyboard.press('u');
    expect(await count(page)).toBe('1 of 5 graded');
    const other = await open('binary', { context });
    expect(await count(other.page)).toBe('0 of 5 graded');
    await context.close();
  });

  it('takes no grade beyond the scale, no key with Ctrl, and says when all is done', async () => {
    const { page, context } = await open('binary');
    expect(await page.locator('[data-grade]').count()).toBe(2);
    for (const key of ['2', '9', 'Control+1', 'x']) await page.keyboard.press(key);
    expect(await count(page)).toBe('0 of 5 graded');
    for (let i = 0; i < 5; i++) await page.keyboard.press(String(i % 2));
    expect(await count(page)).toBe('5 of 5 graded');
    expect(await page.locator('#notice').textContent()).toContain('All graded');
    expect((await exported(page)).slice(2).map((cells) => cells[2])).toEqual(['0', '1', '0', '1', '0']);
    await context.close();
  });

  it('works by mouse too, and survives spoilt storage', async () => {
    const { page, context, trouble } = await open('small');
    await page.locator('[data-grade="1"]').click();
    expect(await count(page)).toBe('1 of 5 graded');
    await page.locator('#previous').click();
    await page.locator('#undo').click();
    expect(await count(page)).toBe('0 of 5 graded');
    await evaluate(
      page,
      `localStorage.setItem('cutover-judge-${SHEETS.small.id}', '{"grades":{"0":99,"77":1,"1":2},"history":[null,{"place":-1}],"place":1e9}')`,
    );
    await page.reload();
    expect(await count(page)).toBe('1 of 5 graded');
    expect(trouble).toEqual([]);
    await context.close();
  });

  it('runs nothing that is in the data, and shows it as it is', async () => {
    const { page, context, trouble } = await open('hostile');
    expect(await evaluate(page, 'window.pwned')).toBeUndefined();
    expect(await evaluate(page, 'document.querySelectorAll("img, iframe, object").length')).toBe(0);
    expect(await page.locator('#query').textContent()).toContain('</script><script>window.pwned=1</script>');
    await page.keyboard.press('1');
    expect((await exported(page))[2]?.[0]).toBe("'=1+1");
    expect(trouble).toEqual([]);
    await evaluate(
      page,
      '(() => { const s = document.createElement("script"); s.textContent = "window.pwned = 1"; document.body.append(s); })()',
    );
    expect(await evaluate(page, 'window.pwned')).toBeUndefined();
    expect(trouble.join()).toContain('Content Security Policy');
    await context.close();
  });

  it.each([1280, 390, 320])('%i pixels: no overflow, light and dark apart', async (width) => {
    const light = await open('hostile', { width });
    const dark = await open('hostile', { width, dark: true });
    for (const { page } of [light, dark])
      expect(await evaluate<number>(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const background = (page: Page) => evaluate<string>(page, 'getComputedStyle(document.body).backgroundColor');
    expect(await background(dark.page)).not.toBe(await background(light.page));
    await light.context.close();
    await dark.context.close();
  });
});
