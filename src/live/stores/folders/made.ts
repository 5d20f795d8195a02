import { appendFile, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, unreadable } from '../../../core/errors.ts';
import { writeFileAtomic } from '../../../system/files.ts';
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
  #inode = 0n;
  /** Bytes of the list that are known. */
  #known = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param before an earlier reading: of the same folder, only what was added since is read */
  static async read(folder: string, before: MadeFiles | null = null): Promise<MadeFiles> {
    const handle = await open(join(folder, MADE), 'r').catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw unreadable(join(folder, MADE), error);
    });
    if (handle === undefined) return new MadeFiles(folder);
    try {
      const { size, ino } = await handle.stat({ bigint: true });
      const isSame = before !== null && before.#folder === folder && before.#inode === ino && before.#known <= Number(size);
      const made = isSame ? before : new MadeFiles(folder);
      made.#inode = ino;
      await made.#readOn(handle, Number(size));
      return made;
    } finally {
      await handle.close();
    }
  }

  /** A line that another process is writing is for the next reading. */
  async #readOn(handle: FileHandle, size: number): Promise<void> {
    const bytes = Buffer.alloc(size - this.#known);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, this.#known);
    const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
    this.#known += end;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      const file = parsedJson<MadeFile>(line);
      if (file !== null) this.#know(file);
    }
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
