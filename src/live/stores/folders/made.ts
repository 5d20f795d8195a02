import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextIfAny, writeFileAtomic } from '../../../system/files.ts';
import { parsedJson } from '../../../system/json.ts';
import { unwritable } from './place.ts';

export const MADE = 'cutover_files.jsonl';

/** What a file beside was made of. */
export interface MadeFile {
  readonly name: string;
  /** Size, time and inode of the file that is live; null once that is gone. */
  readonly source: string | null;
  /** Of the file itself. */
  readonly own: string;
  /** Rows that have no vector of this version; −1 where nobody has counted them. */
  readonly hollow: number;
}

/** The files of a folder beside, each with what it was made of: a line is written before the file gets its name. */
export class MadeFiles {
  readonly #folder: string;
  readonly #last = new Map<string, MadeFile>();
  readonly #owns = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async read(folder: string): Promise<MadeFiles> {
    const made = new MadeFiles(folder);
    const text = (await readTextIfAny(join(folder, MADE))) ?? '';
    for (const line of text.split('\n')) {
      const file = parsedJson<MadeFile>(line);
      if (file !== null) made.#know(file);
    }
    return made;
  }

  #know(file: MadeFile): void {
    this.#last.set(file.name, file);
    this.#owns.add(`${file.name}\n${file.own}`);
  }

  get(name: string): MadeFile | null {
    return this.#last.get(name) ?? null;
  }

  names(): string[] {
    return [...this.#last.keys()];
  }

  /** Whether the tool made this very file, or knew it when the folders changed places. */
  isKnown(name: string, stamp: string): boolean {
    return this.#owns.has(`${name}\n${stamp}`);
  }

  async add(file: MadeFile): Promise<void> {
    await appendFile(join(this.#folder, MADE), `${JSON.stringify(file)}\n`).catch((error: unknown) => {
      throw unwritable(join(this.#folder, MADE), error);
    });
    this.#know(file);
  }

  /** Begins a folder's list again. */
  static async write(folder: string, files: readonly MadeFile[]): Promise<void> {
    await writeFileAtomic(join(folder, MADE), files.map((file) => `${JSON.stringify(file)}\n`).join(''));
  }
}
