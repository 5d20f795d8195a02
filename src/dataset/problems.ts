import { CutoverError } from '../core/errors.ts';

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
    this.#push(`${where}: ${text}`);
  }

  /** What a reader of a file threw. */
  addError(file: string, error: CutoverError): void {
    // Most messages begin with the file, and the line where there is one.
    const text = error.message.replace(/\.$/, '');
    if (error.code === 'FILE_MISSING') this.add(file, 'does not exist');
    else if (text.startsWith(file)) this.#push(text);
    else this.add(file, text);
  }

  /** How many there are so far. */
  get count(): number {
    return this.#count;
  }

  #push(text: string): void {
    this.#count++;
    if (this.#shown.length < this.#limit) this.#shown.push(text);
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
