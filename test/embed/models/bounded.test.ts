import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ending, type TokenEncoder } from '../../../src/embed/models/tokenizer.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function modelWith(pattern: string, key = 'Regex'): { readonly folder: string; readonly encode: TokenEncoder } {
  const folder = temporaryFolder();
  const tokenizer = JSON.stringify({ pre_tokenizer: { type: 'Split', pattern: { Regex: pattern } } });
  writeFileSync(join(folder, 'tokenizer.json'), tokenizer.replace('Regex', key));
  return { folder, encode: (text) => (text.match(new RegExp(pattern, 'gu')) ?? []).map(({ length }) => length) };
}

test.each(['(?:[a-z]+)+$', '(?:a|a)*$', '(?:a|aa)+$', '(?:[a-z]*)*!$'])('%s ends with an error that names the tokenizer', (pattern) => {
  const { folder, encode } = modelWith(pattern);
  const bounded = ending(encode, folder, 100);
  expect(bounded('aaa', false)).toEqual(encode('aaa', false));
  expect(() => bounded(`${'a'.repeat(5_000)}?`, false)).toThrow(
    expect.objectContaining({ code: 'MODEL_UNUSABLE', message: expect.stringContaining('backtracks without end') }),
  );
  // And goes on with the next text.
  expect(bounded('aaa', false)).toEqual(encode('aaa', false));
});

test('a key that is written in another way is the same one', () => {
  const { folder, encode } = modelWith('(?:a|a)*$', String.raw`\u0052egex`);
  expect(() => ending(encode, folder, 100)(`${'a'.repeat(5_000)}?`, false)).toThrow('backtracks without end');
});

test('what an encoder throws is thrown, and one without patterns stays as it is', () => {
  const { folder } = modelWith('a');
  const failing: TokenEncoder = () => {
    throw new RangeError('no token');
  };
  expect(() => ending(failing, folder)('a', false)).toThrow(RangeError);
  expect(ending(failing, temporaryFolder())).toBe(failing);
});
