import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StoreSpec } from '../../../model/store.ts';
import { makeFolder } from '../../../system/files.ts';
import { requireScratch, scratchName, scratchSpec } from '../beside/scratch.ts';
import type { Scratch } from '../column-store.ts';
import type { RowFiles } from './files.ts';
import type { Folders } from './folders.ts';

/** Another folder with the first files, each with its first record batches or row groups. */
export async function makeScratch(
  files: RowFiles,
  folders: Folders,
  spec: StoreSpec,
  rows: number,
  onMade: (what: string) => void,
): Promise<Scratch> {
  const path = spec.path ?? '';
  const folder = join(dirname(path), scratchName());
  onMade(`folder ${folder}`);
  const store = join(folder, basename(path));
  await makeFolder(folders.place.isFile ? folder : store);
  let copied = 0;
  for (const file of await folders.live()) {
    if (copied >= rows) break;
    copied += await files.copy(file, folders.place.isFile ? store : join(store, basename(file)), rows - copied);
  }
  return { spec: scratchSpec(spec, { path: store }), rows: copied, made: [`folder ${folder}`] };
}

/** The first file, as a program writes it again that knows nothing of tags. */
export async function touchScratch(files: RowFiles, folders: Folders): Promise<number> {
  const [file] = await folders.live();
  if (file === undefined) return 0;
  return folders.place.writing(() => files.untag(file));
}

export async function dropScratch(scratch: StoreSpec): Promise<void> {
  const folder = dirname(scratch.path ?? '');
  requireScratch(basename(folder));
  await rm(folder, { recursive: true, force: true });
}
