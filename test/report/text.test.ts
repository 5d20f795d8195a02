import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, oneLine, visible } from '../../src/report/text.ts';

const MEANT = new Set([...'\n\t\u200C\u200D\u0600\u0601\u0602\u0603\u0604\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}']);

describe('visible', () => {
  it.each([
    ['bidirectional override', 'a\u202Eb', 'a⟨U+202E⟩b'],
    ['isolate', '\u2066x', '⟨U+2066⟩x'],
    ['ANSI escape', '\u001B[31m', '⟨U+001B⟩[31m'],
    ['NUL and DEL', '\u0000\u007F', '⟨U+0000⟩⟨U+007F⟩'],
    ['C1', '\u009B', '⟨U+009B⟩'],
    ['zero width and byte-order mark', '\u200B\uFEFF', '⟨U+200B⟩⟨U+FEFF⟩'],
    ['lone surrogate', '\uD800', '⟨U+D800⟩'],
    ['line separator', '\u2028', '⟨U+2028⟩'],
    ['tag characters', '\u{E0041}', '⟨U+E0041⟩'],
    ['joiner between letters', 'a\u200Db', 'a⟨U+200D⟩b'],
  ])('shows %s', (_, given, expected) => {
    expect(visible(given)).toBe(expected);
  });

  it('leaves what is meant to be read: line feeds, emoji sequences, joined scripts, Hebrew and Arabic', () => {
    for (const text of ['a\nb\tc', '👩‍👩‍👧', '👩🏽‍🚀', 'می‌خواهم', 'שלום مرحبا', 'naïve 日本']) expect(visible(text)).toBe(text);
  });

  it('writes every line end as a line feed', () => {
    expect(visible('a\r\nb\rc')).toBe('a\nb\nc');
  });

  it('never leaves a control or format character that acts, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visible(text);
        // Joiners may stay after emoji, and some format characters are drawn.
        const acting = (shown.match(/[\p{Cc}\p{Cf}\p{Cs}]/gu) ?? []).filter((character) => !MEANT.has(character));
        expect(acting).toEqual([]);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });
});

describe('clip', () => {
  it('counts code points and never cuts one', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('abcd', 4)).toBe('abcd');
    expect(clip('😀😀😀', 2)).toBe('😀…');
    expect(clip('', 1)).toBe('');
  });

  it('refuses a limit that leaves nothing', () => {
    expect(() => clip('a', 0)).toThrow(RangeError);
    expect(() => clip('a', Number.NaN)).toThrow(RangeError);
  });

  it('is at most the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
        expect([...clip(text, limit)].length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

it('oneLine collapses white space', () => {
  expect(oneLine(' a \n\t b\u00a0c ')).toBe('a b c');
});
