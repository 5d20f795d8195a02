import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, safeForStream, safeJson, withoutCommands } from '../../src/core/printable.ts';

/** What a terminal or a CI system would act on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|##[a-z]*\[/i;

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '::',
      '##[',
      '##vso[',
      '\u001b[8m',
      '\u001b]8;;x\u0007',
      '\u009b2K',
      '\u202e',
      '\r',
      '\n',
      '\u2028',
      '\u0085',
      '#',
      ':',
      '\u001b',
      'a',
      ' ',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

describe('plain', () => {
  it('leaves one line that nothing acts on, whatever the text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = plain(text);
        expect(shown).not.toMatch(ACTIVE);
        expect(shown).not.toMatch(/^\s*::/);
        expect(shown).not.toContain('\n');
      }),
    );
  });
});

describe('safeForStream', () => {
  it('lets through colours of the program on a terminal, and nothing of the kind elsewhere', () => {
    expect(safeForStream('\u001b[32mok\u001b[39m \u001b[8mhidden\u001b]0;title\u0007', { isTerminal: true })).toBe(
      '\u001b[32mok\u001b[39m hidden',
    );
    expect(safeForStream('\u001b[32mok\u001b[39m', { isTerminal: false })).toBe('ok');
  });

  it('breaks commands to CI systems in every line, after a carriage return too', () => {
    expect(safeForStream('a\n::stop-commands::x\n  ::add-mask::y\r::error::z ##[group]', { isTerminal: false })).toBe(
      'a\n: :stop-commands::x\n  : :add-mask::y ::error::z # #[group]',
    );
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of safeForStream(text, { isTerminal: false }).split('\n')) {
          expect(line).not.toMatch(/^\s*::/);
          expect(line.replaceAll('\t', '')).not.toMatch(ACTIVE);
        }
      }),
    );
  });
});

it('safeJson: nothing acts on it, and a parser reads the same value', () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (value) => {
      const text = safeJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(safeForStream(text, { isTerminal: false })).toBe(text);
    }),
  );
});

it('an address or a slice of code keeps its colons', () => {
  expect(withoutCommands('std::vector at http://[::1]:8080')).toBe('std::vector at http://[::1]:8080');
});
