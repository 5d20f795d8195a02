import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByOn, Evaluation, SidedColumn, Timings } from '../../src/model/evaluation.ts';
import { columnsOf, qualityOf } from '../../src/model/lookup.ts';
import type { Lead, RuleResult, Verdict } from '../../src/model/verdict.ts';
import { STATES } from '../../src/report/marks.ts';
import { count, decimal, estimate, signed } from '../../src/report/number.ts';
import type { QueryData } from '../../src/report/queries/data.ts';
import { Project } from '../e2e/project.ts';
import { knownNumbers, shownNumbers } from './known-numbers.ts';
import { sectionOf } from './page.ts';

/** A fail, an inconclusive rule, a waived one, a skipped one, slices, a consumer without labels: by construction, over real weights. */
const POLICY = `minimumNeeds: 5
resamples: 500
rules:
  - { metric: R@10, atLeast: 1 }
  - { metric: AP@10, nonInferior: 0.5 }
  - { metric: nDCG@10, nonInferior: 0.0001 }
  - { metric: nDCG@10, noHarm: 0.05, slices: declared }
  - { metric: P@1, atLeast: 1 }
  - { metric: annRecall@10, atLeast: 0.9, bound: lower }
  - { metric: untranslatedConsumers, atMost: 0 }
  - { metric: overlapLossOverNoise@3, atMost: 2, severity: warn, ifMissing: skip }
waivers:
  - { rule: P@1 atLeast 1, owner: search team, reason: known and accepted, expires: '2999-12-31' }
`;
const EXTRA = `production: { rebuilds: 0 }
consumers:
  - { name: cache, threshold: 0.93, pairs: query-query, among: nearest, keep: pass-rate }
projection: { documents: 3000000 }
`;

/** Grades of clicks on a part of a corpus: what weakens every number. */
const WEAK = {
  weakGrades: { source: 'clicks', rule: 'grade 1 from 3 clicks' },
  sample: {
    of: { name: 'all of it', hashes: { corpus: 'a'.repeat(64), queries: 'b'.repeat(64) }, documents: 4321, queries: 987 },
    seed: 7,
    judged: 12,
    neighbours: { k: 25, documents: 3 },
    drawn: 10,
    rest: 4306,
  },
};

/** The policy leads with another measure than the usual one: nothing may fall back to that. */
function leadOf({ lead }: Verdict): Lead {
  expect(lead).toEqual({ measure: 'AP@10', on: 'served', direction: 'higher' });
  return lead as Lead;
}

let project: Project;
let evaluation: Evaluation;
let verdict: Verdict;
let timings: Timings;
let text: Record<'report.html' | 'summary.md' | 'junit.xml' | 'report.sarif' | 'queries.csv', string>;

beforeAll(async () => {
  project = await Project.create(['billing'], 'cold');
  await project.write('policy.yaml', POLICY);
  await project.configure({ extra: EXTRA });
  await project.write('data/dataset.json', JSON.stringify(WEAK));
  const { code, stderr } = await project.run('run', '--as-of', '2026-01-31');
  expect(code, stderr).toBe(1);
  [evaluation, verdict, timings] = await Promise.all([
    project.json<Evaluation>('report/evaluation.json'),
    project.json<Verdict>('report/verdict.json'),
    project.json<Timings>('report/timings.json'),
  ]);
  const files = ['report.html', 'summary.md', 'junit.xml', 'report.sarif', 'queries.csv'] as const;
  text = Object.fromEntries(await Promise.all(files.map(async (file) => [file, await project.read('report', file)]))) as typeof text;
}, 120_000);

afterAll(async () => project?.remove());

