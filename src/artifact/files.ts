import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CutoverError, reasonOf, systemCode, unreadable } from '../errors.ts';

/**
 * Writes a file so that at any moment either the old or the whole new content stands there: written beside,
 * synced, renamed, folder synced. Left-overs of a killed process are called `.<name>.<uuid>.part`.
 * @param content bytes, text, or a function that writes to the open handle.
 * @throws CutoverError FILE_UNWRITABLE (disk full, no permission); nothing half-written is left.
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array | ((handle: FileHandle) => Promise<void>)): Promise<void> {
  const part = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`);
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(part, 'wx');
    try {
      if (typeof content === 'function') await content(handle);
      else await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (error instanceof CutoverError || systemCode(error) === undefined) throw error;
    throw new CutoverError('FILE_UNWRITABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * A whole text file.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}
