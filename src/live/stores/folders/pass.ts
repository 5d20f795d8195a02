import { basename, join } from 'node:path';
import { isDealt } from '../beside/lacking.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { PendingRow, PlacedRow, Reach } from '../column-store.ts';
import { isDue, isOf, type RowFiles } from './files.ts';
import type { Folders } from './folders.ts';
import { isChanged, orChanged, stampOf } from './listing.ts';
import type { MadeFiles } from './made.ts';
import { FileTask } from './task.ts';

/** One pass over the files: the rows that lack something, file by file, and each file written again once all of its rows are made. */
export class FolderPass {
  readonly name: string;
  readonly #reach: Reach;
  readonly #files: RowFiles;
  readonly #folders: Folders;
  readonly #texts: RowTexts;
  readonly #tasks = new Map<string, FileTask>();
  readonly #left: string[];
  #held = 0;

  private constructor(reach: Reach, files: RowFiles, folders: Folders, texts: RowTexts, left: string[]) {
    this.name = JSON.stringify(reach);
    this.#reach = reach;
    this.#files = files;
    this.#folders = folders;
    this.#texts = texts;
    this.#left = left;
  }

  static async begin(reach: Reach, files: RowFiles, folders: Folders, texts: RowTexts): Promise<FolderPass> {
    await folders.bringLate();
    const live = await folders.live();
    // A part of the work is a part of the files: each is written by one process.
    return new FolderPass(
      reach,
      files,
      folders,
      texts,
      live.filter((file) => isDealt(basename(file), reach)),
    );
  }

