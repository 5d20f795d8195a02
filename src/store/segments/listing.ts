import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readText, writeFileAtomic } from '../../artifact/files.ts';
import { parsedJson } from '../../artifact/json.ts';
import { CutoverError, reasonOf, systemCode } from '../../errors.ts';

/** Names the files that count, so that several can be exchanged in one rename. */
const LIST = 'segments.json';

interface List {
  readonly kind: 'cutover.segments';
  readonly schemaVersion: 1;
  readonly files: readonly string[];
}

/** The folder of a store: the path itself, or that of the one file it names. */
export function folderOf(path: string, extension: string): string {
  return path.endsWith(extension) ? dirname(path) : path;
}

/**
 * The files of a store, ascending by name: those of segments.json, or where there is none all of the extension.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, STORE_CHANGED when a listed file is gone
 */
export async function listSegments(path: string, extension: string): Promise<string[]> {
  if (path.endsWith(extension)) return (await exists(path)) ? [path] : missing(path);
  const listed = await readList(path);
  if (listed !== null) return listed.map((name) => join(path, name));
  try {
    return (await readdir(path))
      .filter((name) => name.endsWith(extension) && !name.startsWith('.'))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return missing(path);
    throw new CutoverError('FILE_UNREADABLE', { file: path, reason: reasonOf(error) }, { cause: error });
  }
}

/** Makes `files` the store's files in one step; files that count no longer are deleted afterwards. */
export async function exchangeSegments(folder: string, files: readonly string[], before: readonly string[]): Promise<void> {
  const names = files.map((file) => basename(file)).sort();
  const list: List = { kind: 'cutover.segments', schemaVersion: 1, files: names };
  await writeFileAtomic(join(folder, LIST), `${JSON.stringify(list, null, 2)}\n`);
  const kept = new Set(names);
  for (const file of before) if (!kept.has(basename(file))) await rm(file, { force: true });
}

async function readList(folder: string): Promise<readonly string[] | null> {
  const text = await readText(join(folder, LIST)).catch((error: unknown) => {
    if (error instanceof CutoverError && error.code === 'FILE_MISSING') return null;
    throw error;
  });
  if (text === null) return null;
  const list = parsedJson<List>(text);
  if (list?.kind !== 'cutover.segments' || !Array.isArray(list.files))
    throw new CutoverError('STORE_CHANGED', { store: folder, what: `${LIST} is not what a store wrote` });
  return list.files;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}

function missing(file: string): never {
  throw new CutoverError('FILE_MISSING', { file });
}

/** What tells a changed file from the one that was listed. */
export async function stampOf(file: string): Promise<string> {
  const there = await stat(file).catch(() => null);
  return there === null ? 'gone' : `${there.size} ${there.mtimeMs}`;
}
