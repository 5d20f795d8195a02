import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { termsOf } from '../../../src/search/lexical/analyzer.ts';

test('terms are words by the Unicode rules, in lower case', () => {
  expect(termsOf("Can't open E-404 in v1.5: example.com, user_name 1,234.5 a.b.")).toEqual([
    "can't",
    'open',
    'e',
    '404',
    'in',
    'v1.5',
    'example.com',
    'user_name',
    '1,234.5',
    'a.b',
  ]);
  expect(termsOf('_private __init__ 2nd x1.y')).toEqual(['_private', '__init__', '2nd', 'x1', 'y']);
  expect(termsOf('- _ … !? \u200B')).toEqual([]);
  expect(termsOf('')).toEqual([]);
});

test('marks stay with their letter; each ideograph and hiragana is a term, katakana and Thai are runs', () => {
  expect(termsOf('Cafe\u0301 ΟΔΟΣ soft\u00ADhyphen')).toEqual(['cafe\u0301', 'οδοσ', 'soft\u00ADhyphen']);
  expect(termsOf('東京のタワー 한국어')).toEqual(['東', '京', 'の', 'タワー', '한국어']);
  expect(termsOf('ภาษาไทย')).toEqual(['ภาษาไทย']);
});

test('stop words are left out, and a term beyond 255 characters is cut', () => {
  expect(termsOf('The red and the blue', { stopWords: ['the', 'and'] })).toEqual(['red', 'blue']);
  expect(termsOf('x'.repeat(600)).map(({ length }) => length)).toEqual([255, 255, 90]);
});

test("a whole corpus has the terms of ICU's word boundaries", () => {
  const text = readFileSync(new URL('../../../datasets/helpdesk/corpus.jsonl', import.meta.url), 'utf8');
  const texts = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { title: string; text: string });
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  const icu = texts.flatMap((document) =>
    [...segmenter.segment(`${document.title} ${document.text}`)].flatMap(({ isWordLike, segment }) =>
      // CLDR breaks at a colon, the Unicode rules and Lucene do not.
      isWordLike ? [segment.toLowerCase()] : [],
    ),
  );
  const own = texts.flatMap((document) => termsOf(`${document.title} ${document.text}`).flatMap((term) => term.split(':')));
  expect(own.length).toBeGreaterThan(20_000);
  expect(own).toEqual(icu);
});
