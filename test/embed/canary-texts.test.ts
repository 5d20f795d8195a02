import { expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { LONG_CANARIES } from '../../src/embed/canary-texts.ts';
import { cutText, limitFor, saysTooLong } from '../../src/embed/http/over-long.ts';
import { cutting, loadEncoder } from '../../src/embed/models/tokenizer.ts';
import { MODELS } from './support.ts';

it('the long canaries have the lengths they say, in tokens of BERT', async () => {
  const folder = `${MODELS}/Xenova/all-MiniLM-L6-v2`;
  const tokenize = cutting(await loadEncoder(folder), {
    folder,
    maxTokens: 20_000,
    lowercase: false,
    prefixes: { query: '', document: '' },
  });
  expect(LONG_CANARIES.map(({ text }) => tokenize(text, 'document').ids.length - 2)).toEqual([600, 1200, 2400, 4800, 9000]);
});

it('the long canaries are the same for good: records of services rest on them', () => {
  expect(sha256(LONG_CANARIES.map(({ text }) => text).join('\n'))).toBe('ca46518ec5e77ceb2cc77f306c9c77d890b3c2f5eb94f4d7bc836954f603b713');
});

it.each([
  ['abcdef', { characters: 4, tokens: null }, 'abcd'],
  ['abc', { characters: 4, tokens: null }, 'abc'],
  ['ab😀cd', { characters: 3, tokens: null }, 'ab'],
  ['abcdefgh', { characters: null, tokens: 1 }, 'abcd'],
  ['ABCDEFGH', { characters: null, tokens: 2 }, 'ABCD'],
  ['検索の品質', { characters: null, tokens: 3 }, '検索の'],
  ['abcdefgh', { characters: 3, tokens: 1 }, 'abc'],
])('%s is cut at %o', (text, limit, expected) => {
  expect(cutText(text, limit)).toEqual({ text: expected, truncated: expected !== text });
});

it.each([
  ["This model's maximum context length is 8192 tokens, however you requested 9001 tokens", 'maxTokens: 8192'],
  ['the input length exceeds the context length', 'maxCharacters: 4200'],
  ['inputs must have less than 512 tokens. Given: 690', 'maxTokens: 512'],
  ['Input token count exceeds the maximum number of tokens allowed 2,048', 'maxCharacters: 4200'],
])('%s is known as too long, and what cuts it is %s', (words, key) => {
  expect(saysTooLong(words)).toBe(true);
  expect(limitFor(words, 6000)).toBe(key);
});