/** White space of any kind as one blank; backticks, which the page sets as code, gone. */
const plainText = (value: string): string => value.replace(/[\s\u00a0`]+/g, (part) => (part.trim() === '' ? ' ' : '')).trim();

/** Rows of the tables of the page whose caption begins so, cell by cell. */
function pageRows(caption: string): string[][] {
  const { document } = parseHTML(text['report.html']);
  const tables = [...document.querySelectorAll('table')].filter((table) => table.querySelector('caption')?.textContent.startsWith(caption));
  return tables.flatMap((table) =>
    [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => plainText(cell.textContent ?? ''))),
  );
}

/** Rows of the Markdown table below a heading or summary, cell by cell. */
function markdownRows(after: string): string[][] {
  const table = text['summary.md']
    .slice(text['summary.md'].indexOf(after))
    .split('\n\n')
    .find((part) => part.startsWith('| '));
  return (table ?? '')
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => unescaped(cell)),
    );
}

/** Character references of the Markdown read. */
const unescaped = (cell: string): string =>
  plainText(
    cell
      .replace(/&#8203;/g, '')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .replace(/<\/?code>/g, ''),
  );

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function csvTable(): Table {
  const [head = [], ...rows] = parse(text['queries.csv'], { record_delimiter: '\r\n' }) as string[][];
  return { head, rows };
}

/** A column of the CSV: a number, or null where the cell is empty. */
function csvColumn(name: string): (number | null)[] {
  const { head, rows } = csvTable();
  expect(head).toContain(name);
  return rows.map((row) => row[head.indexOf(name)] ?? '?').map((cell) => (cell === '' ? null : Number(cell)));
}

/** Mean of what is there, as the evaluation takes it. */
function meanOf(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((sum, value) => sum + value, 0) / there.length;
}

const bounds = ({ rule, interval }: RuleResult): string | null => {
  if (interval === null) return null;
  const write = 'margin' in rule ? signed : decimal;
  return `[${write(interval.lower)}, ${write(interval.upper)}]`;
};

describe('the evaluation', () => {
  it('has one of each: a fail, an inconclusive and a waived rule, one without value, parts that do not apply', () => {
    const outcomes = verdict.rules.map(({ outcome }) => outcome);
    for (const outcome of ['pass', 'fail', 'inconclusive', 'skipped'] as const) expect(outcomes, outcome).toContain(outcome);
    expect(verdict.waivers).toMatchObject([{ state: 'in-force' }]);
    expect(verdict.rules.filter(({ waiver }) => waiver !== undefined)).toHaveLength(1);
    expect(JSON.stringify(evaluation)).toContain('"notApplicable"');
    expect(evaluation.slices.length).toBeGreaterThan(3);
    expect(timings.entries['embed.new.document']?.items).toBe(evaluation.dataset.documents);
  });
});

describe('what weakens every number', () => {
  it('comes before the rules in page and summary, and in JUnit and SARIF, in the words of the verdict', () => {
    const cautions = verdict.cautions ?? [];
    expect(cautions.map(({ id }) => id)).toEqual(['weak-grades', 'sampled-corpus']);
    const { document } = parseHTML(text['report.html']);
    const boxes = [...document.querySelectorAll('#decision .callout')].map((box) => plainText(box.textContent ?? ''));
    const { runs } = JSON.parse(text['report.sarif']) as { runs: { properties: { cautions: string[] } }[] };
    expect(runs[0]?.properties.cautions).toEqual(cautions.map(({ title, text }) => `${title}: ${text}`));
    const first = text['report.html'].indexOf('id="checks"');
    for (const [i, { id, title, text: words }] of cautions.entries()) {
      const box = boxes.find((text) => text.includes(title));
      expect(box, `${i}`).toContain(plainText(words));
      expect(text['report.html'].indexOf(title)).toBeLessThan(first);
      const lines = text['summary.md'].split('\n');
      expect(lines.findIndex((line) => unescaped(line).includes(plainText(words)))).toBeLessThan(16);
      expect(lines.filter((line) => unescaped(line).includes(plainText(words)))).toHaveLength(1);
      expect(text['junit.xml']).toContain(`<property name="${id}" value="${title}: `);
      expect(verdict.headline).toContain(`${title}.`);
    }
  });

  it('is the fact that the evaluation has from the data set', () => {
    const { sample, weakGrades } = evaluation.dataset;
    expect({ weakGrades, sample }).toEqual(WEAK);
    const facts = plainText(sectionOf(text['report.html'], 'data').replace(/<[^>]+>/g, ' '));
    expect(facts).toContain(WEAK.weakGrades.rule);
    expect(facts).toContain('12 judged, 3 more among the old version’s first 25, 10 drawn of the other 4,306 with seed 7');
  });
});

