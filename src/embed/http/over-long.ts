import type { TextItem } from '../embedder.ts';

/** How long a text may be; null where nothing was said. */
export interface LengthLimit {
  /** UTF-16 code units, prefix included. */
  readonly characters: number | null;
  /** Estimated tokens, prefix included. */
  readonly tokens: number | null;
}

/** A text as it is sent. */
export interface CutText {
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * Cuts a text at the limit, never within a character. Nobody here has the tokenizer of a service, so its tokens are estimated, rather
 * too many than too few: a pure function of the text, since the vector has to be one.
 * @example cutText('abcdef', { characters: 4, tokens: null }) // { text: 'abcd', truncated: true }
 */
export function cutText(text: string, { characters, tokens }: LengthLimit): CutText {
  let end = Math.min(text.length, characters ?? Number.POSITIVE_INFINITY);
  if (tokens !== null) end = Math.min(end, endOfTokens(text, tokens));
  if (end >= text.length) return { text, truncated: false };
  const isInside = end > 0 && isHigh(text.charCodeAt(end - 1));
  return { text: text.slice(0, isInside ? end - 1 : end), truncated: true };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Where the estimate passes the limit: code units of the text before it. */
function endOfTokens(text: string, limit: number): number {
  // In quarters, so that the sum is exact.
  let left = 4 * limit;
  for (let i = 0; i < text.length; i++) {
    left -= quarters(text.charCodeAt(i));
    if (left < 0) return i;
  }
  return text.length;
}

/**
 * Quarters of a token that a UTF-16 code unit takes, about: English has four letters a token; digits, signs and other alphabets have
 * two and fewer, and scripts without alphabets one or more tokens a sign.
 */
function quarters(unit: number): number {
  if ((unit >= 97 && unit <= 122) || unit === 32) return 1;
  if (unit < 0x530) return 2;
  return 4;
}

/** Words by which services say that a text is too long for their model. */
const TOO_LONG =
  /context|less than \d+ tokens|too (long|many|large)|max(imum)?\b.{0,40}\b(tokens?|length|inputs?|characters)|tokens?\b.{0,40}\blimit|exceed/i;

export function saysTooLong(words: string): boolean {
  return TOO_LONG.test(words);
}

/** The key that cuts such texts: the limit in tokens where the service names it, else a length below the one it refused. */
export function limitFor(words: string, length: number): string {
  const named = /(\d[\d,]{2,6})\s*(?:input )?tokens|(?:length|limit|window)(?: is| of|:)?\s*(\d[\d,]{2,6})/i.exec(words);
  const tokens = Number((named?.[1] ?? named?.[2] ?? '').replaceAll(',', ''));
  if (tokens >= 100) return `maxTokens: ${tokens}`;
  return `maxCharacters: ${Math.max(100, Math.floor((0.7 * length) / 100) * 100)}`;
}

/** How many of the texts are as long as the one that was refused, that one counted. */
export function asLong(items: readonly TextItem[], length: number): number {
  return items.filter(({ text }) => text.length >= length).length;
}
