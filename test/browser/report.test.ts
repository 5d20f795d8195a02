import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

/** Every fixture, and one of 20,000 queries with the same verdict. */
const PAGES = {
  ...CASES,
  mapped: full(CASES.pass),
  hostileMapped: full(CASES.hostile, HOSTILE),
  endless: { verdict: CASES.fail.verdict, evaluation: makeEvaluation({ hostile: ENDLESS, loss: 0.1, warnings: [ENDLESS] }) },
  nothing: NOTHING,
  longNames: longNames(CASES.fail),
  many: { verdict: CASES.fail.verdict, evaluation: makeEvaluation({ queries: 20_000, loss: 0.16 }) },
};
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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
    for (const summary of (await page.locator('#explorer summary').all()).slice(0, 3)) await summary.click();
    await page.locator('#explorer-find').fill('<img src=x onerror=alert(1)>');
    expect(await evaluate(page, 'document.querySelectorAll("img, iframe, object, embed, form, a[href^=javascript]").length')).toBe(0);
    expect(await evaluate(page, 'document.querySelectorAll("script").length')).toBe(2);
    expect(await evaluate(page, 'document.querySelectorAll("input").length')).toBe(1);
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
    expect(await page.locator('#explorer').isVisible()).toBe(false);
    expect(await page.locator('figure.plotted svg.wide').first().isVisible()).toBe(true);
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
    // A4 less its margins, in CSS pixels: no table is cut at the edge.
    await page.setViewportSize({ width: 688, height: 1000 });
    const edges = await evaluate<number[]>(
      page,
      '[...document.querySelectorAll("table")].map((table) => table.getBoundingClientRect().right)',
    );
    expect(edges.length).toBeGreaterThan(10);
    expect(Math.max(...edges)).toBeLessThanOrEqual(689);
    await page.context().close();
  });
});

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

describe('nothing is out of view', () => {
  it.each(['pass', 'fail', 'inconclusive', 'noQrels', 'mapped', 'longNames'] as const)(
    '%s: tables fit, or show that they scroll',
    async (name) => {
      for (const [width, dark] of [
        [1280, false],
        [1280, true],
        [1024, false],
      ] as const) {
        const { page } = await open(name, { width, dark });
        await unfold(page);
        expect(await page.locator('.scroll').count()).toBeGreaterThan(5);
        expect(await evaluate(page, CLIPPED)).toEqual([]);
        await page.context().close();
      }
      const { page } = await open(name, { width: 390 });
      await unfold(page);
      const clipped = await evaluate<{ name: string; cue: boolean }[]>(page, CLIPPED);
      expect(clipped.filter(({ cue }) => !cue)).toEqual([]);
      expect(clipped.map((table) => table.name).filter((table) => /rules|Slices that/i.test(table))).toEqual([]);
      await page.context().close();
    },
  );

  it('letters stay inside the pictures, with the slice and its field', async () => {
    for (const width of [1280, 390]) {
      const { page } = await open('longNames', { width });
      await unfold(page);
      expect(await evaluate(page, CUT)).toEqual([]);
      const names = await page
        .locator(`#slices svg.${width === 390 ? 'narrow' : 'wide'}`)
        .first()
        .textContent();
      for (const part of ['topic cluster =', 'query length =', 'page, comm', 'more than 16']) expect(names).toContain(part);
      await page.context().close();
    }
  });
});

describe('paper', () => {
  it('leaves out what only opens, says so, and breaks no card and no short table', async () => {
    const { page } = await open('fail');
    await page.emulateMedia({ media: 'print' });
    const left = page.locator('details.screen-only');
    expect(await left.count()).toBeGreaterThan(3);
    expect(await left.locator('> .folded').filter({ visible: true }).count()).toBe(0);
    expect(await evaluate(page, 'getComputedStyle(document.querySelector("details.screen-only > summary"), "::after").content')).toContain(
      'not printed',
    );
    expect(await page.locator('#worst details.query').filter({ visible: true }).count()).toBe(20);
    expect(await page.locator('#worst details.query .lists').filter({ visible: true }).count()).toBe(6);
    const words = await page.locator('#worst > p').innerText();
    expect(words).not.toContain('open one');
    expect(words).toContain('the first 6 with both result lists');
    const kept = (selector: string) => evaluate(page, `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).breakInside`);
    for (const selector of ['details.query', 'h2 + p', '#index-recall .scroll', 'figure']) expect(await kept(selector)).toBe('avoid');
    expect(await kept('#slices .scroll')).toBe('auto');
    await page.context().close();
  });

  it('frames both maps', async () => {
    const { page } = await open('mapped');
    const inside = await evaluate<boolean[]>(
      page,
      '[...document.querySelectorAll("svg.corpus > rect")].map((e) => { const b = e.getBBox(), v = e.ownerSVGElement.viewBox.baseVal; return b.x >= 0.5 && b.y >= 0.5 && b.x + b.width <= v.width - 0.5 && b.y + b.height <= v.height - 0.5; })',
    );
    expect(inside).toEqual([true, true]);
    await page.context().close();
  });
});

