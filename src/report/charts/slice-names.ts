import { clip, oneLine, visible } from '../text.ts';

/** Room for names on a telephone, in CSS pixels, letters of what size, and how many of those surely fit in it. */
export const NARROW_NAMES = { room: 128, fontSize: 11, letters: 17 } as const;

/** A name on one line; a dash where it is empty. */
export function shortName(text: string, limit: number): string {
  return clip(oneLine(visible(text)) || '–', limit);
}

/** A slice on two short lines, so that neither field nor value is lost. */
export function narrowName({ field, value }: { readonly field: string; readonly value: string }): string {
  const { letters } = NARROW_NAMES;
  return `${shortName(field, letters - 2)} =\n${shortName(value, letters)}`;
}
