import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { MARKDOWN_LIMIT } from '../../src/report/formats/markdown.ts';
import { FORMATS } from '../../src/report/formats/registry.ts';
import { makeEvaluation, TIMINGS } from './fixture.ts';
import { CASES, type Case, HOSTILE } from './fixture-verdicts.ts';
import { knownNumbers, shownNumbers } from './known-numbers.ts';
import { render, textOf } from './page.ts';

const cases = Object.entries(CASES) as [string, Case][];

/** Control and format characters, lone surrogates; joiners inside the fixture's emoji are meant. */
const ACTING = /(?![\n\t\u200D])[\p{Cc}\p{Cf}\p{Cs}]/u;

/** Formats of sentences; the others are for machines and keep full precision: see machine-formats.test.ts. */
const PROSE = ['html', 'markdown'];

describe.each(FORMATS.map(({ id }) => id))('%s', (format) => {
  it('is a pure function: the same input gives the same bytes', () => {
    for (const [, value] of cases) {
      const again = structuredClone(value);
      expect(render(format, again, structuredClone(TIMINGS))).toBe(render(format, value));
    }
  });

  it.runIf(PROSE.includes(format))('shows no number that is not in evaluation, verdict or timings', () => {
    for (const [, value] of cases.filter(([name]) => name !== 'hostile')) {
      const { isKnown } = knownNumbers({ ...value, timings: TIMINGS });
      const shown = shownNumbers(render(format, value));
      expect(shown.length).toBeGreaterThan(10);
      expect(shown.filter((text) => !isKnown(text))).toEqual([]);
    }
  });

  it('refuses an evaluation whose parts do not fit together', () => {
    const { evaluation, verdict } = CASES.pass;
    const short: Evaluation = { ...evaluation, queries: { ...evaluation.queries, texts: [] } };
    expect(() => render(format, { evaluation: short, verdict })).toThrow(/queries\.texts has 0 entries for 120 queries/);
    const lists = evaluation.shown.lists.map((list) => ({ ...list, old: [9999], oldScores: [1] }));
    const foreign: Evaluation = { ...evaluation, shown: { ...evaluation.shown, lists } };
    if (format === 'html') expect(() => render(format, { evaluation: foreign, verdict })).toThrow(RangeError);
  });

  it('holds without versions, search, slices, consumers, values and timings', () => {
    const { evaluation, verdict } = CASES.noQrels;
    const bare: Evaluation = {
      ...evaluation,
      versions: null,
      search: null,
      slices: [],
      consumers: [],
      values: {},
      scores: [],
      neighbours: {},
      index: {},
      metrics: {},
    };
    const bytes = render(format, { evaluation: bare, verdict }, null);
    // Formats for machines say it in attributes.
    const text = PROSE.includes(format) ? textOf(bytes) : bytes;
    expect(text).toContain(format === 'csv' ? 'query,need,judged' : verdict.headline);
  });
});