  async next(most: number): Promise<PendingRow[]> {
    for (const task of [...this.#tasks.values()]) if (task.isSpent) await this.#finish(task);
    const found: PendingRow[] = [];
    while (found.length < most) {
      const task = [...this.#tasks.values()].find(({ isSpent }) => !isSpent) ?? (await this.#begin());
      if (task === null) break;
      const rows = await task.next(most - found.length).catch((error: unknown) => this.#leave(task, error));
      if (rows === null) continue;
      // A file that lacks no row is done at once.
      if (rows.length === 0 && task.isSpent && !found.some(({ key }) => key[0] === task.name)) await this.#finish(task);
      found.push(...rows);
    }
    if (found.length === 0 && this.#reach.place === 'next' && this.#reach.shard === undefined && this.#held === 0)
      await this.#folders.removeGone();
    return found;
  }

  /** A file that was replaced or deleted meanwhile is for the next pass, with what was made of its texts. */
  async #leave(task: FileTask, error: unknown): Promise<null> {
    if (!isChanged(error)) throw error;
    this.#held++;
    this.#tasks.delete(task.name);
    const isAny = (task.log?.rows ?? 0) > 0;
    await task.close();
    if (isAny) await this.#folders.place.writing(() => this.#again(task.source)).catch(unlessChanged);
    return null;
  }

  /** No writer writes meanwhile, so that this is of use however often a file is replaced. */
  async #again(source: string): Promise<void> {
    const older = (await stampOf(source)) === 'gone' ? null : await this.#olderOf(basename(source));
    const task = older === null ? null : await this.#taskOf(source, older);
    if (task === null) return;
    const isWritten = await (this.#reach.place === 'next' ? this.#writeBeside(task, true) : this.#writeLive(task)).catch((error: unknown) =>
      task.close().then(() => Promise.reject(error)),
    );
    await (isWritten ? task.drop() : task.close());
  }

  #taskOf(source: string, older: readonly string[]): Promise<FileTask | null> {
    const logs = join(this.#folders.place.container, 'logs');
    return FileTask.begin({ files: this.#files, texts: this.#texts, source, name: basename(source), logs, older }, this.#reach);
  }

  async #begin(): Promise<FileTask | null> {
    for (;;) {
      const source = this.#left.shift();
      if (source === undefined) return null;
      const older = await this.#olderOf(basename(source));
      if (older === null) continue;
      const task = await this.#taskOf(source, older).catch(unlessChanged);
      if (task !== null) {
        this.#tasks.set(task.name, task);
        return task;
      }
      this.#held++;
    }
  }

  /** @returns null where the file beside is as it must be */
  async #olderOf(name: string): Promise<string[] | null> {
    const folder = this.#reach.place === 'next' ? await this.#folders.beside() : null;
    if (folder === null) return [];
    const made = await this.#folders.madeIn(folder);
    const entry = made.get(name);
    if (entry !== null && (await this.#folders.isFresh(made, folder, name)) && entry.hollow <= 0) {
      if (entry.hollow === 0 || (await this.#isWhole(join(folder, name)))) {
        if (entry.hollow !== 0) await made.add({ ...entry, hollow: 0 });
        return null;
      }
    }
    return this.#folders.olderOf(made, folder, name);
  }

  /** Whether a file that the switch put beside has a vector of its version for each row that must have one. */
  async #isWhole(file: string): Promise<boolean> {
    for await (const row of this.#files.rows(file, false))
      if (isDue(row) && row.textHash !== null && !isOf(row, this.#reach.tag)) return false;
    return true;
  }

  async #finish(task: FileTask): Promise<void> {
    this.#tasks.delete(task.name);
    const writing =
      this.#reach.place === 'next' ? this.#writeBeside(task, false) : this.#folders.place.writing(() => this.#writeLive(task));
    const isWritten = await writing.catch((error: unknown) => this.#leave(task, error));
    if (isWritten !== null) await (isWritten ? task.drop() : task.close());
  }

  /** @param isHollow whether rows may be left for the next pass */
  async #writeBeside(task: FileTask, isHollow: boolean): Promise<boolean> {
    const folder = await this.#folders.beside();
    if (!(isHollow || task.isComplete) || folder === null) return false;
    await writeBeside(this.#files, await this.#folders.madeIn(folder), folder, task);
    return true;
  }

  /** A file of the folder that is live is written while no writer writes. */
  async #writeLive(task: FileTask): Promise<boolean> {
    if ((task.log?.rows ?? 0) === 0) return true;
    if ((await stampOf(task.source)) !== task.stamp) throw await orChanged(undefined, task.source, task.stamp);
    const folder = await this.#folders.beside();
    const made = folder === null ? null : await this.#folders.madeIn(folder);
    const entry = made?.get(task.name) ?? null;
    await this.#files.rewrite(task.source, task.source, task.log, { tag: task.tag, isCurrent: true }, async (part) => {
      // Texts are the same, so that the file beside is still of this one.
      if (entry?.source === task.stamp) await made?.add({ ...entry, source: await stampOf(part) });
    });
    return true;
  }

  async place(rows: readonly PlacedRow[]): Promise<(readonly string[])[]> {
    const byFile = new Map<string, PlacedRow[]>();
    for (const row of rows) {
      const own = byFile.get(row.key[0] ?? '');
      if (own === undefined) byFile.set(row.key[0] ?? '', [row]);
      else own.push(row);
    }
    const written: (readonly string[])[] = [];
    for (const [name, own] of byFile) {
      const task = this.#tasks.get(name);
      if (task !== undefined && (await task.place(own))) written.push(...own.map(({ key }) => key));
    }
    return written;
  }

  async close(): Promise<void> {
    for (const task of this.#tasks.values()) await task.close();
    this.#tasks.clear();
  }
}

/** Writes what a task has as the file beside; its list says so before it counts. */
export async function writeBeside(
  files: RowFiles,
  made: MadeFiles,
  folder: string,
  task: Pick<FileTask, 'source' | 'stamp' | 'name' | 'tag' | 'log'>,
): Promise<void> {
  await files.rewrite(task.source, join(folder, task.name), task.log, { tag: task.tag, isCurrent: false }, async (part, hollow) => {
    // Columns of one file and vectors of another would be worse than none.
    if ((await stampOf(task.source)) !== task.stamp) throw await orChanged(undefined, task.source, task.stamp);
    await made.add({ name: task.name, source: task.stamp, own: await stampOf(part), hollow });
  });
}

function unlessChanged(error: unknown): null {
  if (!isChanged(error)) throw error;
  return null;
}
