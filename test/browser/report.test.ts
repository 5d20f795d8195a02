import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEvaluation } from '../report/fixture.ts';
import { corpusMapOf } from '../report/fixture-map.ts';
import { withStudies } from '../report/fixture-studies.ts';
import { CASES, type Case, HOSTILE } from '../report/fixture-verdicts.ts';
import { render } from '../report/page.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { thinOut, violations } from './axe.ts';
import { launchChromium } from './chromium.ts';

/** One line without a place to break, with what addresses and attributes choke on. */
const ENDLESS = `/a"b'c\\d%e#f?g&h ${'x'.repeat(100_000)}`;
const NONE = { notApplicable: 'not measured' };
const { evaluation: unjudged, verdict: bareVerdict } = CASES.noQrels;
/** Nothing was measured but that there are queries. */
const NOTHING = {
  verdict: { ...bareVerdict, rules: [] },
  evaluation: {
    ...unjudged,
    versions: null,
    search: null,
    slices: [],
    consumers: [],
    rerankers: [],
    values: {},
    scores: [],
    separation: [],
    margin: null,
    neighbours: {},
    index: {},
    metrics: {},
    geometry: NONE,
    graph: NONE,
    map: NONE,
  },
};
/** A case with all that a page can have: maps, studies, a projection. */
function full({ evaluation, verdict }: Case, title?: string): Case {
  return withStudies({ verdict, evaluation: { ...evaluation, map: corpusMapOf(90, title), projection: { documents: 3_000_000 } } });
}

/** Slices with names as they are found in real data: longer than a telephone has room for. */
function longNames({ evaluation, verdict }: Case): Case {
  const slices = evaluation.slices.map((slice, i) =>
    i % 2 === 0
      ? { ...slice, field: 'topic cluster', value: 'page, comments, comment' }
      : { ...slice, field: 'query length', value: 'more than 16 words' },
  );
  return { verdict, evaluation: { ...evaluation, slices } };
}

/** Every fixture, and one of 10,000 queries with the same verdict. */
const PAGES = {
  ...CASES,
  mapped: full(CASES.pass),
  hostileMapped: full(CASES.hostile, HOSTILE),
  endless: { verdict: CASES.fail.verdict, evaluation: makeEvaluation({ hostile: ENDLESS, loss: 0.1, warnings: [ENDLESS] }) },
  nothing: NOTHING,
  longNames: longNames(CASES.fail),
  many: { verdict: CASES.fail.verdict, evaluation: makeEvaluation({ queries: 10_000, loss: 0.16 }) },
};

const folder = temporaryFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  for (const [name, value] of Object.entries(PAGES)) writeFileSync(join(folder, `${name}.html`), render('html', value));
});

afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  /** Errors of the console and of scripts, dialogs, and requests beyond the file itself. */
  readonly trouble: string[];
}

