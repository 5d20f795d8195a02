import { visible } from './text.ts';

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
