import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleResult } from '../../src/model/verdict.ts';
import { differenceBar } from '../../src/report/charts/bar.ts';
import { histogram } from '../../src/report/charts/histogram.ts';
import { intervalChart } from '../../src/report/charts/interval.ts';
import { powerWords } from '../../src/report/views/rules.ts';
import { CASES } from './fixture-verdicts.ts';

const [first] = CASES.pass.verdict.rules;
if (first === undefined || first.rule.kind !== 'nonInferior') throw new Error('The fixture begins with a nonInferior rule.');
const result: RuleResult = first;
const rule = first.rule;

const attribute = (svg: string, element: string, name: string): number =>
  Number(new RegExp(`<${element}[^>]* ${name}="([^"]*)"`).exec(svg)?.[1]);

describe('intervalChart', () => {
  it('sets margin, zero, bounds and dot in their order, inside the picture', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (difference, half, margin) => {
          const interval = { lower: difference - half, upper: difference + half, confidence: 0.95, method: 'bca' as const };
          const svg = String(intervalChart({ ...result, rule: { ...rule, margin }, difference, interval }));
          const dot = attribute(svg, 'circle', 'cx');
          const limit = attribute(svg, 'line class="limit"', 'x1');
          const [from, to] = [attribute(svg, 'line class="bar"', 'x1'), attribute(svg, 'line class="bar"', 'x2')];
          for (const x of [dot, limit, from, to]) {
            expect(x).toBeGreaterThanOrEqual(0);
            expect(x).toBeLessThanOrEqual(220);
          }
          expect(from).toBeLessThanOrEqual(dot);
          expect(dot).toBeLessThanOrEqual(to);
          if (difference < -margin) expect(dot).toBeLessThanOrEqual(limit);
          else expect(dot).toBeGreaterThanOrEqual(limit);
        },
      ),
    );
  });

  it('says in words what it shows', () => {
    const interval = { lower: -0.005, upper: 0.009, confidence: 0.95, method: 'bca' as const };
    expect(String(intervalChart({ ...result, difference: 0.0021, interval }))).toContain(
      'aria-label="Difference +0.0021, bounds −0.0050 to +0.0090; margin −0.02"',
    );
  });

  it('draws a limit without bounds, shaded on its bad side, and nothing without a value', () => {
    const limit = { ...rule, kind: 'atMost', limit: 0, bound: 'estimate' } as const;
    const svg = String(intervalChart({ ...result, rule: limit, new: 0, interval: null }));
    expect(svg).toContain('aria-label="Value 0.0000; limit 0"');
    expect(attribute(svg, 'rect', 'x')).toBe(110);
    expect(intervalChart({ ...result, rule: limit, new: null, interval: null })).toBeNull();
    expect(intervalChart({ ...result, difference: null })).toBeNull();
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

it('differenceBar points left for a loss', () => {
  expect(attribute(String(differenceBar(-1, 1)), 'rect', 'x')).toBe(2);
  expect(attribute(String(differenceBar(0.5, 1)), 'rect', 'x')).toBe(60);
  expect(differenceBar(null, 1)).toBeNull();
});

it('powerWords name a degenerate interval and what it leaves open', () => {
  const interval = { lower: 0, upper: 0, confidence: 0.95, method: 'degenerate' as const, couldDiffer: 0.025 };
  expect(powerWords({ ...result, power: null, interval })).toEqual([
    'All differences are equal. Up to 2.5\u00a0% of needs could still differ.',
  ]);
});
