import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/contract/brand.ts';
import type { Sweep, SweepResult } from '../../src/contract/sweep.ts';
import { sweepHtml } from '../../src/report/sweep/html.ts';

function result(name: string, quality: number, bytes: number, change: Partial<SweepResult> = {}): SweepResult {
  return {
    name,
    version: { id: name, fingerprint: 'f'.repeat(64) as Fingerprint },
    outcome: 'pass',
    headline: 'Pass: 1 of 1 rule holds.',
    reasons: [],
    quality,
    difference: 0,
    interval: null,
    cost: { dimension: 8, bytes, engine: 'hnsw', hnsw: { m: 16, efConstruction: 200, efSearch: 64 }, visited: 64 },
    dominated: false,
    ...change,
  };
}

const COST = result('', 0, 300).cost;

function sweepOf(results: readonly SweepResult[], change: Partial<Sweep> = {}): Sweep {
  return {
    kind: 'cutover.sweep',
    schemaVersion: 1,
    cutoverVersion: '0.0.0',
    asOf: '2026-01-31',
    dataset: { name: 'd', documents: 10_000, queries: 50 },
    old: { id: 'before', quality: 0.6, cost: COST },
    measure: { name: 'nDCG@10', on: 'served' },
    confidence: { policy: 0.95, candidate: 0.99 },
    results,
    failures: [],
    cheapest: 'cheap',
    ...change,
  };
}

/** Texts that the wide plot draws, axes among them. */
function wide(page: string): string {
  return /<svg class="plot wide"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
}

describe('the page of a sweep', () => {
  const results = [
    result('dear', 0.8, 300),
    result('twin', 0.801, 300),
    result('cheap', 0.7, 200),
    result('weak', 0.3, 250, { outcome: 'fail', reasons: ['nDCG@10: lost `0.3`, <b>far</b> too much.'] }),
  ];

  it('numbers the candidates in plot and table, circles the cheapest that passes, and joins the best at each cost', () => {
    const page = sweepHtml(sweepOf(results), {});
    const plot = wide(page);
    for (const label of ['1, 2', '3', '4']) expect(plot).toContain(`>${label}</text>`);
    expect(plot.match(/<circle[^>]*r="9"/g)).toHaveLength(1);
    // From 200 bytes to the better of the two at 300, past the one that fails at 250.
    const lines = [...plot.matchAll(/<path d="([^"]*)">/g)].map(([, d = '']) => d.split('L').length);
    expect(lines).toEqual([2]);
    expect(page).toContain('the circled one, 3, is <bdi>cheap</bdi>, the cheapest that passes');
    expect(page).toContain('<a href="sweep/cheap/report.html">');
    expect(page).toContain('before</bdi>, nDCG@10 of 0.6000');
  });

  it('keeps the numbers of one place inside the picture, and counts those beyond four', () => {
    const many = Array.from({ length: 9 }, (_, i) => result(i === 8 ? 'cheap' : `c${i}`, i === 8 ? 0.2 : 0.8, i === 8 ? 100 : 300));
    const narrow = /<svg class="plot narrow"[\s\S]*?<\/svg>/.exec(sweepHtml(sweepOf(many), {}))?.[0] ?? '';
    const [, x, label = ''] = /<text transform="translate\(([\d.]+),[^>]*>(1, [^<]*)</.exec(narrow) ?? [];
    expect(label).toBe('1, 2, 3, 4 and 4 more');
    expect(Number(x) + 12 + 6 * label.length).toBeLessThan(340);
  });

  it('says why the others do not pass, escaped, and nothing of it where all pass', () => {
    const page = sweepHtml(sweepOf(results), {});
    expect(page).toContain('lost <code>0.3</code>, &lt;b&gt;far&lt;/b&gt; too much.');
    expect(sweepHtml(sweepOf(results.slice(0, 3)), {})).not.toContain('Why the others do not pass');
  });

  it('draws no circle where none passes, and no plot without quality', () => {
    const none = sweepHtml(
      sweepOf(
        results.map((one) => ({ ...one, outcome: 'fail' as const })),
        { cheapest: null },
      ),
      {},
    );
    expect(none).toContain('No candidate passes');
    expect(wide(none)).not.toMatch(/<circle[^>]*r="9"/);
    expect(none).not.toContain('circled');
    const unjudged = results.map((one) => ({ ...one, quality: null }));
    expect(wide(sweepHtml(sweepOf(unjudged, { measure: null, old: null }), {}))).toBe('');
  });
});
