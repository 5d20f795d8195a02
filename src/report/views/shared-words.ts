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