describe('data that nobody expects', () => {
  it.each(['endless', 'nothing', 'mapped', 'hostileMapped'] as const)('%s: no error, no request, no overflow', async (name) => {
    for (const width of [1280, 390]) {
      const { page, trouble } = await open(name, { width });
      await rowsOpened(page);
      await unfold(page);
      expect(await evaluate<number>(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await evaluate(page, 'document.querySelectorAll("section").length')).toBeGreaterThan(5);
      expect(trouble).toEqual([]);
      await page.context().close();
    }
  });

  it('titles that try to act are words when their document is chosen on the map', async () => {
    const { page, trouble } = await open('hostileMapped', { width: 390 });
    await page.locator('#map-find').fill('window.pwned');
    await page.locator('#map-find').press('Enter');
    expect(await page.locator('.about-document').innerText()).toContain('<script>window.pwned=1</script>');
    expect(await page.locator('svg.corpus .chosen').count()).toBe(2);
    expect(await evaluate(page, 'window.pwned')).toBeUndefined();
    expect(await evaluate<number>(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('ids with slashes, quotes and per cent signs can be linked to', async () => {
    const { page } = await open('endless', { width: 390 });
    const link = page.locator('#explorer details.query').nth(3);
    await link.locator('summary').click();
    const address = await link.locator('.folded a').first().getAttribute('href');
    await evaluate(page, `location.hash = ${JSON.stringify(address)}`);
    expect(await link.getAttribute('open')).not.toBeNull();
    expect(await page.locator('#explorer [role=status]').innerText()).toBe('120 queries');
    await page.context().close();
  });
});

describe('the query explorer', () => {
  const rows = (page: Page) => page.locator('#explorer details.query');
  const FAIL = CASES.fail.evaluation;

  it('stands in the place of the static list, worst first, and opens both lists', async () => {
    const { page, trouble } = await open('fail');
    expect(await page.locator('#worst').isVisible()).toBe(false);
    expect(await rows(page).count()).toBe(20);
    await page.locator('#explorer button.more').click();
    expect(await rows(page).count()).toBe(40);
    await rows(page).first().locator('summary').click();
    const lists = rows(page).first().locator('.list');
    // A query is drawn when it opens, which the page is told of a moment later.
    await lists.nth(1).waitFor();
    expect(await lists.count()).toBe(2);
    expect(await lists.first().locator('li').count()).toBe(10);
    expect(await lists.nth(1).innerText()).toContain('+ entered');
    expect(await rows(page).locator('mark').count()).toBeGreaterThan(0);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('sorts and filters by loss, slice and text', async () => {
    const { page } = await open('fail');
    const typos = FAIL.queries.slices.style?.filter((style) => style === 'typo').length ?? 0;
    await page.locator('#explorer-slice').selectOption({ label: 'typo' });
    expect(await page.locator('#explorer [role=status]').innerText()).toBe(`${typos} of 120 queries`);
    await page.locator('#explorer-slice').selectOption({ label: 'all slices' });
    await page.locator('#explorer-find').fill('q007');
    expect(await rows(page).count()).toBe(1);
    await page.locator('#explorer-find').fill('');
    await page.locator('#explorer-kind').selectOption('gained');
    await page.locator('#explorer-sort').selectOption('gain');
    const gains = (await rows(page).locator('.delta').allInnerTexts()).map((text) => Number(text.replace(/[^\d.]/g, '')));
    expect(gains.length).toBeGreaterThan(3);
    expect(gains).toEqual([...gains].sort((a, b) => b - a));
    await page.context().close();
  });

  it('opens the query that the address names, also when it changes', async () => {
    const { page } = await open('fail');
    await evaluate(page, 'location.hash = "q=q099"');
    const named = page.locator('#explorer details[open]');
    await named.locator('.lists').waitFor();
    expect(await named.count()).toBe(1);
    expect(await named.innerText()).toContain('Query q099');
    await evaluate(page, 'location.hash = "q=nobody"');
    await page.locator('#explorer [role=status]', { hasText: 'does not hold that query' }).waitFor();
    await page.context().close();
  });

  it('goes by keys: j, k, Enter, but not while typing', async () => {
    const { page } = await open('fail');
    for (const key of ['j', 'j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    expect(await rows(page).nth(1).getAttribute('open')).not.toBeNull();
    await page.locator('#explorer-find').focus();
    await page.keyboard.type('jk');
    expect(await page.locator('#explorer-find').inputValue()).toBe('jk');
    await page.context().close();
  });

  it('holds 20,000 queries: the page still opens and filters', async () => {
    const { page, trouble } = await open('many');
    expect(await rows(page).count()).toBe(20);
    await page.locator('#explorer-kind').selectOption('lost');
    expect(await rows(page).count()).toBe(20);
    expect(trouble).toEqual([]);
    await page.context().close();
  });
});

describe('the maps of the corpus', () => {
  it('ring on both what is chosen on one, with its neighbours', async () => {
    const { page, trouble } = await open('mapped');
    await page.locator('#map-find').fill('Article 37');
    await page.locator('#map-find').press('Enter');
    for (const side of ['old', 'new']) {
      const picked = page.locator(`svg.corpus[data-side=${side}] .picked`);
      expect(await picked.locator('.chosen').count()).toBe(1);
      expect(await picked.locator('.near').count()).toBe(5);
    }
    expect(await page.locator('.about-document').innerText()).toContain('Article 37 keeps 2 of 5 nearest');
    const map = page.locator('svg.corpus[data-side=old]');
    const spot = await page.locator('svg.corpus[data-side=old] .near').first().boundingBox();
    if (spot === null) throw new Error('The neighbour has no box.');
    await map.scrollIntoViewIfNeeded();
    const box = await page.locator('svg.corpus[data-side=old] .near').first().boundingBox();
    await page.mouse.click((box ?? spot).x + spot.width / 2, (box ?? spot).y + spot.height / 2);
    expect(await page.locator('.about-document').innerText()).not.toContain('Article 37 keeps');
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  it('are there without scripts, and side by side only where there is room', async () => {
    const { page } = await open('mapped', { scripts: false, width: 390 });
    expect(await page.locator('svg.corpus').first().isVisible()).toBe(true);
    expect(await page.locator('#map-choice').isVisible()).toBe(false);
    await page.context().close();
  });
});

describe('for everyone', () => {
  // Colours don't depend on the data, so the large page of hostile texts is looked at once.
  it.each([
    ['mapped', [false, true]],
    ['fail', [false, true]],
    ['noQrels', [true]],
    ['hostile', [false]],
  ] as const)('%s: axe finds nothing serious, in light and dark', async (name, schemes) => {
    for (const dark of schemes) {
      const { page } = await open(name, { dark });
      await rowsOpened(page);
      await evaluate(page, AXE);
      const found = await evaluate<{ id: string; impact: string; nodes: string[] }[]>(
        page,
        'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map((n) => n.html.slice(0, 200)) })))',
      );
      expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
      await page.context().close();
    }
  });

  it('marks in the contents what is being read', async () => {
    const { page } = await open('fail');
    const marked = page.locator('nav.contents a[aria-current]');
    expect(await marked.innerText()).toBe('Verdict');
    await evaluate(page, 'document.querySelector("#scores").scrollIntoView()');
    await page.locator('nav.contents a[aria-current]', { hasText: 'Scores' }).waitFor();
    expect(await marked.count()).toBe(1);
    await page.context().close();
  });

  it('keeps the contents in sight on a telephone, with what is being read among them', async () => {
    const { page } = await open('mapped', { width: 390 });
    await evaluate(page, 'document.querySelector("#cost").scrollIntoView()');
    const marked = page.locator('nav.contents a[aria-current]', { hasText: 'Cost' });
    await marked.waitFor();
    const [bar, link] = [await page.locator('nav.contents').boundingBox(), await marked.boundingBox()];
    expect(bar?.y).toBe(0);
    expect(link?.x).toBeGreaterThanOrEqual(0);
    expect((link?.x ?? 0) + (link?.width ?? 0)).toBeLessThanOrEqual(390);
    // The heading isn't hidden behind the bar.
    expect((await page.locator('#cost h2').boundingBox())?.y).toBeGreaterThanOrEqual(bar?.height ?? 0);
    await page.context().close();
  });

  it('shows the narrow pictures on a telephone and the wide ones elsewhere', async () => {
    for (const [width, shown, hidden] of [
      [390, 'narrow', 'wide'],
      [1280, 'wide', 'narrow'],
    ] as const) {
      const { page } = await open('fail', { width });
      expect(await page.locator(`#intervals svg.${shown}`).isVisible()).toBe(true);
      expect(await page.locator(`#intervals svg.${hidden}`).isVisible()).toBe(false);
      await page.context().close();
    }
  });
});

/** Opens some queries, so that what scripts make is looked at too. */
async function rowsOpened(page: Page): Promise<void> {
  for (const summary of (await page.locator('#explorer summary').all()).slice(0, 2)) await summary.click();
}

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
