/** How a text becomes the terms that a lexical index holds. */
export interface AnalyzerOptions {
  /** Terms that are left out, in lower case; none unless given. */
  readonly stopWords?: readonly string[];
}

/** A longer term is cut into pieces of this length, as Lucene does. */
const LONGEST = 255;

/** Extend, Format and ZWJ: part of the character before. A zero-width space ends a word. */
const REST = String.raw`(?:(?!\u200B)[\p{M}\p{Cf}])*`;
const IDEOGRAPH = String.raw`[\p{Script=Han}\p{Script=Hiragana}]`;
const KATAKANA = String.raw`[\p{Script=Katakana}\u3031-\u3035\u309B\u309C\u30A0\u30FC\uFF70]`;
const COMPLEX = String.raw`[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const LETTER = String.raw`(?!${IDEOGRAPH}|${KATAKANA}|${COMPLEX}|\p{M})\p{Alphabetic}${REST}`;
const DIGIT = String.raw`\p{Nd}${REST}`;
/** MidLetter, MidNumLet and the single quote: between letters. */
const IN_WORD = String.raw`[:\u00B7\u0387\u055F\u05F4\u2027\uFE13\uFE55\uFF1A.\u2018\u2019\u2024\uFE52\uFF07\uFF0E']${REST}`;
/** MidNum, MidNumLet and the single quote: between digits. */
const IN_NUMBER = String.raw`[,;\u037E\u0589\u060C\u060D\u066C\u07F8\u2044\uFE10\uFE14\uFE50\uFE54\uFF0C\uFF1B.\u2018\u2019\u2024\uFE52\uFF07\uFF0E']${REST}`;
const JOINER = String.raw`[\p{Pc}\u202F]${REST}`;
const PART = `(?:(?:${LETTER}(?:${IN_WORD}${LETTER})*|${DIGIT}(?:${IN_NUMBER}${DIGIT})*)+|(?:${KATAKANA}${REST})+)`;
const TERM = new RegExp(`(?:${JOINER})*${PART}(?:(?:${JOINER})+${PART})*(?:${JOINER})*|(?:${COMPLEX}${REST})+|${IDEOGRAPH}${REST}`, 'gu');

/** Each character by itself: whole words have other rules for the last letter. */
function lower(term: string): string {
  return /^[\0-\x7F]*$/.test(term) ? term.toLowerCase() : Array.from(term, (character) => character.toLowerCase()).join('');
}

function pieces(term: string): string[] {
  if (term.length <= LONGEST) return [term];
  return Array.from({ length: Math.ceil(term.length / LONGEST) }, (_, i) => term.slice(i * LONGEST, (i + 1) * LONGEST));
}

/**
 * The terms of a text in order, as Lucene's StandardAnalyzer has them: words by the Unicode rules for word boundaries, single
 * ideographs and hiragana, lower case; no stemmer, no stop words unless given. Not as Lucene: emoji are no terms.
 * Source: UAX #29, word boundaries (https://www.unicode.org/reports/tr29/).
 * @example termsOf("Can't open E-404 in v1.5") // ["can't", 'open', 'e', '404', 'in', 'v1.5']
 */
export function termsOf(text: string, { stopWords = [] }: AnalyzerOptions = {}): string[] {
  const terms = (text.match(TERM) ?? []).flatMap((term) => pieces(lower(term)));
  if (stopWords.length === 0) return terms;
  const left = new Set(stopWords);
  return terms.filter((term) => !left.has(term));
}
