const WORD = /[\p{L}\p{N}]+/gu;
/** Shorter words stand in every text and say nothing. */
const SHORTEST = 3;

/** A stretch of a text, and whether it is a word that the query has too. */
export interface Stretch {
  readonly text: string;
  readonly shared: boolean;
}

/** The words of a text that count, in small letters. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(WORD)].map(([word]) => word.toLowerCase()).filter((word) => [...word].length >= SHORTEST));
}

/** Texts that are looked at for common words; fewer than the least tell nothing. */
const LOOKED_AT = { most: 1000, least: 8 } as const;
/** A word that stands in more of the texts than this share tells none of them from another. */
const COMMON = 0.25;

/** Words such as articles, whatever the language: those that stand in many of the texts. Marking them would hide the telling ones. */
export function commonWords(texts: readonly string[]): ReadonlySet<string> {
  const looked = texts.slice(0, LOOKED_AT.most);
  if (looked.length < LOOKED_AT.least) return new Set();
  const counts = new Map<string, number>();
  for (const text of looked) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > COMMON * looked.length).map(([word]) => word));
}

/**
 * Cuts a text where words begin and end that stand in `words`; put together, the stretches are the text.
 *
 * @example sharedWords('Reset it', new Set(['reset'])) // [{ text: 'Reset', shared: true }, { text: ' it', shared: false }]
 */
export function sharedWords(text: string, words: ReadonlySet<string>): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!words.has(word.toLowerCase())) continue;
    if (index > from) stretches.push({ text: text.slice(from, index), shared: false });
    stretches.push({ text: word, shared: true });
    from = index + word.length;
  }
  return from < text.length ? [...stretches, { text: text.slice(from), shared: false }] : stretches;
}
