import { describe, expect, it } from 'vitest';
import { sweepHtml, sweepMarkdown } from '../../src/report/pages/sweep.ts';
import { sweepResult as result, sweepOf } from './fixture-sweep.ts';
import { textOf } from './page.ts';

/** Texts that the wide plot draws, axes among them. */
function wide(page: string): string {
  return /<svg class="plot wide"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
}

describe('the page of a sweep', () => {
  const results = [
    result('dear', 0.8, 300),
    result('twin', 0.801, 300),
    result('cheap', 0.7, 200),
    result('weak', 0.3, 250, { outcome: 'fail', headline: 'nDCG@10: lost `0.3`, <b>far</b> too much.' }),
  ];

  it('numbers the candidates in plot and table, circles the cheapest that passes, and joins the best at each cost', () => {
    const page = sweepHtml(sweepOf(results), {});
    const plot = wide(page);
    for (const label of ['1, 2', '3', '4']) expect(plot).toContain(`>${label}</text>`);
    expect(plot.match(/<circle[^>]*r="9"/g)).toHaveLength(1);
    // From 200 bytes to the better of the two at 300; what fails is no part of it.
    const lines = [...plot.matchAll(/<path d="([^"]*)">/g)].map(([, d = '']) => d.split('L').length);
    expect(lines).toEqual([2]);
    expect(page).toContain('the circled one, 3, is <bdi>cheap</bdi>, the cheapest that passes');
    expect(page).toContain('<a href="sweep/cheap/report.html">');
    expect(page).toContain('before</bdi>, nDCG@10 0.600');
  });

  it('keeps the numbers of one place inside the picture, and counts those beyond four', () => {
    const many = Array.from({ length: 9 }, (_, i) => result(i === 8 ? 'cheap' : `c${i}`, i === 8 ? 0.2 : 0.8, i === 8 ? 100 : 300));
    const narrow = /<svg class="plot narrow"[\s\S]*?<\/svg>/.exec(sweepHtml(sweepOf(many), {}))?.[0] ?? '';
    const [, x, label = ''] = /<text transform="translate\(([\d.]+),[^>]*>(1, [^<]*)</.exec(narrow) ?? [];
    expect(label).toBe('1, 2, 3, 4 and 4 more');
    expect(Number(x) + 12 + 6 * label.length).toBeLessThan(340);
  });

  it('joins no candidate that fails, however good, and shows it hollow', () => {
    const page = sweepHtml(sweepOf([...results.slice(0, 3), result('broken', 0.95, 100, { outcome: 'fail' })]), {});
    const plot = wide(page);
    expect([...plot.matchAll(/<path d="([^"]*)">/g)].map(([, d = '']) => d.split('L').length)).toEqual([2]);
    expect(plot.match(/stroke="var\(--muted\)"[^>]*><circle/g)).toHaveLength(1);
    expect(textOf(page)).toContain('cheap cheapest that passes');
    expect(textOf(page)).not.toContain('cheapest that passes dominated');
    expect(sweepMarkdown(sweepOf(results))).toContain('| cheap **cheapest that passes** | ✅ Pass |');
  });

  it('says why the others do not pass, escaped, and nothing of it where all pass', () => {
    const page = sweepHtml(sweepOf(results), {});
    expect(page).toContain('lost <code>0.3</code>, &lt;b&gt;far&lt;/b&gt; too much.');
    expect(sweepHtml(sweepOf(results.slice(0, 3)), {})).not.toContain('Why the others do not pass');
  });

  it('counts every candidate, and calls open what is not decided', () => {
    const failures = ['x', 'y'].map((name) => ({ name, code: null, message: 'm', next: 'n' }));
    const one = textOf(sweepHtml(sweepOf([result('cheap', 0.7, 200)], { failures }), {}));
    expect(one).toContain(
      'cheap is the one that passes with nDCG@10 of 0.700, at 200 bytes a document and 64 documents looked at for a query. Of 3 candidates 1 passes, 2 could not be evaluated.',
    );
    const open = results.map((one) => ({ ...one, outcome: 'inconclusive' as const }));
    const page = textOf(sweepHtml(sweepOf(open, { cheapest: null }), {}));
    expect(page).toContain('No candidate is decided yet. Of 4 candidates, 4 are inconclusive.');
    expect(page).not.toContain('No candidate passes');
    const mixed = sweepOf([...open.slice(0, 1), ...results.slice(3)], { cheapest: null, failures });
    expect(textOf(sweepHtml(mixed, {}))).toContain(
      'No candidate passes so far. Of 4 candidates, 1 fails, 1 is inconclusive, 2 could not be evaluated.',
    );
  });

  it('writes numbers where no mark lies', () => {
    const near = [result('a', 0.612, 308), result('b', 0.611, 304), result('cheap', 0.612, 300), result('d', 0.5, 600)];
    const narrow = /<svg class="plot narrow"[\s\S]*?<\/svg>/.exec(sweepHtml(sweepOf(near), {}))?.[0] ?? '';
    const marks = [...narrow.matchAll(/<circle[^>]*>/g)].map(([tag]) => ({
      x: Number(/cx="([^"]*)"/.exec(tag)?.[1]),
      y: Number(/cy="([^"]*)"/.exec(tag)?.[1]),
      r: Number(/ r="([^"]*)"/.exec(tag)?.[1]),
    }));
    const labels = [
      ...narrow.matchAll(
        /<g transform="translate\(([-\d.]+),([-\d.]+)\)"([^>]*)><text transform="translate\(([\d.]+),([\d.]+)\)"[^>]*>(\d)<\/text>/g,
      ),
    ].map(([, dx, dy, g = '', x, y]) => ({
      // A digit is 7 wide: from its left edge, around its middle or to its right edge.
      left: Number(dx) + Number(x) - (g.includes('"start"') ? 0 : g.includes('"end"') ? 7 : 3.5),
      y: Number(dy) + Number(y),
    }));
    expect(marks.length).toBeGreaterThanOrEqual(4);
    expect(labels).toHaveLength(4);
    for (const { left, y } of labels)
      for (const mark of marks) {
        const away = left > mark.x + mark.r || left + 7 < mark.x - mark.r || Math.abs(y - mark.y) > mark.r + 4;
        expect(away, `label at ${left}, ${y} and mark at ${mark.x}, ${mark.y}`).toBe(true);
      }
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
