import { CutoverError } from '../core/errors.ts';

/** Problems of one kind that are put in words; the rest are counted. */
const OF_A_KIND = 10;

interface Shown {
  readonly kind: string;
  readonly text: string;
}

/** Gathers everything wrong with a data set; keeps the first few of each kind in words and counts the rest. */
export class Problems {
  readonly #shown: Shown[] = [];
  /** How many there are of each kind, in the order in which kinds were met. */
  readonly #kinds = new Map<string, number>();
  readonly #limit: number;
  #count = 0;

  /** @param limit problems in words, over all kinds */
  constructor(limit = 50) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`The number of problems to show must be a whole number of at least 1, not ${limit}.`);
    this.#limit = limit;
  }

  /** @param where `file:line`, or the file */
  add(where: string, text: string): void {
    this.#push(`${where}: ${text}`, kindOf(where, text));
  }

  /** What a reader of a file threw. */
  addError(file: string, error: CutoverError): void {
    // Most messages begin with the file, and the line where there is one.
    const text = error.message.replace(/\.$/, '');
    if (error.code === 'FILE_MISSING') this.add(file, 'does not exist');
    else if (text.startsWith(file)) this.#push(text, text);
    else this.add(file, text);
  }

  /** How many there are so far. */
  get count(): number {
    return this.#count;
  }

  #push(text: string, kind: string): void {
    this.#count++;
    const before = this.#kinds.get(kind) ?? 0;
    this.#kinds.set(kind, before + 1);
    if (before < OF_A_KIND && this.#shown.length < this.#limit) this.#shown.push({ kind, text });
  }

  /** What another list holds, after what is here. */
  absorb(other: Problems): void {
    this.#count += other.#count;
    for (const [kind, count] of other.#kinds) this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + count);
    this.#shown.push(...other.#shown.slice(0, this.#limit - this.#shown.length));
  }

  /** Those in words; after the last of a kind, how many more there are like it. */
  #lines(): string[] {
    const last = new Map(this.#shown.map(({ kind }, i) => [kind, i]));
    const lines = this.#shown.flatMap(({ kind, text }, i) => {
      const words = this.#shown.filter((one) => one.kind === kind).length;
      const more = (this.#kinds.get(kind) ?? 0) - words;
      return last.get(kind) === i && more > 0 ? [text, `… and ${more} more like it`] : [text];
    });
    const unsaid = [...this.#kinds].filter(([kind]) => !last.has(kind)).reduce((sum, [, count]) => sum + count, 0);
    return unsaid === 0 ? lines : [...lines, `… and ${unsaid} more`];
  }

  /** @throws CutoverError DATASET_INVALID when anything was added */
  throwIfAny(folder: string): void {
    if (this.#count === 0) return;
    const count = this.#count === 1 ? 'a problem' : `${this.#count} problems`;
    throw new CutoverError('DATASET_INVALID', { folder, count }, { details: this.#lines() });
  }
}

/** Of a longer text its start tells what kind it is. */
const LONG = 1_000;

/** What problems of one file have in common: their words without ids, numbers and quotations. */
function kindOf(where: string, text: string): string {
  return `${where.replace(/(:\d+|, row \d+)$/, '')}: ${text
    .slice(0, LONG)
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/[-+]?\d[\d.]*/g, 'n')}`;
}
