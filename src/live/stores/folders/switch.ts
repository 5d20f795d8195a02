import { basename, join } from 'node:path';
import { CutoverError } from '../../../core/errors.ts';
import type { StateLedger } from '../beside/state.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { LedgerMove, Sides } from '../column-store.ts';
import type { RowFiles } from './files.ts';
import type { Folders } from './folders.ts';
import { stampOf } from './listing.ts';
import { type MadeFile, MadeFiles } from './made.ts';
import { writeBeside } from './pass.ts';
import { FileTask } from './task.ts';

export interface SwitchWork {
  readonly files: RowFiles;
  readonly folders: Folders;
  readonly texts: RowTexts;
  readonly ledger: StateLedger;
  readonly title: string;
}

/**
 * Makes the folder beside the one that is live, by one rename: ledger and list of files are in it already. No writer writes
 * meanwhile. Rows that were written since the last pass come along without a vector of the version, which `migrate follow` makes.
 */
export async function switchFolders(work: SwitchWork, after: Sides, move: LedgerMove): Promise<void> {
  const { folders, ledger, title } = work;
  const folder = await folders.beside();
  const next = (await ledger.sides())?.next ?? null;
  if (folder === null || next === null) throw new CutoverError('STORE_CHANGED', { store: title, what: 'no folder is beside it' });
  await folders.bringLate();
  await folders.place.writing(async () => {
    const before = await folders.place.folder();
    const files = await folders.live();
    const made = await folders.madeIn(folder);
    for (const file of files) await bringAlong(work, made, folder, file, next);
    const live = new Set(files.map((file) => basename(file)));
    for (const name of made.names()) if (!live.has(name)) await folders.removeMade(made, folder, name);
    const list: MadeFile[] = [];
    for (const name of live)
      list.push({ name, source: await stampOf(join(folder, name)), own: await stampOf(join(before, name)), hollow: -1 });
    await MadeFiles.write(before, list);
    await ledger.writeInto(folder, move, { live: after.current, next: after.next, made: folders.place.written(before) });
    await folders.place.point(folders.place.isFile ? join(folder, basename(await folders.place.live())) : folder);
  });
}

async function bringAlong(
  { files, folders, texts }: SwitchWork,
  made: MadeFiles,
  folder: string,
  source: string,
  tag: Sides['current'],
): Promise<void> {
  const name = basename(source);
  if (await folders.isFresh(made, folder, name)) return;
  const logs = join(folders.place.container, 'logs');
  const older = await folders.olderOf(made, folder, name);
  const task = await FileTask.begin({ files, texts, source, name, logs, older }, { place: 'next', tag });
  if (task === null) throw new CutoverError('LEDGER_LOCKED', { store: source, holder: 'another process fills it', otherwise: '' });
  await writeBeside(files, made, folder, task);
  await task.drop();
}
