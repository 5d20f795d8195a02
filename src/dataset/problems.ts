import { CutoverError } from '../errors.ts';

/** Gathers everything wrong with a data set; keeps the first few in words and counts the rest. */
export class Problems {
  readonly #shown: string[] = [];
  readonly #limit: number;
  #count = 0;

  constructor(limit = 50) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`The number of problems to show must be a whole number of at least 1, not ${limit}.`);
    this.#limit = limit;
  }

  /** @param where `file:line`, or the file */
  add(where: string, text: string): void {
    this.#count++;
    if (this.#shown.length < this.#limit) this.#shown.push(`${where}: ${text}`);
  }

  /** What another list holds, after what is here. */
  absorb(other: Problems): void {
    this.#count += other.#count;
    this.#shown.push(...other.#shown.slice(0, this.#limit - this.#shown.length));
  }

  /** @throws CutoverError DATASET_INVALID when anything was added */
  throwIfAny(folder: string): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#shown.length;
    const count = this.#count === 1 ? 'a problem' : `${this.#count} problems`;
    throw new CutoverError(
      'DATASET_INVALID',
      { folder, count },
      { details: more === 0 ? this.#shown : [...this.#shown, `… and ${more} more`] },
    );
  }
}
