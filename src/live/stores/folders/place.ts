import { access, constants, link, lstat, mkdir, readdir, realpath, rename, rm, stat, statfs, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError, reasonOf, systemCode } from '../../../core/errors.ts';
import { fileLock } from '../../../system/file-lock.ts';
import { readText, writeFileAtomic } from '../../../system/files.ts';
import { parsedJson } from '../../../system/json.ts';

/** Says, while the application's folder gets a link in its place, where it went. */
const MOVED = 'cutover_moved.json';
/** Milliseconds that a writer may hold the store before a step gives up. */
const PATIENCE = 30_000;

/**
 * Where a store of files is: a folder, or one file. Once a migration has begun its path is a symbolic link to the folder (or the file in
 * it) of the version that is live, and the switch is one rename of a new link over it.
 */
export class StorePlace {
  readonly path: string;
  readonly isFile: boolean;
  /** The folder of the folders that the tool makes. */
  readonly container: string;
  /** Held by one operator at a time. */
  readonly lock: string;
  /** Held by whoever changes files: the application's writers and the tool. */
  readonly writeLock: string;

  constructor(path: string, extension: string) {
    this.path = path;
    this.isFile = path.endsWith(extension);
    this.container = `${path}.cutover`;
    this.lock = join(dirname(path), `.${basename(path)}.cutover.lock`);
    this.writeLock = `${path}.lock`;
  }

  /** What is live: the folder, or the one file. @throws CutoverError FILE_MISSING */
  async live(): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await realpath(this.path);
      } catch (error) {
        if (attempt > 0 || !(await this.#recovered())) throw new CutoverError('FILE_MISSING', { file: this.path }, { cause: error });
      }
    }
  }

  /** The folder that is live, or that of the one file. */
  async folder(): Promise<string> {
    const live = await this.live();
    return this.isFile ? dirname(live) : live;
  }

  /** A path as it is written down: from the folder that the store is in, so that all of it can be moved. */
  written(path: string): string {
    return relative(dirname(this.path), path);
  }

  read(written: string): string {
    return resolve(dirname(this.path), written);
  }

  async isLinked(): Promise<boolean> {
    return (await lstat(this.path).catch(() => null))?.isSymbolicLink() === true;
  }

  /** A folder for the other version, empty. */
  async makeBeside(): Promise<string> {
    await this.#makeContainer();
    return this.#numbered();
  }

  async #makeContainer(): Promise<void> {
    await mkdir(this.container, { recursive: true }).catch((error: unknown) => {
      throw unwritable(this.container, error);
    });
  }

  async #numbered(): Promise<string> {
    for (let n = 1; ; n++) {
      const folder = join(this.container, String(n));
      const isMade = await mkdir(folder).then(
        () => true,
        (error: unknown) => {
          if (systemCode(error) === 'EEXIST') return false;
          throw unwritable(folder, error);
        },
      );
      if (isMade) return folder;
    }
  }

  /** Replaces the application's folder or file by a link to it. @param keep files that go with a single file */
  async makeLink(keep: readonly string[]): Promise<void> {
    if (await this.isLinked()) return;
    await this.#makeContainer();
    const target = await this.#numbered();
    try {
      if (this.isFile) {
        const file = join(target, basename(this.path));
        await link(this.path, file);
        for (const own of keep) await writeFileAtomic(join(target, basename(own)), await readText(own));
        await this.point(file);
        for (const own of keep) await rm(own, { force: true });
        return;
      }
      await writeFileAtomic(join(this.container, MOVED), `${JSON.stringify({ to: basename(target) })}\n`);
      await rename(this.path, target);
      await this.point(target);
    } catch (error) {
      await this.#recovered();
      throw unwritable(this.path, error);
    }
  }

  /** A folder that was moved and whose link was not made, because the process was killed between the two. */
  async #recovered(): Promise<boolean> {
    const moved = parsedJson<{ to: string }>(await readText(join(this.container, MOVED)).catch(() => ''));
    if (moved === null || (await lstat(this.path).catch(() => null)) !== null) return false;
    await this.point(join(this.container, basename(moved.to)));
    return true;
  }

  /** The switch: one rename. @param target the folder, or the one file in it */
  async point(target: string): Promise<void> {
    const made = `${this.path}.cutover-link`;
    await rm(made, { force: true });
    await symlink(this.written(target), made);
    await rename(made, this.path);
  }

  /** Runs while no writer changes files; waits for those that do. @throws CutoverError LEDGER_LOCKED */
  async writing<T>(work: () => Promise<T>): Promise<T> {
    const unlock = await this.#lockFiles(Date.now() + PATIENCE);
    try {
      return await work();
    } finally {
      await unlock();
    }
  }

  async #lockFiles(until: number): Promise<() => Promise<void>> {
    for (;;) {
      try {
        return await fileLock(this.writeLock, this.path);
      } catch (error) {
        if (!(error instanceof CutoverError) || error.code !== 'LEDGER_LOCKED' || Date.now() > until) throw error;
        await wait(20);
      }
    }
  }

  /** What would keep the switch from being one rename; in words, with what to do. */
  async obstacles(extension: string): Promise<{ readonly reason: string; readonly next: string }[]> {
    const above = dirname(this.path);
    const found: { reason: string; next: string }[] = [];
    const [own, parent] = [await stat(await this.folder()), await stat(above)];
    if (!(await this.isLinked()) && !this.isFile && own.dev !== parent.dev)
      found.push({
        reason: `${this.path} is a mount point, which can't be renamed`,
        next: 'Put the files into a folder below it, and name that one',
      });
    if (
      !(await access(above, constants.W_OK).then(
        () => true,
        () => false,
      ))
    )
      found.push({
        reason: `${above} can't be written to, and the switch is a rename in it`,
        next: 'Give the user that runs this the right to write there',
      });
    if (this.isFile) return found;
    const others = (await readdir(await this.folder())).filter(
      (name) => !name.endsWith(extension) && !name.startsWith('.') && !name.startsWith('cutover_'),
    );
    if (others.length > 0)
      found.push({
        reason: `${this.path} holds other things than the store's files: ${others.sort().slice(0, 5).join(', ')}`,
        next: 'Move them elsewhere: the folder of the other version would not have them',
      });
    return found;
  }

  /** Bytes that are free where the folders are made. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(dirname(this.path));
    return bavail * bsize;
  }
}

export function unwritable(file: string, error: unknown): CutoverError {
  if (error instanceof CutoverError) return error;
  return new CutoverError('FILE_UNWRITABLE', { file, reason: reasonOf(error) }, { cause: error });
}