describe('every rule', () => {
  const name = ({ rule, slice }: RuleResult): string => (slice === null ? rule.metric : `${slice.field} = ${slice.value} ${rule.metric}`);

  it('is in the page once, with state, measure, estimate and interval of verdict.json', () => {
    const { document } = parseHTML(text['report.html']);
    const rows = [...document.querySelectorAll('details.check > summary')].map((row) => plainText(row.textContent ?? ''));
    expect(rows).toHaveLength(verdict.rules.length);
    for (const result of verdict.rules) {
      const mine = rows.filter(
        (row) => row.startsWith(`${STATES[result.state].words}: `) && row.includes(name(result)) && row.includes(bounds(result) ?? ''),
      );
      expect(mine.length, result.id).toBeGreaterThan(0);
    }
  });

  it('is in the summary with the same state, measure and interval', () => {
    const rows = unescaped(text['summary.md']).split('| ').join('|').split('|');
    for (const result of verdict.rules) {
      if (bounds(result) !== null)
        expect(
          rows.some((cell) => cell.includes(bounds(result) ?? '?')),
          result.id,
        ).toBe(true);
      expect(unescaped(text['summary.md'])).toContain(STATES[result.state].words);
    }
    expect(text['summary.md'].match(/^\| (?:✅|❌|❔|🔘|⚠️|➖) /gm)).toHaveLength(verdict.rules.length);
  });

  it('is a case of the JUnit file, red only where it decides, with bounds to the last digit', () => {
    const cases = [...text['junit.xml'].matchAll(/<testcase [^>]*name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
    expect(cases).toHaveLength(verdict.rules.length);
    for (const [i, result] of verdict.rules.entries()) {
      const [, name, body = ''] = cases[i] ?? [];
      expect(name).toBe(result.id);
      const mark = /^<(\w+)/.exec(body)?.[1] ?? 'passed';
      const red = result.outcome === 'fail' ? 'failure' : 'error';
      const passed = result.state === 'not-shown-safe' ? 'skipped' : 'passed';
      expect(mark, result.id).toBe(result.outcome === 'pass' ? passed : result.decides ? red : 'skipped');
      if (mark !== red) continue;
      expect(body).toContain(`Found: ${result.found}`);
      if (result.interval !== null) expect(body).toContain(`Bounds: ${result.interval.lower} to ${result.interval.upper}`);
    }
  });

  it('is a finding of the SARIF file where it did not pass, with the very numbers', () => {
    const { runs } = JSON.parse(text['report.sarif']) as { runs: { results: { properties: object; message: { text: string } }[] }[] };
    const open = verdict.rules.filter((result) => !['pass', 'skipped'].includes(result.state));
    expect(runs[0]?.results.map(({ properties }) => properties)).toEqual(
      open.map(({ outcome, decides, needs, old, new: fresh, difference, interval }, i) => ({
        state: open[i] === undefined ? '' : open[i].state,
        outcome,
        decides,
        needs,
        old,
        new: fresh,
        difference,
        interval,
      })),
    );
    for (const [i, { message }] of (runs[0]?.results ?? []).entries()) expect(message.text).toContain(open[i]?.found);
  });

  it('has the means that the CSV gives', () => {
    const compared = verdict.rules.filter(({ slice, rule, old }) => slice === null && old !== null && 'margin' in rule);
    expect(compared.length).toBeGreaterThan(0);
    // Rules count by need, the file holds queries: the difference of one need is the mean over its queries.
    for (const { rule, difference } of compared) {
      const differences = csvColumn(`${rule.metric} ${rule.on} difference`);
      const byNeed = new Map<string, (number | null)[]>();
      for (const [i, value] of differences.entries()) {
        const need = evaluation.queries.needs[i] ?? '';
        byNeed.set(need, [...(byNeed.get(need) ?? []), value]);
      }
      expect(meanOf([...byNeed.values()].map(meanOf))).toBeCloseTo(difference ?? Number.NaN, 10);
    }
  });
});

/** As many documents as are served where the configuration doesn't say. */
const SERVED = 10;

/** What a measure has values on: both, or only exact neighbours where it looks deeper than what is served; then the file has no column. */
function onOf(measure: string, byOn: Readonly<Partial<Record<'served' | 'exact', unknown>>>): readonly ('served' | 'exact')[] {
  const deeper = Number(measure.split('@')[1] ?? 0) > SERVED;
  expect(Object.keys(byOn).sort(), measure).toEqual(deeper ? ['exact'] : ['exact', 'served']);
  if (deeper) expect(csvTable().head.filter((name) => name.startsWith(`${measure} served`))).toEqual([]);
  return deeper ? ['exact'] : ['exact', 'served'];
}

describe('every metric', () => {
  const usual = (byOn: ByOn<SidedColumn>): SidedColumn | undefined => byOn.served ?? byOn.exact;
  const means = (column: SidedColumn | undefined): (string | null)[] =>
    column === undefined ? [] : [decimal(column.old.mean), decimal(column.new.mean)];

  it('of quality is the same in evaluation, CSV, page and summary', () => {
    const rows = [...pageRows('Quality, old'), ...pageRows('Quality on judged')];
    const summary = markdownRows('<summary>Quality');
    expect(rows).toHaveLength(Object.keys(qualityOf(evaluation)).length);
    for (const [measure, byOn] of Object.entries<ByOn<SidedColumn>>(qualityOf(evaluation))) {
      const row = rows.find(([first]) => first === measure) ?? [];
      expect(row.slice(1, 3), measure).toEqual(means(usual(byOn)));
      const column = usual(byOn);
      expect(row[3]).toContain(signed((column?.new.mean ?? 0) - (column?.old.mean ?? 0)));
      for (const on of onOf(measure, byOn))
        for (const side of ['old', 'new'] as const) {
          const values = csvColumn(`${measure} ${on} ${side}`);
          expect(values).toEqual(byOn[on]?.[side].perQuery);
          expect(meanOf(values) ?? Number.NaN).toBeCloseTo(byOn[on]?.[side].mean ?? Number.NaN, 12);
        }
      const short = summary.find(([first]) => first === measure);
      if (short !== undefined) expect(short.slice(1, 3), measure).toEqual(means(usual(byOn)));
    }
    expect(summary.length).toBeGreaterThan(3);
  });

  it('of result lists and index is the same in evaluation, CSV and page', () => {
    const rows = pageRows('Old and new result lists');
    expect(rows).toHaveLength(Object.keys(evaluation.neighbours).length);
    for (const [measure, byOn] of Object.entries(evaluation.neighbours)) {
      // As some measures go deeper than what is served, the table has a column for each.
      const row = rows.find(([first]) => first === measure) ?? [];
      const written = (on: 'served' | 'exact') => {
        const found = verdict.measures?.find((one) => one.measure === measure && one.on === on);
        return estimate(byOn[on]?.mean ?? null, found?.interval ?? null, decimal);
      };
      expect(row.slice(2), measure).toEqual([written('served'), written('exact')]);
      expect(row[3], measure).toMatch(/\[.+, .+\]$/);
      for (const on of onOf(measure, byOn)) expect(csvColumn(`${measure} ${on}`)).toEqual(byOn[on]?.perQuery);
    }
    expect(rows.filter((row) => row[2] === 'n/a').map(([first]) => first)).toContain('rbo@50');
    const served = pageRows('Served against exact');
    for (const [measure, column] of Object.entries(evaluation.index)) {
      expect(served.find(([first]) => first === measure)?.slice(1, 3), measure).toEqual([
        decimal(column.old.mean),
        decimal(column.new.mean),
      ]);
      expect(csvColumn(`${measure} new`)).toEqual(column.new.perQuery);
    }
  });
});

describe('every slice', () => {
  it('has the means in the page that its rows of the CSV give', () => {
    const { head, rows } = csvTable();
    const { measure, on } = leadOf(verdict);
    const shown = pageRows('Slices by ');
    expect(shown).toHaveLength(evaluation.slices.length);
    for (const { field, value, automatic, queries, needs } of evaluation.slices) {
      const row = shown.find(([first]) => first?.replace(/ \([\w ]+\)$/, '') === plainText(`${field} = ${value}`));
      const at = head.indexOf(`${automatic ? 'automatic slice' : 'slice'} ${field}`);
      const members = rows.flatMap((cells, i) => (cells[at] === value ? [i] : []));
      const mean = (side: string): number | null => {
        const values = csvColumn(`${measure} ${on} ${side}`);
        const needs = [...new Set(members.map((i) => evaluation.queries.needs[i]))];
        const own = (need: string | undefined) => members.filter((i) => evaluation.queries.needs[i] === need);
        return meanOf(needs.map((need) => meanOf(own(need).map((i) => values[i] ?? null))));
      };
      expect(row?.slice(1, 5), `${field}=${value}`).toEqual([count(queries), count(needs), decimal(mean('old')), decimal(mean('new'))]);
    }
  });

  it('that the summary names as worst has the numbers of the page', () => {
    const page = pageRows('Slices by ');
    const summary = text['summary.md'].includes('### Slices that lost most') ? markdownRows('### Slices that lost most') : [];
    for (const cells of summary) {
      const row = page.find(([first]) => first === cells[0]);
      expect(row?.slice(1, 5)).toEqual(cells.slice(1, 5));
    }
  });
});

/** A block of data for the page's script. */
function block<T>(id: string): T {
  const json = new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(text['report.html'])?.[1];
  return JSON.parse(json ?? 'null') as T;
}

describe('what the page’s script and pictures show', () => {
  const fourth = (value: number): number => Math.round(value * 10_000) / 10_000;
  const thousandth = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000));

  it('in the list of queries are the values, lists, scores and grades of each query', () => {
    const data = block<QueryData>('query-data');
    const { ids } = evaluation.queries;
    const { lists, grades, documents: shown } = evaluation.shown;
    const lead = columnsOf(evaluation, leadOf(verdict));
    expect([...data.ids].sort()).toEqual([...ids].sort());
    for (const [row, id] of data.ids.entries()) {
      const i = ids.indexOf(id);
      const [old, fresh] = [lead?.old.perQuery[i] ?? null, lead?.new.perQuery[i] ?? null];
      expect([data.old[row], data.new[row]]).toEqual([thousandth(old), thousandth(fresh)]);
      const [before = [], after = [], oldScores = [], newScores = [], flat = []] = data.lists[row] ?? [];
      const told = new Map(flat.flatMap((document, place) => (place % 2 === 0 ? [[document, flat[place + 1]]] : [])));
      for (const [side, list, scores] of [
        ['old', before, oldScores],
        ['new', after, newScores],
      ] as const) {
        const expected = lists[i]?.[side] ?? [];
        expect(list.map((document) => data.documents[document]?.[0])).toEqual(expected.map((document) => shown.ids[document]));
        expect(scores).toEqual((lists[i]?.[`${side}Scores`] ?? []).map(fourth));
        expect(list.map((document) => told.get(document) ?? null)).toEqual(expected.map((document) => grades[i]?.[document] ?? null));
      }
    }
  });

  it('in the pictures of checks lie where the verdict’s numbers put them, on one scale', () => {
    const drawn = verdict.rules.filter(({ rule, difference, interval }) => 'margin' in rule && difference !== null && interval !== null);
    const { document } = parseHTML(text['report.html']);
    const bars = [...document.querySelectorAll('svg.interval')].filter((svg) => svg.querySelector('line.zero') !== null);
    expect(bars).toHaveLength(drawn.length);
    const spots = bars.map((svg) => {
      const label = svg.getAttribute('aria-label') ?? '';
      const mine = drawn.find((result) => label.includes(bounds(result) ?? '?'));
      return { at: Number(svg.querySelector('line.bar')?.getAttribute('x1')), value: mine?.interval?.lower ?? Number.NaN };
    });
    const inside = spots.filter(({ at }) => at > 8 && at < 232).sort((a, b) => a.value - b.value);
    expect(inside.length).toBeGreaterThan(2);
    const [first, last] = [inside[0], inside.at(-1)];
    if (first === undefined || last === undefined) throw new Error('Nothing is drawn.');
    for (const { at, value } of inside)
      expect(at).toBeCloseTo(first.at + ((value - first.value) / (last.value - first.value)) * (last.at - first.at), 0);
  });

  it('say no number of three digits that the evaluation does not have', () => {
    // The waterfall's axis has ticks of four digits; its own numbers stand in the table beside it.
    const page = text['report.html'].replace(/<details class="part" id="(?:causes|index)"[\s\S]*?(?=<details class="part")/g, '');
    const words = [...page.matchAll(/<svg class="plot [\s\S]*?<\/svg>/g)].map(([svg]) => svg.replace(/ (?!aria-label)[\w-]+="[^"]*"/g, ''));
    const numbers = words.join(' ').match(/(?<![\w.])[−+]?\d+\.\d{3,}(?![\w.])/g) ?? [];
    const { isKnown } = knownNumbers({ evaluation, verdict, timings });
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers.filter((number) => !isKnown(number))).toEqual([]);
  });
});

describe('nothing that evaluation and verdict do not say', () => {
  it.each(['report.html', 'summary.md'] as const)('%s shows no number that evaluation, verdict and timings do not give', (file) => {
    const shown = shownNumbers(text[file]);
    expect(shown.length).toBeGreaterThan(100);
    const { isKnown } = knownNumbers({ evaluation, verdict, timings });
    expect(shown.filter((number) => !isKnown(number))).toEqual([]);
  });
});
