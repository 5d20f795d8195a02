import { readFile } from 'node:fs/promises';
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { CutoverError, reasonOf, unreadable } from '../core/errors.ts';
import { plainFile } from './gzip.ts';
import type { ByteSource } from './npy.ts';

/** Vectors shrink to a half at best; a file of zeros that unpacks to gigabytes is none of vectors. */
const MOST_TIMES = 100;
/** Below it an array may be of anything: nothing is lost by unpacking it. */
const HARMLESS_BYTES = 64e6;

/**
 * The arrays of a .npz file by name, uncompressed; the file is read whole.
 * @throws CutoverError NPY_MALFORMED when it is no zip file, FILE_MISSING, FILE_UNREADABLE
 */
export async function readNpz(file: string): Promise<ReadonlyMap<string, ByteSource>> {
  const bytes = await readFile(await plainFile(file)).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const entries = Object.entries(unzipSync(bytes, { filter: (entry) => entry.name.endsWith('.npy') && isBounded(entry, file) }));
    return new Map(entries.map(([name, array]) => [name.slice(0, -'.npy'.length), sourceOf(array)]));
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    throw new CutoverError('NPY_MALFORMED', { where: file, reason: `it is no .npz file: ${reasonOf(error)}` }, { cause: error });
  }
}

/** Whether an array may be unpacked: what it claims to hold is asked before memory is given to it. */
function isBounded({ name, size, originalSize }: UnzipFileInfo, file: string): boolean {
  if (originalSize <= HARMLESS_BYTES || originalSize <= MOST_TIMES * size) return true;
  const reason = `${name} would grow from ${size} to ${originalSize} bytes, which vectors do not`;
  throw new CutoverError('NPY_MALFORMED', { where: file, reason });
}

function sourceOf(array: Uint8Array): ByteSource {
  return { size: array.length, read: (position, length) => array.slice(position, position + length) };
}
