import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EfSearchSweep } from '../../src/model/studies.ts';
import type { RuleResult } from '../../src/model/verdict.ts';
import { densityPictures, histogram } from '../../src/report/charts/densities.ts';
import { intervalAxis, intervalChart, sharedScale } from '../../src/report/charts/interval.ts';
import { overlapChart } from '../../src/report/charts/overlap.ts';
import { recallChart } from '../../src/report/charts/recall.ts';
import { scatter } from '../../src/report/charts/scatter.ts';
import { waterfall } from '../../src/report/charts/waterfall.ts';
import { drawing } from '../../src/report/html.ts';
import { CASES } from './fixture-verdicts.ts';
import { render } from './page.ts';

const [first] = CASES.pass.verdict.rules;
if (first === undefined || first.rule.kind !== 'nonInferior') throw new Error('The fixture begins with a nonInferior rule.');
const result: RuleResult = first;
const rule = first.rule;

const attribute = (svg: string, element: string, name: string): number =>
  Number(new RegExp(`<${element}[^>]* ${name}="([^"]*)"`).exec(svg)?.[1]);
const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;
/** The picture for wide screens: the first of the two. */
const wide = (figure: unknown): string => String(figure).split('</svg>')[0] ?? '';

describe('drawing', () => {
  it('keeps known elements and attributes and escapes the rest of the way', () => {
    const attributes = [
      ['x', '"><script>'],
      ['onload', 'x()'],
      ['style', 'x'],
      ['id', 'x'],
      ['href', 'x'],
    ] as const;
    expect(drawing({ name: 'text', attributes, children: ['<b>'] }).toString()).toBe('<text x="&quot;&gt;&lt;script&gt;">&lt;b&gt;</text>');
    for (const name of ['script', 'style', 'foreignObject', 'a', 'image', 'use'])
      expect(drawing({ name, attributes: [], children: ['x'] }).toString()).toBe('');
  });
});

describe('intervalChart', () => {
  it('sets limit, bounds and dot in their order, inside the picture, on the scale that all share', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true });
    const one = fc.tuple(value, fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.2, noNaN: true }));
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (drawn) => {
        const results = drawn.map(([difference, half, margin]) => ({
          ...result,
          rule: { ...rule, margin },
          difference,
          interval: { lower: difference - half, upper: difference + half, confidence: 0.95, method: 'gaffke' as const },
        }));
        const scale = sharedScale(results);
        const limits = results.map((each) => {
          const svg = String(intervalChart(each, scale));
          const dot = attribute(svg, 'circle', 'cx');
          const limit = attribute(svg, 'line class="limit"', 'x1');
          const [from, to] = [attribute(svg, 'line class="bar"', 'x1'), attribute(svg, 'line class="bar"', 'x2')];
          for (const x of [dot, limit, from, to]) {
            expect(x).toBeGreaterThanOrEqual(0);
            expect(x).toBeLessThanOrEqual(240);
          }
          expect(from).toBeLessThanOrEqual(dot);
          expect(dot).toBeLessThanOrEqual(to);
          if (each.difference < -each.rule.margin) expect(dot).toBeLessThanOrEqual(limit);
          else expect(dot).toBeGreaterThanOrEqual(limit);
          return { margin: each.rule.margin, limit };
        });
        // One scale: a wider margin lies further left.
        limits.sort((a, b) => a.margin - b.margin);
        for (const [i, { limit }] of limits.entries()) expect(limit).toBeLessThanOrEqual(limits[i - 1]?.limit ?? 240);
      }),
    );
  });

  it('says in words what it shows, and has another shape for each state', () => {
    const interval = { lower: -0.005, upper: 0.009, confidence: 0.95, method: 'gaffke' as const };
    const shown = { ...result, difference: 0.0021, interval };
    const scale = sharedScale([shown]);
    const words = '+0.002 [−0.005, +0.009]; limit −0.020';
    for (const part of [`aria-label="${words}"`, `<title>${words}</title>`]) expect(String(intervalChart(shown, scale))).toContain(part);
    const shapes = (['pass', 'fail', 'inconclusive'] as const).map(
      (outcome) => /<(\w+) class="dot/.exec(String(intervalChart({ ...shown, state: outcome }, scale)))?.[1],
    );
    expect(shapes).toEqual(['circle', 'rect', 'path']);
    expect(String(intervalAxis({ low: -0.1, high: 0.02 }))).toContain('>−0.100</text>');
  });

  it('draws shares from 0 to 1, shaded on the bad side, and nothing for counts or without a value', () => {
    const limit = {
      metric: 'annRecall@10',
      on: 'served',
      severity: 'fail',
      ifMissing: 'fail',
      kind: 'atLeast',
      limit: 0.98,
      bound: 'estimate',
    } as const;
    const svg = String(intervalChart({ ...result, rule: limit, new: 1, interval: null }, null));
    expect(svg).toContain('aria-label="1.000; at least 0.98"');
    // Its own scale is named at both ends, so that nobody reads it by the axis of differences.
    expect([...svg.matchAll(/<text class="end"[^>]*>([^<]*)</g)].map(([, text]) => text)).toEqual(['0', '1']);
    expect(attribute(svg, 'rect class="bad"', 'x')).toBe(20);
    expect(attribute(svg, 'rect class="bad"', 'width')).toBeCloseTo(0.98 * 200, 1);
    expect(intervalChart({ ...result, rule: { ...limit, kind: 'atMost', limit: 0 }, new: 0, interval: null }, null)).toBeNull();
    expect(intervalChart({ ...result, rule: limit, new: null, interval: null }, null)).toBeNull();
    expect(intervalChart({ ...result, difference: null }, { low: 0, high: 1 })).toBeNull();
  });
});

