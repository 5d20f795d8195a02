import { describe, expect, it } from 'vitest';
import type { EfSearchSweep } from '../../src/model/studies.ts';
import { densities } from '../../src/report/charts/densities.ts';
import { forest } from '../../src/report/charts/forest.ts';
import { heatmap } from '../../src/report/charts/heatmap.ts';
import { overlapChart } from '../../src/report/charts/overlap.ts';
import { recallChart } from '../../src/report/charts/recall.ts';
import { scatter } from '../../src/report/charts/scatter.ts';
import { drawing } from '../../src/report/html.ts';
import { CASES, HOSTILE } from './fixture-verdicts.ts';

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

describe('forest', () => {
  it('has a dot for each rule with an interval, in the colour of its outcome, and the margin as a line', () => {
    const { rules } = CASES.fail.verdict;
    const drawn = rules.filter(({ interval, difference }) => interval !== null && difference !== null);
    const svg = wide(forest(rules, 100));
    expect(count(svg, /<circle/g)).toBe(drawn.length);
    const failed = drawn.filter(({ outcome }) => outcome === 'fail').length;
    expect(failed).toBeGreaterThan(0);
    expect(count(svg, /<circle[^>]*fill="var\(--fail\)"/g)).toBe(failed);
    expect(svg).toContain('style = typo');
    expect(svg).toContain('−0.1080');
  });

  it('says how many it leaves out, and draws nothing without intervals', () => {
    expect(String(forest(CASES.fail.verdict.rules, 3))).toContain('The first 3 of ');
    expect(forest(CASES.noQrels.verdict.rules, 30)).toBeNull();
  });

  it('is the same each time', () => {
    expect(String(forest(CASES.pass.verdict.rules, 30))).toBe(String(forest(CASES.pass.verdict.rules, 30)));
  });
});

describe('scatter', () => {
  it('draws equal queries as one dot, losses in red', () => {
    const svg = wide(scatter('nDCG@10', [1, 1, 0.5, 0.2, null], [1, 1, 0.1, 0.9, 1], ''));
    expect(count(svg, /<circle/g)).toBe(3);
    expect(count(svg, /<circle[^>]*fill="var\(--fail\)"/g)).toBe(1);
    expect(count(svg, /<circle[^>]*fill="var\(--pass\)"/g)).toBe(1);
  });

  it('stays small for 20,000 queries', () => {
    const values = [...Array(20_000).keys()].map((i) => (i % 997) / 996);
    const other = values.map((value, i) => Math.max(0, value - (i % 7) / 100));
    expect(String(scatter('m', values, other, '')).length).toBeLessThan(2_000_000);
    expect(scatter('m', [null], [1], '')).toBeNull();
  });
});

describe('heatmap, overlap, recall, densities', () => {
  it('have a cell a value, worse ones in red', () => {
    const cells = [
      { row: 0, column: 0, difference: -0.1, better: false },
      { row: 1, column: 0, difference: 0.0504, better: true },
    ];
    const svg = wide(
      heatmap(
        [
          { field: 'style', value: 'a' },
          { field: HOSTILE, value: HOSTILE },
        ],
        ['nDCG@10'],
        cells,
        '',
      ),
    );
    expect(count(svg, /<rect[^>]*fill="var\(--fail\)"/g)).toBe(1);
    expect(svg).toContain('>−0.1000</text>');
    expect(svg).toContain('>+0.0504</text>');
    expect(svg).not.toContain('<script');
  });

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
    for (const value of [10, 40, 80]) expect(svg).toContain(`>${value}</text>`);
    expect(recallChart({ ...sweep, points: [] })).toBeNull();
  });

  it('name each threshold in the version that it belongs to', () => {
    const { scores } = CASES.pass.evaluation;
    const [relevant, other] = [scores.find(({ id }) => id === 'relevant'), scores.find(({ id }) => id === 'other')];
    if (relevant === undefined || other === undefined) throw new Error('The fixture has both kinds of pairs.');
    const marks = [
      { side: 'old', value: 0.85, name: 'floor', proposed: false },
      { side: 'new', value: 0.68, name: 'floor, translated', proposed: true },
    ] as const;
    const [old = '', fresh = ''] = String(densities(relevant, other, marks, '')).split('</figure>');
    expect(old).toContain('floor 0.850');
    expect(old).not.toContain('translated');
    expect(fresh).toContain('floor, translated 0.680');
  });
});
