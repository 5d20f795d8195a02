import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { sha256 } from '../../../core/hash.ts';
import type { Reach, Sides, TableProgress } from '../column-store.ts';
import type { Place } from '../live-store.ts';

/** What a row has in one place. */
export interface Cell {
  readonly tag: string | null;
  readonly textHash: string | null;
  readonly isThere: boolean;
}

/** A row without its vectors. */
export interface SideRow {
  readonly id: string;
  /** Of its text now; null without one. */
  readonly textHash: Sha256 | null;
  readonly current: Cell;
  readonly next: Cell;
}

export const NO_CELL: Cell = { tag: null, textHash: null, isThere: false };

/** A row that a version has to have a vector of: one that has a vector in either place, or had one before the switch. */
export function isWanted({ current, next }: SideRow): boolean {
  return current.isThere || next.isThere || current.textHash !== null;
}

/** Nothing watches the columns of such a store, so that the hash is always compared with the text. */
export function lacks(row: SideRow, place: Place, tag: Fingerprint): boolean {
  const cell = row[place];
  return !cell.isThere || cell.tag !== tag || cell.textHash !== row.textHash;
}

/** Part `index` of `count`, by a hash of the id: what one of many workers takes. */
export function isDealt(id: string, { shard }: Reach): boolean {
  if (shard === undefined) return true;
  return Number.parseInt(sha256(id).slice(0, 8), 16) % shard.count === shard.index - 1;
}

/** Examples of ids that are named. */
const EXAMPLES = 5;

const COUNTED = ['wanted', 'current', 'next', 'withoutText', 'empty', 'nextOnly'] as const;

/** Counts rows of a store that can't count them itself. */
export class ProgressTally {
  readonly #sides: Sides;
  readonly #examples: string[] = [];
  readonly #counts = { wanted: 0, current: 0, next: 0, withoutText: 0, empty: 0, nextOnly: 0 };

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  add(row: SideRow): void {
    const counts = this.#counts;
    if (!isWanted(row)) {
      counts.empty++;
      return;
    }
    counts.wanted++;
    const isBehind = lacks(row, 'current', this.#sides.current);
    const isNextBehind = this.#sides.next !== null && lacks(row, 'next', this.#sides.next);
    if (isBehind) counts.current++;
    if (isNextBehind) counts.next++;
    if ((this.#sides.next === null ? isBehind : isNextBehind) && this.#examples.length < EXAMPLES) this.#examples.push(row.id);
    if (row.textHash === null) counts.withoutText++;
    if (!row.current.isThere) counts.nextOnly++;
  }

  /** Takes over what another one has counted. */
  merge(other: ProgressTally): void {
    for (const name of COUNTED) this.#counts[name] += other.#counts[name];
    this.#examples.push(...other.#examples.slice(0, EXAMPLES - this.#examples.length));
  }

  get progress(): TableProgress {
    const { wanted, current, next, withoutText, empty, nextOnly } = this.#counts;
    return { wanted, lacking: { current, next }, examples: [...this.#examples].sort(), withoutText, empty, nextOnly };
  }
}
