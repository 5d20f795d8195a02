import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, verbatim } from '../../src/report/html.ts';
import { markdownOf } from '../../src/report/markdown.ts';
import { badge, code, metricAnchor, outLink, quoted } from '../../src/report/marks.ts';
import { facts, fold, list, table } from '../../src/report/table.ts';
import { HOSTILE } from './fixture-verdicts.ts';

describe('a text of the data', () => {
  it.each([
    ['[x](https://e)', '&#91;x&#93;(https&#58;&#8203;//e)'],
    ['![i](u)', '!&#91;i&#93;(u)'],
    ['**b** _i_ `c` ~s~', '&#42;&#42;b&#42;&#42; &#95;i&#95; &#96;c&#96; &#126;s&#126;'],
    ['a | b', 'a &#124; b'],
    ['a\n# b', 'a # b'],
    ['# b', '&#35; b'],
    ['-0.147 of', '-0.147 of'],
    ['---', '&#45;--'],
    ['- b', '&#45; b'],
    ['1. b', '1&#46; b'],
    ['/approve', '&#47;approve'],
    ['0.53 of', '0.53 of'],
    ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
    ['@all', '&#64;&#8203;all'],
    ['mail a@b.example', 'mail a&#64;&#8203;b.example'],
    ['nDCG@10 and R@100.', 'nDCG@10 and R@100.'],
    ['a@10.example', 'a&#64;&#8203;10.example'],
    ['see #12, GH-3', 'see &#35;&#8203;12, GH-&#8203;3'],
    ['www.e.example', 'www&#46;&#8203;e.example'],
    [':smile:', '&#58;&#8203;smile:'],
    ['error: it_is so', 'error: it_is so'],
    ['$x$', '&#36;x&#36;'],
    ['\\*', '&#92;&#42;'],
    ['\u202Ea', '⟨U+202E⟩a'],
  ])('%j', (given, expected) => {
    expect(markdownOf(html`<p>${given}</p>`)).toBe(expected);
  });

  it('is one line without anything that Markdown, HTML or a table acts on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(markdownOf(html`<p>${text}</p>`)).not.toMatch(/[\n\r<>|`*[\]\\~$]|:\/\/|(?<![&\w])@|^[-+=#](?!\d)/);
      }),
    );
  });

  it('sets code the same way', () => {
    expect(markdownOf(html`<p>${code('a|</code>')}</p>`)).toBe('<code>a&#124;&lt;/code&gt;</code>');
  });
});

describe('markdownOf', () => {
  it('writes the rows of a page’s table, what is to be seen only on a screen left out', () => {
    const rows = [{ name: 'a | b', value: 1 }];
    const written = table<(typeof rows)[number]>(
      'Caption',
      [
        { head: 'Name', rowHead: true, cell: ({ name }) => html`<strong>${quoted(name)}</strong><span class="unseen"> (better)</span>` },
        {
          head: 'State',
          cell: () => html`${badge('not-shown-safe')} <button type="button" class="copy scripted" data-copy="x">Copy</button>`,
        },
        { head: 'Value', numeric: true, cell: ({ value }) => value },
      ],
      rows,
    );
    expect(markdownOf(written)).toBe('| Name | State | Value |\n| --- | --- | ---: |\n| **a &#124; b** | 🔘 Not shown safe | 1 |');
  });

  it('writes headings, lists, facts, folds, links and blocks to copy', () => {
    const page = html`<h2>T</h2><p>See ${outLink('https://doi.org/1', 'it')}, <a href="#x">here</a>.</p>${list('ol', ['a', code('b')])}${facts([['n', 'v']])}${fold('More', html`<p>x</p><pre>${'```\ny'}</pre>`)}<figure>no</figure>`;
    expect(markdownOf(page)).toBe(
      '## T\n\nSee [it](https://doi.org/1), here.\n\n1. a\n2. <code>b</code>\n\n- n: v\n\n<details>\n<summary>More</summary>\n\nx\n\n````\n```\ny\n````\n\n</details>',
    );
  });

  it('cuts long tables and says so', () => {
    const long = table('c', [{ head: 'N', cell: (row: number) => row }], [1, 2, 3]);
    expect(markdownOf(long, 2)).toMatch(/\| 2 \|\n\nand 1 more in the full report$/);
  });

  it('lets no text of the data act, wherever it is filled in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(HOSTILE)), (text) => {
        const written = markdownOf([html`<p>${quoted(text)}</p>`, table('c', [{ head: 'h', cell: () => quoted(text) }], [0])]);
        expect(written).not.toMatch(/:\/\/|(?<![&\w])@\w|<(?!code>|\/code>)/);
        const [, ...lines] = written.slice(written.indexOf('| h |')).split('\n');
        expect(lines).toHaveLength(2);
        expect(lines[1]?.split('|')).toHaveLength(3);
      }),
    );
  });
});

describe('html', () => {
  it('escapes strings, in content and in attributes, keeps its own markup and leaves out null and false', () => {
    expect(html`<p title="${`"'\``}">${'<b>&]]></b>'}${html`<i>${0}</i>`}${null}${false}</p>`.toString()).toBe(
      '<p title="&quot;&#39;&#96;">&lt;b&gt;&amp;]]&gt;&lt;/b&gt;<i>0</i></p>',
    );
    expect(verbatim`a > b "c"`.toString()).toBe('a > b "c"');
  });

  it('takes nothing for markup that only looks like it, and no number that is not finite', () => {
    const fake = { toString: () => '<script>' } as unknown as string;
    expect(() => html`${fake}`).toThrow(TypeError);
    expect(() => html`${Number.NaN}`).toThrow(RangeError);
  });

  it('lets no text open a tag or leave a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.toString()).not.toMatch(/[<>"'`]/);
      }),
    );
  });

  it('links web addresses only', () => {
    expect(outLink('https://doi.org/10.1145/1', 'x').toString()).toBe(
      '<a href="https://doi.org/10.1145/1" rel="noopener noreferrer">x</a>',
    );
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', ' https://x', 'https://x" onclick="y', '//x'])
      expect(outLink(bad, '<x>').toString()).toBe('&lt;x&gt;');
  });

  it('gives every metric an anchor that no other has', () => {
    expect(metricAnchor('nDCG')).toBe('metric-nDCG');
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(metricAnchor(a) === metricAnchor(b)).toBe(a === b);
        expect(metricAnchor(a)).toMatch(/^[\w-]+$/);
      }),
    );
  });
});
