import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StateLedger } from '../beside/state.ts';
import { listSegments, stampOf } from './listing.ts';
import { MADE, MadeFiles } from './made.ts';
import type { StorePlace } from './place.ts';

/** The folder that is live and the one beside, with the files of each. */
export class Folders {
  readonly place: StorePlace;
  readonly #extension: string;
  readonly #ledger: StateLedger;
  #made: MadeFiles | null = null;
  #gone: { readonly stamp: string; readonly names: readonly string[] } | null = null;

  constructor(place: StorePlace, extension: string, ledger: StateLedger) {
    this.place = place;
    this.#extension = extension;
    this.#ledger = ledger;
  }

  /** Paths of the files that are live. */
  async live(): Promise<string[]> {
    return listSegments(await this.place.live(), this.#extension);
  }

  /** Null where there is none. */
  async beside(): Promise<string | null> {
    const { made, next } = await this.#ledger.places();
    return made === null || next === null ? null : this.place.read(made);
  }

  /** What is read of the one beside; null where nothing of it is made yet. */
  async besidePath(): Promise<string | null> {
    const folder = await this.beside();
    if (folder === null || !this.place.isFile) return folder;
    const file = join(folder, basename(await this.place.live()));
    return (await stampOf(file)) === 'gone' ? null : file;
  }

  async filesIn(folder: string): Promise<string[]> {
    const names = await readdir(folder).catch(() => []);
    const only = this.place.isFile ? basename(await this.place.live()) : null;
    return names
      .filter((name) => name.endsWith(this.#extension) && !name.startsWith('.'))
      .filter((name) => only === null || name === only)
      .sort()
      .map((name) => join(folder, name));
  }

  /**
   * Files that a writer put into the folder which is not live any more, because the folders changed places while it wrote: they go where
   * it meant them to go.
   */
  async bringLate(): Promise<readonly string[]> {
    const folder = await this.beside();
    if (folder === null) return [];
    const made = await this.madeIn(folder);
    const late: string[] = [];
    for (const file of await this.filesIn(folder)) if (!made.isKnown(basename(file), await stampOf(file))) late.push(file);
    if (late.length === 0) return [];
    const live = await this.place.folder();
    await this.place.writing(async () => {
      for (const file of late) await rename(file, join(live, basename(file)));
    });
    return late.map((file) => basename(file));
  }

  /** Takes away files whose live file is gone, once every live file has its own: until then they may have vectors of its rows. */
  async removeGone(): Promise<void> {
    const folder = await this.beside();
    if (folder === null) return;
    await this.place.writing(async () => {
      const made = await this.madeIn(folder);
      const live = new Set((await this.live()).map((file) => basename(file)));
      for (const name of live) if (!(await this.isFresh(made, folder, name))) return;
      for (const name of made.names()) if (!live.has(name)) await this.removeMade(made, folder, name);
    });
  }

  async removeMade(made: MadeFiles, folder: string, name: string): Promise<void> {
    const own = await stampOf(join(folder, name));
    if (own === 'gone' || !made.isKnown(name, own)) return;
    await rm(join(folder, name));
    await made.add({ name, source: null, own, hollow: 0 });
  }

  /** Whether the file beside was made of the one that is live. */
  async isFresh(made: MadeFiles, folder: string, name: string): Promise<boolean> {
    const entry = made.get(name);
    if (entry === null) return false;
    const [source, own] = [await stampOf(join(await this.place.folder(), name)), await stampOf(join(folder, name))];
    return entry.source === source && entry.own === own;
  }

  /** The list of what was made in a folder, as it is now. */
  async madeIn(folder: string): Promise<MadeFiles> {
    this.#made = await MadeFiles.read(folder, this.#made);
    return this.#made;
  }

  /** Files of the folder beside that a live file's rows may be in: its own of before, and those whose live file is gone. */
  async olderOf(made: MadeFiles, folder: string, name: string): Promise<string[]> {
    const found: string[] = [];
    for (const own of [name, ...(await this.#goneOf(made, folder))]) {
      const file = join(folder, own);
      if (made.isKnown(own, await stampOf(file))) found.push(file);
    }
    return found;
  }

  /** Looked for once, until files come or go: every file that is made asks for it. */
  async #goneOf(made: MadeFiles, folder: string): Promise<readonly string[]> {
    const stamp = `${folder} ${await stampOf(await this.place.folder())}`;
    if (this.#gone?.stamp !== stamp) {
      const live = new Set((await this.live()).map((file) => basename(file)));
      this.#gone = { stamp, names: made.names().filter((own) => !live.has(own)) };
    }
    return this.#gone.names;
  }

  /** Deletes what the tool made or knew in a folder, and the folder where nothing else is in it. */
  async clear(folder: string): Promise<void> {
    const made = await this.madeIn(folder);
    for (const file of await this.filesIn(folder)) if (made.isKnown(basename(file), await stampOf(file))) await rm(file);
    for (const name of await readdir(folder).catch(() => []))
      if (name.startsWith('.') && name.endsWith('.part')) await rm(join(folder, name), { force: true });
    for (const file of [join(folder, MADE), this.#ledger.ledgerIn(folder), this.#ledger.stateIn(folder)]) await rm(file, { force: true });
    await rmdir(folder).catch(() => undefined);
  }
}
