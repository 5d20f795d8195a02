import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, verbatim } from '../../src/report/html.ts';
import { metricAnchor, outLink } from '../../src/report/marks.ts';

describe('html', () => {
  it('escapes strings, in content and in attributes', () => {
    expect(html`<p title="${`"'\``}">${'<b>&]]></b>'}</p>`.toString()).toBe(
      '<p title="&quot;&#39;&#96;">&lt;b&gt;&amp;]]&gt;&lt;/b&gt;</p>',
    );
  });

  it('keeps its own markup, joins lists, leaves out null and false', () => {
    expect(html`<ul>${['a', '<b>'].map((text) => html`<li>${text}</li>`)}${null}${false}${0}</ul>`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
  });

  it('takes nothing for markup that only looks like it', () => {
    const fake = { toString: () => '<script>' } as unknown as string;
    expect(() => html`${fake}`).toThrow(TypeError);
  });

  it('refuses numbers that are not finite', () => {
    expect(() => html`${Number.NaN}`).toThrow(RangeError);
  });

  it('lets no text open a tag or leave a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.toString()).not.toMatch(/[<>"'`]/);
      }),
    );
  });

  it('verbatim is the source text itself', () => {
    expect(verbatim`a > b "c"`.toString()).toBe('a > b "c"');
  });
});

describe('links and anchors', () => {
  it('links web addresses only', () => {
    expect(outLink('https://doi.org/10.1145/1', 'x').toString()).toBe(
      '<a href="https://doi.org/10.1145/1" rel="noopener noreferrer">x</a>',
    );
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', ' https://x', 'https://x" onclick="y', '//x']) {
      expect(outLink(bad, '<x>').toString()).toBe('&lt;x&gt;');
    }
  });

  it('gives every metric an anchor of its own', () => {
    expect(metricAnchor('nDCG')).toBe('metric-nDCG');
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(metricAnchor(a) === metricAnchor(b)).toBe(a === b);
        expect(metricAnchor(a)).toMatch(/^[\w-]+$/);
      }),
    );
  });
});
