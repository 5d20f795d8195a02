import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sha256 } from '../../src/core/brand.ts';
import { against } from '../../src/features/against/compare.ts';
import { againstHtml, againstMarkdown } from '../../src/report/pages/against.ts';
import { TIMINGS } from '../report/fixture.ts';
import { CASES, type Case } from '../report/fixture-verdicts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { thinOut, violations } from './axe.ts';
import { launchChromium } from './chromium.ts';

const judged = ({ evaluation, verdict }: Case, hash: string) => ({ evaluation, verdict, hash: hash as Sha256, timings: TIMINGS });
const PAIRS = {
  plain: against(judged(CASES.fail, 'a'), judged(CASES.pass, 'b'), '1.0.0'),
  hostile: against(judged(CASES.hostile, 'c'), judged(CASES.hostile, 'd'), '1.0.0'),
};

const folder = temporaryFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  for (const [name, found] of Object.entries(PAIRS)) writeFileSync(join(folder, `${name}.html`), againstHtml(found));
});

afterAll(() => browser?.close());

describe('two candidates side by side in Chromium', () => {
  it.each(['plain', 'hostile'] as const)(
    '%s: asks for nothing, runs nothing, fits every width, and axe finds nothing serious',
    async (name) => {
      const address = pathToFileURL(join(folder, `${name}.html`)).href;
      for (const [width, colorScheme] of [
        [1440, 'light'],
        [390, 'dark'],
      ] as const) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
        const page = await context.newPage();
        const trouble: string[] = [];
        page.on('console', (message) => trouble.push(message.text()));
        page.on('dialog', (dialog) => {
          trouble.push(dialog.message());
          void dialog.dismiss();
        });
        page.on('request', (request) => {
          if (request.url() !== address && request.url() !== 'data:,') trouble.push(request.url());
        });
        await page.goto(address);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await page.evaluate('document.querySelectorAll("script, img, iframe, form").length')).toBe(0);
        expect(await page.evaluate('document.querySelectorAll("section").length')).toBeGreaterThanOrEqual(5);
        await thinOut(page);
        expect(await violations(page)).toEqual([]);
        expect(trouble).toEqual([]);
        await context.close();
      }
    },
  );

  it('says in Markdown what the page says, and lets no text of the data act', () => {
    const text = againstMarkdown(PAIRS.plain);
    expect(text).toMatch(/\| nDCG@10 \| \d\.\d{3} \| \d\.\d{3} \| [▲▼+−\d. ]+&#91;/);
    expect(againstHtml(PAIRS.plain).match(/<td class="number">\d<\/td>/g)).toBeNull();
    expect(text).toContain('❌ Fail');
    expect(text).toContain('Take ');
    expect(againstHtml(PAIRS.plain)).toContain('class="banner pass"');
    expect(againstMarkdown(PAIRS.hostile)).not.toMatch(/<script|<img|\]\(/i);
  });

  it('has no tick for a slice that one of them is not shown safe in, and counts it as different', () => {
    const { evaluation, verdict } = CASES.pass;
    const [first] = verdict.rules.filter(({ state, slice }) => state === 'pass' && slice !== null);
    const rules = verdict.rules.map((rule) => (rule === first ? { ...rule, state: 'not-shown-safe' as const } : rule));
    const unsure = judged({ evaluation, verdict: { ...verdict, rules } }, 'e');
    const text = againstMarkdown(against(unsure, judged(CASES.pass, 'b'), '1.0.0'));
    expect(text).toContain(`1 of ${rules.length} checks have a different result.`);
    expect(text).toMatch(/\| ✅ Pass [^|]*\| 🔘 Not shown safe [^|]*\|/);
    expect(text.match(/🔘/g)).toHaveLength(1);
  });
});
