import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeMarkdown, escapeMarkdown } from '../../src/report/markdown/escape.ts';

describe('escapeMarkdown', () => {
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
    expect(escapeMarkdown(given)).toBe(expected);
  });

  it('is one line without anything that Markdown, HTML or a table acts on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/[\n\r<>|`*[\]\\~$]|:\/\/|(?<![&\w])@|^[-+=#](?!\d)/);
      }),
    );
  });

  it('sets code the same way', () => {
    expect(codeMarkdown('a|</code>')).toBe('<code>a&#124;&lt;/code&gt;</code>');
  });
});
