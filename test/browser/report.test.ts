import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CASES } from '../report/fixture-verdicts.ts';
import { render } from '../report/page.ts';

const CHROMIUM = process.env.CUTOVER_CHROMIUM ?? '/usr/bin/chromium';
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const MORE = ['--disable-component-update', '--disable-sync'];

let browser: Browser;
let folder: string;

/** A missing browser is a failure: a skipped test would look like a passed one. */
function demandChromium(): void {
  try {
    accessSync(CHROMIUM, constants.X_OK);
  } catch {
    throw new Error(`No Chromium at ${CHROMIUM}. Install it (Debian: apt-get install chromium) or set CUTOVER_CHROMIUM to its path.`);
  }
}

beforeAll(async () => {
  demandChromium();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: [...ARGS, ...MORE] });
  folder = mkdtempSync(join(tmpdir(), 'cutover-report-'));
  for (const [name, value] of Object.entries(CASES)) writeFileSync(join(folder, `${name}.html`), render('html', value));
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Errors of the console and of scripts, dialogs, and requests beyond the file itself. */
  readonly trouble: string[];
}

async function open(name: keyof typeof CASES, options: { width?: number; dark?: boolean; scripts?: boolean } = {}): Promise<Opened> {
  const { width = 1280, dark = false, scripts = true } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: scripts,
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && request.url() !== 'data:,') trouble.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, trouble };
}

/** Opens every fold. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { querySelectorAll(selector: string): Iterable<{ open: boolean }> } };
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

const evaluate = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
const background = (page: Page): Promise<string> => evaluate(page, 'getComputedStyle(document.body).backgroundColor');

describe('the report in Chromium', () => {
  it.each(Object.keys(CASES) as (keyof typeof CASES)[])('%s: no error, no request, styled, no overflow at any width', async (name) => {
    for (const width of [1440, 768, 390, 320]) {
      const { page, trouble } = await open(name, { width });
      await unfold(page);
      expect(await evaluate<number>(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await background(page)).toBe('rgb(255, 255, 255)');
      expect(trouble).toEqual([]);
      await page.context().close();
    }
  });

  it('runs nothing that stands in the data', async () => {
    const { page, trouble } = await open('hostile');
    await unfold(page);
    for (const summary of (await page.locator('summary').all()).slice(0, 5)) await summary.hover();
    expect(await evaluate(page, 'window.pwned')).toBeUndefined();
    expect(await evaluate(page, 'document.querySelectorAll("script, img, iframe, object, embed, form, input").length')).toBe(0);
    expect(
      await evaluate(page, '[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => /^on/.test(a.name))).length'),
    ).toBe(0);
    expect(await evaluate(page, 'document.querySelectorAll("section").length')).toBeGreaterThan(10);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('would stop a script even if one got in', async () => {
    const { page, trouble } = await open('pass');
    await evaluate(
      page,
      '(() => { const s = document.createElement("script"); s.textContent = "window.pwned = 1"; document.body.append(s); })()',
    );
    expect(await evaluate(page, 'window.pwned')).toBeUndefined();
    expect(trouble.join()).toContain('Content Security Policy');
    await page.context().close();
  });

  it('follows the colour scheme, with enough contrast in both', async () => {
    const light = await open('fail');
    const dark = await open('fail', { dark: true });
    expect(await background(dark.page)).not.toBe(await background(light.page));
    for (const { page } of [light, dark]) expect(await evaluate<number>(page, CONTRAST)).toBeGreaterThanOrEqual(4.5);
    await light.page.context().close();
    await dark.page.context().close();
  });

  it('reads without scripts: folds open, contents and skip link lead on', async () => {
    const { page, trouble } = await open('fail', { scripts: false });
    const first = page.locator('#query-1');
    const list = first.locator('table').first();
    expect(await list.isVisible()).toBe(false);
    await first.locator('summary').click();
    expect(await list.isVisible()).toBe(true);
    await page.keyboard.press('Home');
    await page.locator('nav.contents a', { hasText: 'Method' }).click();
    expect(page.url()).toMatch(/#method$/);
    await page.locator('#quality tbody a').first().click();
    expect(page.url()).toMatch(/#metric-nDCG$/);
    expect(await page.locator('#metric-nDCG').isVisible()).toBe(true);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('has one main heading, levels without gaps, and a caption on every table', async () => {
    const { page } = await open('pass');
    const levels = await evaluate<number[]>(page, '[...document.querySelectorAll("h1,h2,h3,h4")].map((e) => Number(e.tagName[1]))');
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, i) => i === 0 || level - (levels[i - 1] ?? 0) <= 1)).toBe(true);
    expect(await evaluate(page, '[...document.querySelectorAll("table")].filter((e) => !e.caption || !e.caption.textContent).length')).toBe(
      0,
    );
    expect(await evaluate(page, '[...document.querySelectorAll("th")].filter((e) => !e.scope).length')).toBe(0);
    expect(
      await evaluate(page, '[...document.querySelectorAll("svg")].filter((e) => !e.getAttribute("aria-label") && !e.ariaHidden).length'),
    ).toBe(0);
    await page.context().close();
  });

  it('prints what is folded, in light colours', async () => {
    const { page } = await open('fail', { dark: true });
    await page.emulateMedia({ media: 'print' });
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav.contents').isVisible()).toBe(false);
    expect(await evaluate<number>(page, 'document.querySelector("#query-1 table").getBoundingClientRect().height')).toBeGreaterThan(100);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
    await page.context().close();
  });
});

/** Least contrast ratio (WCAG 2.1) of texts on their nearest opaque background. */
const CONTRAST = `(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (let at = e; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const ratios = [...document.querySelectorAll('main *, header *, nav *')]
    .filter((e) => !e.closest('svg') && !e.matches('.self') && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => { const a = light(rgb(getComputedStyle(e).color)); const b = light(behind(e)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
  return Math.min(...ratios);
})()`;
