/** Written without spaces between words: each character counts as a word. */
const UNSPACED = String.raw`\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}|\p{Script=Lao}|\p{Script=Khmer}|\p{Script=Myanmar}`;
const RUN = String.raw`(?:(?!${UNSPACED})[\p{L}\p{M}\p{N}])+`;
const WORD = new RegExp(`${UNSPACED}|${RUN}(?:['’]${RUN})*`, 'gu');

/**
 * The words of a text in lower case, in order: runs of letters, marks and digits; single characters of scripts that don't
 * set spaces. A word list of no language is used, so that the same text has the same words everywhere.
 * @example wordsOf("Can't sign in: E-404") // ["can't", 'sign', 'in', 'e', '404']
 */
export function wordsOf(text: string): string[] {
  return text.normalize('NFC').toLowerCase().match(WORD) ?? [];
}

/** Scripts distinguished by name; letters of any other count as `other`. */
const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Telugu',
  'Thai',
  'Georgian',
  'Armenian',
  'Hangul',
  'Han',
  'Hiragana',
  'Katakana',
  'Ethiopic',
].map((name) => ({ name, letter: new RegExp(`\\p{Script=${name}}`, 'u') }));
/** Letters that several scripts share, such as the Japanese long vowel sign, tell nothing. */
const LETTER = /(?!\p{Script=Common}|\p{Script=Inherited})\p{L}/gu;
const KANA = new Set(['Hiragana', 'Katakana']);

/**
 * The script a text is written in: `Latin`, …, `Japanese` where there are kana (with or without Han), `mixed` for several,
 * `none` without a letter.
 * @example scriptOf('как сбросить пароль') // 'Cyrillic'
 */
export function scriptOf(text: string): string {
  const letters = new Set(text.match(LETTER) ?? []);
  const scripts = new Set([...letters].map((letter) => SCRIPTS.find(({ letter: of }) => of.test(letter))?.name ?? 'other'));
  if ([...KANA].some((kana) => scripts.has(kana))) {
    for (const part of [...KANA, 'Han']) scripts.delete(part);
    scripts.add('Japanese');
  }
  const [first, ...others] = scripts;
  if (first === undefined) return 'none';
  return others.length > 0 ? 'mixed' : first;
}
