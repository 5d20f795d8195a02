import { describe, expect, it } from 'vitest';
import { scriptOf, wordsOf } from '../../../src/measure/slices/words.ts';

describe('words', () => {
  it.each([
    ["Can't sign in: E-404", ["can't", 'sign', 'in', 'e', '404']],
    ['Über naïve cafés', ['über', 'naïve', 'cafés']],
    ['сбросить пароль', ['сбросить', 'пароль']],
    ['iPhone手机充电', ['iphone', '手', '机', '充', '电']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['… — !?', []],
    ['', []],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are the same for composed and decomposed letters', () => {
    expect(wordsOf('cafe\u0301')).toEqual(wordsOf('caf\u00e9'));
  });
});

describe('script', () => {
  it.each([
    ['reset my password 2', 'Latin'],
    ['как сбросить пароль', 'Cyrillic'],
    ['パスワードを忘れた', 'Japanese'],
    ['忘记密码', 'Han'],
    ['как войти в Tessel', 'mixed'],
    ['404 — 12', 'none'],
    ['ᏣᎳᎩ', 'other'],
  ])('of %s is %s', (text, script) => {
    expect(scriptOf(text)).toBe(script);
  });
});
