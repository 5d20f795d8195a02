import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { CutoverError, reasonOf, unreadable } from '../core/errors.ts';
import type { ByteSource } from './npy.ts';

/**
 * The arrays of a .npz file by name, uncompressed; the file is read whole.
 * @throws CutoverError NPY_MALFORMED when it is no zip file, FILE_MISSING, FILE_UNREADABLE
 */
export async function readNpz(file: string): Promise<ReadonlyMap<string, ByteSource>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const entries = Object.entries(unzipSync(bytes)).filter(([name]) => name.endsWith('.npy'));
    return new Map(entries.map(([name, array]) => [name.slice(0, -'.npy'.length), sourceOf(array)]));
  } catch (error) {
    throw new CutoverError('NPY_MALFORMED', { where: file, reason: `it is no .npz file: ${reasonOf(error)}` }, { cause: error });
  }
}

function sourceOf(array: Uint8Array): ByteSource {
  return { size: array.length, read: (position, length) => array.slice(position, position + length) };
}