async function open(name: keyof typeof PAGES, options: { width?: number; dark?: boolean; scripts?: boolean } = {}): Promise<Opened> {
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

/** Every view at once with everything open, as on paper, but on the screen. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: {
        documentElement: { removeAttribute(name: string): void };
        querySelectorAll(selector: string): Iterable<{ open: boolean }>;
      };
    };
    document.documentElement.removeAttribute('data-view');
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

const evaluate = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;
const background = (page: Page): Promise<string> => evaluate(page, 'getComputedStyle(document.body).backgroundColor');
const width = (page: Page): Promise<number> => evaluate(page, 'document.documentElement.scrollWidth');
const go = (page: Page, hash: string): Promise<unknown> => evaluate(page, `location.hash = ${JSON.stringify(hash)}`);
const shown = async (page: Page): Promise<string[]> =>
  evaluate(page, '[...document.querySelectorAll("main > section.view")].filter((e) => e.checkVisibility()).map((e) => e.id)');

/** Boxes whose table is wider than they are, with whether a shadow at the edge says so. */
const CLIPPED = `[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => ({ name: e.ariaLabel, cue: (getComputedStyle(e).backgroundAttachment.match(/local/g) || []).length === 2 && getComputedStyle(e).backgroundImage.includes('linear-gradient') }))`;

/** Letters of shown pictures that lie outside of them. */
const CUT = `[...document.querySelectorAll('figure svg.plot')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  }).map((e) => e.textContent);
})`;

describe('the report in Chromium', () => {
  it.each(Object.keys(PAGES) as (keyof typeof PAGES)[])('%s: no error, no request, nothing out of view at any width', async (name) => {
    const { page, trouble } = await open(name, { width: 1440 });
    if (name !== 'many') await opened(page);
    for (const wide of [1440, 1024, 390, 320]) {
      await page.setViewportSize({ width: wide, height: 900 });
      if (wide === 1440) await unfold(page);
      expect(await width(page), `${wide}`).toBeLessThanOrEqual(wide);
      if (name === 'many' || wide === 320) continue;
      const clipped = await evaluate<{ name: string; cue: boolean }[]>(page, CLIPPED);
      expect(clipped.filter(({ cue }) => !cue)).toEqual([]);
      // Names without a place to break may need a table that scrolls, and say so.
      if (wide === 1440 && !['hostile', 'hostileMapped', 'endless'].includes(name)) expect(clipped).toEqual([]);
      expect(await evaluate(page, CUT)).toEqual([]);
    }
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('runs nothing that is in the data', async () => {
    const { page, trouble } = await open('hostileMapped', { width: 390 });
    await go(page, '#queries');
    await opened(page);
    await page.locator('#explorer button.doc').first().click();
    await page.locator('#explorer .note').first().fill('<img src=x onerror=alert(1)>');
    await page.locator('#explorer-find').fill('<img src=x onerror=alert(1)>');
    await unfold(page);
    await page.locator('#map-find').fill('window.pwned');
    await page.locator('#map-find').press('Enter');
    expect(await page.locator('#map-choice .about-document').innerText()).toContain('<script>window.pwned=1</script>');
    expect(await evaluate(page, 'window.pwned')).toBeUndefined();
    expect(await evaluate(page, 'document.querySelectorAll("img, iframe, object, embed, form, a[href^=javascript]").length')).toBe(0);
    expect(
      await evaluate(page, '[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => /^on/.test(a.name))).length'),
    ).toBe(0);
    expect(await width(page)).toBeLessThanOrEqual(390);
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
});

describe('the three views', () => {
  it('are one at a time, by address; a link into one opens it', async () => {
    const { page } = await open('mapped');
    expect(await shown(page)).toEqual(['decision']);
    await page.locator('nav.views a', { hasText: 'Queries' }).click();
    expect(await shown(page)).toEqual(['queries']);
    expect(await page.locator('nav.views a[aria-current=page]').innerText()).toContain('Queries');
    await go(page, '#ways');
    await page.locator('#ways[open]').waitFor();
    expect(await shown(page)).toEqual(['evidence']);
    expect((await page.locator('#ways').boundingBox())?.y).toBeLessThan(200);
    await page.goBack();
    expect(await shown(page)).toEqual(['queries']);
    await page.context().close();
  });

  it.each(['pass', 'fail', 'inconclusive'] as const)(
    '%s: the first screen says whether, why and what to do; the decision is under two screens',
    async (name) => {
      const { page } = await open(name, { width: 1440 });
      for (const place of ['.banner .merge', '.banner .headline', '#checks', ...(name === 'fail' ? ['.steps li'] : [])])
        expect(((await page.locator(place).first().boundingBox())?.y ?? 9_999) + 20).toBeLessThan(900);
      expect(await evaluate<number>(page, 'document.documentElement.scrollHeight')).toBeLessThanOrEqual(1800);
      await page.context().close();
    },
  );

  it('are one page without scripts, and on paper, in light colours', async () => {
    const bare = await open('fail', { scripts: false });
    expect(await shown(bare.page)).toEqual(['decision', 'queries', 'evidence']);
    expect(await bare.page.locator('#explorer').isVisible()).toBe(false);
    expect(await bare.page.locator('.actions').isVisible()).toBe(false);
    const query = bare.page.locator('#ends details.query').first();
    await query.locator('summary').click();
    expect(await query.locator('table').isVisible()).toBe(true);
    await bare.page.locator('#quality button.term').first().click();
    expect(await bare.page.locator('#metric-nDCG').isVisible()).toBe(true);
    expect(bare.trouble).toEqual([]);
    await bare.page.context().close();
    const { page } = await open('fail', { dark: true });
    await page.emulateMedia({ media: 'print' });
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    expect(await shown(page)).toEqual(['decision', 'queries', 'evidence']);
    expect(await page.locator('nav.views').isVisible()).toBe(false);
    expect(await page.locator('#ends .end:first-child table').filter({ visible: true }).count()).toBe(3);
    expect(await page.locator('details.screen-only > .folded').filter({ visible: true }).count()).toBe(0);
    // A4 less its margins, in CSS pixels: no table is cut at the edge.
    await page.setViewportSize({ width: 695, height: 1000 });
    expect(
      Math.max(
        ...(await evaluate<number[]>(page, '[...document.querySelectorAll("table")].map((table) => table.getBoundingClientRect().right)')),
      ),
    ).toBeLessThanOrEqual(696);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
    await page.context().close();
  });

  it('have one main heading, levels without gaps, and a caption on every table', async () => {
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
});

describe('the queries', () => {
  const rows = (page: Page) => page.locator('#explorer details.query');
  const status = (page: Page) => page.locator('#explorer .status').innerText();

  it('filter by counters, slice, size and text, and all of it is in the address', async () => {
    const { page, trouble } = await open('fail');
    await go(page, '#queries');
    const { evaluation } = CASES.fail;
    const typos = evaluation.queries.slices.style?.filter((style) => style === 'typo').length ?? 0;
    await page.locator('#explorer-slice').selectOption('style=typo');
    expect(await status(page)).toBe(`${typos} of 120 queries.`);
    expect(page.url()).toContain('#queries?slice=style%3Dtypo');
    await page.locator('#explorer-slice').selectOption('');
    await page.locator('.counter.better').click();
    await page.locator('#explorer-sort').selectOption('gain');
    const gains = (await rows(page).locator('.delta').allInnerTexts()).map((text) => Number(text.replace(/[^\d.]/g, '')));
    expect(gains.length).toBeGreaterThan(2);
    expect(gains).toEqual([...gains].sort((a, b) => b - a));
    const address = page.url();
    const found = await status(page);
    expect(address).toContain('#queries?show=better&sort=gain');
    await page.goto('about:blank');
    await page.goto(address);
    expect(await status(page)).toBe(found);
    expect(await page.locator('.counter[aria-pressed=true]').innerText()).toContain('Better');
    await go(page, '#queries?find=q007');
    await page.locator('#explorer .status', { hasText: '1 of 120 queries.' }).waitFor();
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('open with both lists joined, relevant documents marked, and their text on demand', async () => {
    const { page, trouble } = await open('fail');
    await page.locator('.card a').first().click();
    const query = page.locator('#explorer details.query[open]');
    await query.locator('.ribbon').waitFor();
    expect(page.url()).toMatch(/#queries\?q=q\d+$/);
    expect(await query.locator('ol.old li').count()).toBe(10);
    expect(await query.locator('.lines path.worse').count()).toBeGreaterThan(0);
    await query.locator('li.relevant button.doc').first().click();
    expect(await query.locator('.about-document').innerText()).toMatch(/old: .*place \d+.*grade \d/);
    await go(page, '#q=q099');
    await page.locator('#explorer details.query[open] code', { hasText: /^q099$/ }).waitFor();
    await go(page, '#queries?q=nobody');
    await page.locator('#explorer .status', { hasText: 'does not have the query nobody' }).waitFor();
    expect(await evaluate(page, 'scrollY')).toBe(0);
    await page.setViewportSize({ width: 390, height: 900 });
    await go(page, '#queries');
    await rows(page).first().locator('summary').click();
    expect((await rows(page).first().boundingBox())?.height).toBeLessThan(900);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('keep marks and notes, survive a reload, and export them', async () => {
    const { page, trouble } = await open('fail');
    await go(page, '#queries');
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    const first = rows(page).first();
    await first.locator('.ribbon').waitFor();
    await first.locator('button', { hasText: 'Regression' }).click();
    await first.locator('.note').fill('the right article fell to 9');
    await page.locator('#explorer-reviewer').fill('ana');
    await rows(page).nth(1).locator('summary').focus();
    await page.keyboard.press('3');
    await page.reload();
    expect(await page.locator('.counter.marked').innerText()).toContain('2');
    await page.locator('.counter.marked').click();
    expect(await rows(page).count()).toBe(2);
    expect(await rows(page).first().locator('.said').innerText()).toBe('Regression, note');
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('button.export').click()]);
    const stored = JSON.parse(readFileSync(await download.path(), 'utf8')) as Record<string, unknown>;
    expect(download.suggestedFilename()).toMatch(/^review-[0-9a-f]{12}\.json$/);
    expect(stored).toMatchObject({ kind: 'cutover.review', schemaVersion: 1, evaluation: CASES.fail.verdict.evaluation, reviewer: 'ana' });
    expect((stored.marks as { mark: string; note: string }[]).map(({ mark, note }) => [mark, note])).toEqual([
      ['regression', 'the right article fell to 9'],
      ['judge', ''],
    ]);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('of 10,000 all filter, and what is not in the page is said where one looks for it', async () => {
    const { page, trouble } = await open('many');
    await go(page, '#queries?show=better&sort=gain');
    const better = Number((await page.locator('.counter.better strong').innerText()).replace(',', ''));
    await page.locator('#explorer .status', { hasText: `${better.toLocaleString('en')} of 10,000 queries.` }).waitFor();
    await rows(page).first().locator('summary').click();
    await rows(page).first().locator('.ribbon').waitFor();
    await go(page, '#queries?show=same');
    await rows(page).first().locator('summary').click();
    expect(await rows(page).first().innerText()).toContain('not on this page');
    await page.locator('.counter').first().click();
    await page.locator('#explorer-find').fill('9999');
    expect(await rows(page).count()).toBeGreaterThan(0);
    expect(trouble).toEqual([]);
    await page.context().close();
  });
});

describe('the evidence', () => {
  it('moves a threshold over the stored histograms', async () => {
    const { page } = await open('pass');
    await go(page, '#thresholds');
    const cells = () => page.locator('#slider tbody td').allInnerTexts();
    await page.locator('#slider-threshold').fill('0.30');
    expect(await cells()).toEqual(['100.0 %', '100.0 %', '100.0 %', '100.0 %']);
    await page.locator('#slider-threshold').fill('0.85');
    const [oldRelevant = 0, oldOther = 0, newRelevant = 0] = (await cells()).map((text) => Number.parseFloat(text));
    expect(oldRelevant).toBeGreaterThan(oldOther);
    expect(oldRelevant).toBeGreaterThan(newRelevant);
    await page.context().close();
  });

  it('rings on both maps what is chosen on one, with its neighbours', async () => {
    const { page, trouble } = await open('mapped');
    await go(page, '#diagnostics');
    await unfold(page);
    await page.locator('#map-find').fill('Article 37');
    await page.locator('#map-find').press('Enter');
    for (const side of ['old', 'new']) {
      expect(await page.locator(`svg.corpus[data-side=${side}] .picked .chosen`).count()).toBe(1);
      expect(await page.locator(`svg.corpus[data-side=${side}] .picked .near`).count()).toBe(5);
    }
    expect(await page.locator('#map-choice .about-document').innerText()).toContain('Article 37 keeps 2 of 5 nearest');
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('shows the narrow pictures on a telephone and the wide ones elsewhere', async () => {
    const { page } = await open('fail', { width: 390 });
    await go(page, '#quality');
    expect(await page.locator('#quality svg.narrow').isVisible()).toBe(true);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await page.locator('#quality svg.narrow').isVisible()).toBe(false);
    expect(await page.locator('#quality svg.wide').isVisible()).toBe(true);
    await page.context().close();
  });
});

describe('for everyone', () => {
  it.each([
    ['mapped', false],
    ['mapped', true],
    ['fail', true],
    ['noQrels', false],
    ['hostile', false],
  ] as const)('%s, dark %s: axe finds nothing, and letters have contrast', async (name, dark) => {
    const { page } = await open(name, { dark });
    await go(page, '#queries');
    await opened(page);
    // All three views with everything open, so that one look sees them all.
    await unfold(page);
    await thinOut(page);
    // In the dark, colours differ and nothing else.
    expect(await violations(page, dark ? ['color-contrast'] : [])).toEqual([]);
    expect(await evaluate<number>(page, CONTRAST)).toBeGreaterThanOrEqual(4.5);
    await page.context().close();
  });
});

/** Opens some queries, so that what scripts make is looked at too. */
async function opened(page: Page): Promise<void> {
  for (const summary of (await page.locator('#explorer details.query > summary').all()).slice(0, 2))
    await summary.evaluate((e) => (e as unknown as { click(): void }).click());
}

/** Least contrast ratio (WCAG 2.1) of texts on their nearest opaque background. */
const CONTRAST = `(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (let at = e; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const ratios = [...document.querySelectorAll('main *, header *, nav *')]
    .filter((e) => !e.closest('svg') && e.checkVisibility() && !e.closest('[disabled]') && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => { const a = light(rgb(getComputedStyle(e).color)); const b = light(behind(e)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
  return Math.min(...ratios);
})()`;