describe('histogram', () => {
  const [shift] = CASES.pass.evaluation.scores;
  if (shift === undefined) throw new Error('The fixture has scores.');

  it('draws both sides over the same bins', () => {
    const svg = String(histogram(shift)).split('</svg>')[0] ?? '';
    const curve = (colour: string): string => new RegExp(`stroke="var\\(--${colour}\\)"[^>]*><path d="([^"]*)"`).exec(svg)?.[1] ?? '';
    // Two corners a bin, and one at each end on the base line.
    for (const side of ['old', 'new']) expect(curve(side).match(/[ML]/g)).toHaveLength(2 * shift.histogram.old.length + 2);
    // The filled area is as high as its outline: nothing is stacked.
    const heights = (path: string): number[] => [...path.matchAll(/[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
    const area = /fill="var\(--new\)"[^>]*><path d="([^"]*)"/.exec(svg)?.[1] ?? '';
    expect(Math.min(...heights(area))).toBe(Math.min(...heights(curve('new'))));
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('leaves out what has no bins, and bears an empty side', () => {
    expect(histogram({ ...shift, histogram: { edges: [], old: [], new: [] } })).toBeNull();
    expect(String(histogram({ ...shift, histogram: { edges: [0, 1], old: [0], new: [0] } }))).not.toMatch(/NaN|Infinity/);
  });
});

describe('scatter', () => {
  it('draws equal queries as one dot, losses and gains in colours that everybody tells apart', () => {
    const svg = wide(scatter('nDCG@10', [1, 1, 0.5, 0.2, null], [1, 1, 0.1, 0.9, 1], ''));
    expect(count(svg, /<circle/g)).toBe(3);
    expect(count(svg, /<circle[^>]*fill="var\(--worse\)"/g)).toBe(1);
    expect(count(svg, /<circle[^>]*fill="var\(--better\)"/g)).toBe(1);
    expect(svg).toContain('<title>2 queries: 1.00 → 1.00</title>');
  });

  it('stays small for 20,000 queries', () => {
    const values = [...Array(20_000).keys()].map((i) => (i % 997) / 996);
    const other = values.map((value, i) => Math.max(0, value - (i % 7) / 100));
    expect(String(scatter('m', values, other, '')).length).toBeLessThan(2_000_000);
    expect(scatter('m', [null], [1], '')).toBeNull();
  });
});

describe('overlap, recall, densities', () => {
  it('show the noise floor only where it was measured', () => {
    expect(String(overlapChart('overlap@10', [1, 0.8, null], 0.1, ''))).toContain('noise floor');
    expect(String(overlapChart('overlap@10', [1, 0.8, null], null, ''))).not.toContain('noise floor');
    expect(overlapChart('overlap@10', [null], 0.1, '')).toBeNull();
  });

  it('draw recall of both indexes at each efSearch', () => {
    const points = [
      { efSearch: 10, old: 0.9, new: 0.92 },
      { efSearch: 80, old: 0.99, new: null },
    ];
    const sweep: EfSearchSweep = { k: 10, configured: 40, points };
    const svg = wide(recallChart(sweep));
    expect(count(svg, /<circle/g)).toBe(3);
    for (const name of ['old', 'new']) expect(svg).toContain(`>${name}</text>`);
    expect(svg).toContain('<title>new, efSearch 10: 0.920</title>');
    for (const value of [10, 40, 80]) expect(svg).toContain(`>${value}</text>`);
    expect(recallChart({ ...sweep, points: [] })).toBeNull();
  });

  it('name each threshold in the version that it belongs to', () => {
    const [consumer] = CASES.fail.evaluation.consumers;
    if (consumer === undefined) throw new Error('The fixture has a consumer.');
    const drawn = densityPictures({ ...CASES.fail.evaluation, consumers: [consumer] });
    const [old = '', fresh = ''] = String(drawn).split('</figure>');
    expect(old).toContain('rag-floor 0.8500');
    expect(old).not.toContain('proposed');
    expect(fresh).toContain('rag-floor, proposed 0.6812');
    for (const part of [old, fresh]) for (const name of ['relevant pairs', 'other pairs']) expect(part).toContain(`>${name}</text>`);
  });

  it('answer a pointer wherever a mark is one thing', () => {
    const page = render('html', CASES.pass);
    for (const label of ['nDCG@10 of each query', 'Queries by overlap@10'])
      expect(page.slice(page.indexOf(`aria-label="${label}`)).split('</svg>')[0]).toContain('<title>');
  });
});

describe('waterfall', () => {
  it('sets each bar where the last one ended, inside the picture', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(value, fc.array(value, { minLength: 1, maxLength: 7 }), (start, parts) => {
        const end = parts.reduce((sum, part) => sum + part, start);
        const svg = String(
          waterfall({
            title: 't',
            start: { label: 'a', value: start },
            parts: parts.map((part, i) => ({ label: `p${i}`, value: part })),
            end: { label: 'z', value: end },
          }),
        );
        const wide = svg.split('</svg>')[0] ?? '';
        const bars = [...wide.matchAll(/<rect [^>]*>/g)].map(([tag]) =>
          ['x', 'width'].map((name) => Number(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1])),
        );
        expect(bars).toHaveLength(parts.length);
        let joint = Number(/stroke-width="3"[^>]*><line [^>]* x1="([\d.]+)"/.exec(wide)?.[1]);
        for (const [i, [left = NaN, width = NaN]] of bars.entries()) {
          const right = left + width;
          expect(left).toBeGreaterThanOrEqual(170);
          expect(right).toBeLessThanOrEqual(640);
          const gains = (parts[i] ?? 0) >= 0;
          // Coordinates are rounded to a hundredth; a bar too short to see still has a width.
          expect(Math.abs((gains ? left : right) - joint)).toBeLessThanOrEqual(0.06);
          joint = gains ? right : left;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('does not move where nothing changed', () => {
    const still = { title: 't', start: { label: 'a', value: 0.5 }, parts: [{ label: 'p', value: 0 }], end: { label: 'z', value: 0.5 } };
    expect(String(waterfall(still))).not.toMatch(/NaN|Infinity/);
  });
});
