import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError, reasonOf, systemCode, unreadable } from '../core/errors.ts';
import { masked } from '../core/secrets.ts';
import { requireUtf8, requireUtf8Head } from './encoding.ts';

/**
 * Writes a file so that at any moment either the old or the whole new content is there: written beside,
 * synced, renamed, folder synced. Left-overs of a killed process are called `.<name>.<uuid>.part`.
 * @param content bytes, text (no secret in it is left to read), or a function that writes to the open handle.
 * @param beforeItCounts told of the whole file just before it gets its name
 * @throws CutoverError FILE_UNWRITABLE (disk full, no permission); nothing half-written is left.
 */
export async function writeFileAtomic(
  file: string,
  content: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
  beforeItCounts: (part: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const part = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`);
  try {
    await makeFolder(dirname(file));
    const handle = await open(part, 'wx');
    try {
      if (typeof content === 'function') await content(handle);
      else await handle.writeFile(typeof content === 'string' ? masked(content) : content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await beforeItCounts(part);
    await rename(part, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (error instanceof CutoverError || systemCode(error) === undefined) throw error;
    throw new CutoverError('FILE_UNWRITABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * Creates a folder, and those above it that are missing.
 * @throws Error of the operating system
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    // Node says so of several folders whatever kept it from the first one, e.g. that the file system is read-only.
    await mkdir(await firstMissing(resolve(folder)));
    await makeFolder(folder);
  }
}

async function firstMissing(folder: string): Promise<string> {
  const above = dirname(folder);
  return above === folder || (await stat(above).catch(() => null)) !== null ? folder : firstMissing(above);
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

/** A whole file. @throws CutoverError FILE_MISSING, FILE_IS_FOLDER, FILE_UNREADABLE */
export async function readWhole(file: string): Promise<Buffer> {
  await refuseDevice(file);
  return readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

/** The text of a file; null where there is no such file. @throws as readText does */
export async function readTextIfAny(file: string): Promise<string | null> {
  try {
    return await readText(file);
  } catch (error) {
    if (error instanceof CutoverError && error.code === 'FILE_MISSING') return null;
    throw error;
  }
}

/**
 * Refuses a device: `/dev/zero` has no end, and a link in a repository may lead there. A file that isn't there is left to its reader.
 * @throws CutoverError FILE_UNREADABLE
 */
export async function refuseDevice(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null || !(found.isCharacterDevice() || found.isBlockDevice())) return;
  throw new CutoverError('FILE_UNREADABLE', { file, reason: 'it is a device, not a file' });
}

/**
 * A whole text file in UTF-8.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, FILE_ENCODING, FILE_PACKED
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readWhole(file);
  requireUtf8Head(file, bytes);
  requireUtf8(file, bytes);
  return bytes.toString('utf8');
}

/**
 * SHA-256 of a file's bytes, streamed.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function sha256File(file: string): Promise<Sha256> {
  await refuseDevice(file);
  const hash = createHash('sha256');
  try {
    // Weights are large: in pieces of the usual 64 KiB, reading takes as long as hashing.
    await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), hash);
  } catch (error) {
    throw unreadable(file, error);
  }
  return hash.digest('hex') as Sha256;
}