describe('html', () => {
  it('allows nothing but its own style and script, by hash', () => {
    const page = render('html', CASES.pass);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const hash = (text: string): string => createHash('sha256').update(text).digest('base64');
    expect(policy.replace(/&#39;/g, "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash(style)}'; script-src 'sha256-${hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<script(?! type="application\/json" id="[\w-]+">)/g)).toHaveLength(1);
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|fetch|XMLHttp|<[/!]|import\(/);
    expect(page.replace(/<script[\s\S]*?<\/script>/g, '')).not.toMatch(/\sstyle=|\son\w+=/i);
    expect(style).not.toMatch(/url\(|@import/);
  });

  it('lets hostile text neither open a tag nor leave an attribute', () => {
    const page = render('html', CASES.hostile);
    expect(page).toContain('&lt;script&gt;window.pwned=1&lt;/script&gt;');
    // Attribute values hold no angle bracket, so each match is a whole tag.
    const tags = new Set([...page.matchAll(/<(\/?[a-zA-Z!][^\s>]*)([^>]*)>/g)].map((match) => match[1]?.toLowerCase()));
    const calm = new Set(
      [...render('html', CASES.fail).matchAll(/<(\/?[a-zA-Z!][^\s>]*)([^>]*)>/g)].map((match) => match[1]?.toLowerCase()),
    );
    expect([...tags].filter((tag) => !calm.has(tag))).toEqual([]);
    expect(page.match(ACTING)).toBeNull();
    expect(page).not.toMatch(/href="(?!#|https:\/\/doi\.org\/|data:,")/);
  });

  it('pastes hostile consumer names as YAML that reads back', async () => {
    const { parse } = await import('yaml');
    const page = render('html', CASES.hostile);
    const line = /<pre tabindex="0"><code>([\s\S]*?)<\/code>/.exec(page)?.[1] ?? '';
    const [consumer] = parse(textOf(line).trim()) as [{ name: string; accepted: number }];
    expect(consumer.name).toBe(HOSTILE);
    expect(consumer.accepted).toBe(0.6812345);
  });

  it('stays small: texts of shown documents only', () => {
    const page = render('html', { ...CASES.fail, evaluation: makeEvaluation({ queries: 1000, loss: 0.1 }) });
    expect(page.length).toBeLessThan(3_000_000);
  });
});

describe('markdown', () => {
  const summary = (value: Case): string => render('markdown', value);

  it('has verdict, warnings, next steps, checks, queries and slices, then folded details', () => {
    const text = summary(CASES.fail);
    const order = [
      '## ❌ Fail',
      'mean pooling',
      '### What to do next',
      '### Checks',
      '### What users will notice',
      '### Slices that lost most',
      '<summary>Quality',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(summary(CASES.pass)).toContain('## ✅ Pass');
    expect(summary(CASES.noQrels)).toContain('**Quality was not measured**');
  });

  it('escapes hostile text: no link, image, mention, tag, extra cell or table row', () => {
    // What stands between fences is shown as it is and acts on nothing.
    const text = summary(CASES.hostile).replace(/^(`{3,})$[\s\S]*?^\1$/gm, '');
    expect(text).not.toMatch(/\]\(|https?:\/\/|<script|<img|<svg|<a |(?<!\w)@\w|\*\*b\*\*/);
    expect(text.replaceAll('&#8203;', '').match(ACTING)).toBeNull();
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    const tables = text.split(/\n\n/).filter((part) => part.startsWith('| '));
    expect(tables.length).toBeGreaterThan(4);
    for (const table of tables) {
      const cells = table.split('\n').map((line) => line.split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  it('stays under the limit whatever the data', () => {
    const long = '`|&<@[*'.repeat(2_000);
    const { verdict } = CASES.hostile;
    const rules = [...Array(50).keys()].flatMap(() => verdict.rules.map((rule) => ({ ...rule, expected: long, found: long, next: long })));
    const text = summary({
      evaluation: makeEvaluation({ hostile: long, loss: 0.2, warnings: [long, long, long, long, long, long], accepted: 'none' }),
      verdict: {
        ...verdict,
        headline: long,
        reasons: [...Array(50).keys()].map((i) => long + i),
        rules: rules.map((rule, i) => ({ ...rule, next: `${rule.next}${i}` })),
      },
    });
    expect(text.length).toBeLessThan(MARKDOWN_LIMIT);
    expect(text).toMatch(/\nLeft out for length: [^.]*checks[^.]*\. The full report has them\.\n$/);
    expect(text).not.toContain('### Checks');
    expect(render('markdown', CASES.fail)).not.toContain('Left out');
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    expect(text).toContain('## ');
  });

  it('says the same as the page', () => {
    for (const [, value] of cases.filter(([name]) => name !== 'hostile')) {
      const page = textOf(render('html', value));
      const rows = summary(value).match(/[−+]\d+\.\d{3}/g) ?? [];
      if (!('notApplicable' in value.evaluation.quality)) expect(rows.length).toBeGreaterThan(2);
      for (const number of rows) expect(page).toContain(number);
    }
  });
});
