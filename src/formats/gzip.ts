import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp, open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CutoverError, reasonOf, unreadable } from '../core/errors.ts';
import { compressionOf } from '../system/encoding.ts';
import { refuseDevice } from '../system/files.ts';
import { bytesOf } from './bytes.ts';

/** What is unpacked may be so large, in bytes: a small file may claim to hold far more than any disk. */
const MOST = 32 * 2 ** 30;

/** The ending that says what a file holds, in lower case: that before `.gz`. @example endingOf('corpus.JSONL.gz') // '.jsonl' */
export function endingOf(path: string): string {
  return extname(path.replace(/\.gz$/i, '')).toLowerCase();
}

/** Plain copies by path, size and time of change. */
const copies = new Map<string, Promise<string>>();

/**
 * Path of a file that is read from several places at once: the file, or where it is gzipped a plain copy of it in the system's
 * temporary folder, which goes when the process ends.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, GZIP_DAMAGED, FILE_UNWRITABLE
 */
export async function plainFile(file: string): Promise<string> {
  if (!(await isGzip(file))) return file;
  const { size, mtimeMs } = await stat(file);
  const key = `${file}\n${size}\n${mtimeMs}`;
  const copy = copies.get(key) ?? copyOf(file);
  copies.set(key, copy);
  return copy;
}

async function isGzip(file: string): Promise<boolean> {
  await refuseDevice(file);
  try {
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return compressionOf(buffer) === 'gzip';
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function copyOf(file: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, basename(file).replace(/\.gz$/i, ''));
  try {
    await pipeline(Readable.from(bounded(file)), createWriteStream(copy));
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    throw new CutoverError('FILE_UNWRITABLE', { file: copy, reason: reasonOf(error) }, { cause: error });
  }
  return copy;
}

async function* bounded(file: string): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of bytesOf(file)) {
    size += chunk.length;
    if (size > MOST) throw new CutoverError('GZIP_DAMAGED', { file, reason: `it unpacks to more than ${MOST / 2 ** 30} GiB` });
    yield chunk;
  }
}
