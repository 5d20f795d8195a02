import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../../../core/errors.ts';

/** How often a folder may change under a listing before it is given up. */
const ATTEMPTS = 20;

/**
 * The files of a store, ascending by name: every file of the extension, whoever put it there.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, STORE_CHANGED while others keep changing the folder
 */
export async function listSegments(path: string, extension: string): Promise<string[]> {
  if (path.endsWith(extension)) return (await stampOf(path)) === 'gone' ? missing(path) : [path];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await stampOf(path);
    const files = await filesOf(path, extension);
    // Names read while a file is replaced could hold a row twice, or not at all.
    if ((await stampOf(path)) === before) return files;
  }
  throw new CutoverError('STORE_CHANGED', { store: path, what: 'files come and go' });
}

async function filesOf(folder: string, extension: string): Promise<string[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(extension) && !name.startsWith('.'));
  return names.sort().map((name) => join(folder, name));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return missing(folder);
    throw new CutoverError('FILE_UNREADABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
  }
}

function missing(file: string): never {
  throw new CutoverError('FILE_MISSING', { file });
}

/** What tells a changed file from the one that was listed. */
export async function stampOf(file: string): Promise<string> {
  const there = await stat(file, { bigint: true }).catch(() => null);
  return there === null ? 'gone' : `${there.size} ${there.mtimeNs} ${there.ino}`;
}

/** @returns the error itself, or STORE_CHANGED where the file is another one than it was, or gone */
export async function orChanged(error: unknown, file: string, before: string): Promise<unknown> {
  const now = await stampOf(file);
  if (now === before && now !== 'gone') return error;
  return new CutoverError('STORE_CHANGED', { store: file, what: 'it is gone or another file now' }, { cause: error });
}

export function isChanged(error: unknown): boolean {
  return error instanceof CutoverError && (error.code === 'STORE_CHANGED' || error.code === 'FILE_MISSING');
}

/**
 * What each file says, whatever becomes of the others: one that is replaced while it is read is read again, and one that is gone says
 * nothing. Rows that a writer moves meanwhile to another file are for the next look.
 * @throws CutoverError STORE_CHANGED where others keep replacing the same file
 */
export async function ofEach<T>(files: readonly string[], look: (file: string) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const file of files)
    for (let attempt = 1; ; attempt++) {
      try {
        found.push(await look(file));
        break;
      } catch (error) {
        if (!isChanged(error) || attempt === ATTEMPTS) throw error;
        if ((await stampOf(file)) === 'gone') break;
      }
    }
  return found;
}
