/** What XML 1.0 forbids and `visible` leaves: the two last code points of the basic plane. */
const FORBIDDEN = /[\uFFFE\uFFFF]/g;

/** Text of the data as XML: nothing in it ends a tag, an attribute or a CDATA section, and no forbidden character is left. */
export function xml(text: string): string {
  return visible(text)
    .replace(FORBIDDEN, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase()}⟩`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&apos;')
    .replace(/\n/g, '&#10;')
    .replace(/\t/g, '&#9;');
}

/** Format characters that are drawn: Arabic, Syriac and Kaithi signs that span numbers and words. */
const DRAWN = new Set([0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0x110bd, 0x110cd]);
/** What a joiner may follow: emoji sequences, and scripts whose spelling needs it. */
const JOINED =
  /(?:\uFE0F|[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}])$/u;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function picture(character: string, offset: number, whole: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n' || character === '\t' || DRAWN.has(code)) return character;
  const joiner = code === 0x200c || code === 0x200d;
  if (joiner && JOINED.test(whole.slice(Math.max(0, offset - 2), offset))) return character;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/**
 * Makes characters visible that are not seen but act: control characters (ANSI escapes), bidirectional controls,
 * zero-width characters, lone surrogates. Line feeds and tabs stay; so do joiners inside emoji and scripts that need them.
 *
 * @example visible('a\u202Eb') // 'a⟨U+202E⟩b'
 */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNSEEN, picture);
}

/**
 * At most `limit` code points, an ellipsis in place of the rest.
 * @throws RangeError on a limit below 1.
 * @example clip('abcdef', 4) // 'abc…'
 */
export function clip(text: string, limit: number): string {
  if (!(limit >= 1)) throw new RangeError(`Cannot clip to ${limit} characters.`);
  // A code point is at most two code units, so a longer prefix is never needed.
  const points = [...text.slice(0, 2 * limit + 2)];
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}

/** White space of any kind collapsed to single spaces. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
