/** Half the edge of the largest mark, a ring around a ring, with its stroke. In CSS pixels, as everything here. */
const MARK = 10;
/** Half the height of a line of letters, and the width of one at most. */
const [LINE, LETTER] = [7, 7];

/** Places around a spot, the usual one first. */
const PLACES = [
  { dx: 12, dy: 0, anchor: 'start' },
  { dx: -12, dy: 0, anchor: 'end' },
  { dx: 0, dy: -18, anchor: 'middle' },
  { dx: 0, dy: 18, anchor: 'middle' },
  { dx: 12, dy: -18, anchor: 'start' },
  { dx: 12, dy: 18, anchor: 'start' },
  { dx: -12, dy: -18, anchor: 'end' },
  { dx: -12, dy: 18, anchor: 'end' },
] as const;

/** Where a label stands from its spot, and how it is aligned. */
export type LabelPlace = (typeof PLACES)[number];

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function boxOf({ x, y, text }: Spot & { readonly text: string }, { dx, dy, anchor }: LabelPlace): Box {
  const long = LETTER * text.length;
  const left = x + dx - { start: 0, middle: long / 2, end: long }[anchor];
  return { left, right: left + long, top: y + dy - LINE, bottom: y + dy + LINE };
}

/** A place for each label on no mark, on no earlier label and inside the frame; the usual one where none is free. */
export function labelPlaces(labels: readonly (Spot & { readonly text: string })[], marks: readonly Spot[], frame: Box): LabelPlace[] {
  const taken: Box[] = marks.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }));
  return labels.map((label) => {
    const free = PLACES.find((place) => {
      const box = boxOf(label, place);
      const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
      return inside && !taken.some((other) => meet(box, other));
    });
    const place = free ?? PLACES[0];
    taken.push(boxOf(label, place));
    return place;
  });
}
