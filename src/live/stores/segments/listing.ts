import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../../../core/errors.ts';
import { readText, writeFileAtomic } from '../../../system/files.ts';
import { parsedJson } from '../../../system/json.ts';

/** Exists only while files are exchanged; once it is written, the exchange counts and whoever comes next finishes it. */
const JOURNAL = 'cutover_exchange.json';
/** A written file that doesn't count yet: hidden from this store and from other readers of the folder. */
const PENDING = '.cutover-new.';
/** How often a folder may change under a listing before it is given up. */
const ATTEMPTS = 20;

interface Exchange {
  readonly kind: 'cutover.exchange';
  readonly schemaVersion: 1;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The folder of a store: the path itself, or that of the one file it names. */
export function folderOf(path: string, extension: string): string {
  return path.endsWith(extension) ? dirname(path) : path;
}

/** Where a file is written that will be called `name` once it counts. */
export function pendingFile(folder: string, name: string): string {
  return join(folder, `${PENDING}${name}`);
}

/**
 * The files of a store, ascending by name: every file of the extension, whoever put it there.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, STORE_CHANGED while others keep changing the folder
 */
export async function listSegments(path: string, extension: string): Promise<string[]> {
  if (path.endsWith(extension)) return (await stampOf(path)) === 'gone' ? missing(path) : [path];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await stampOf(path);
    const files = await filesOf(path, extension);
    // Names read in the middle of an exchange could hold a row twice, or not at all.
    if ((await stampOf(path)) === before) return files;
  }
  throw new CutoverError('STORE_CHANGED', { store: path, what: 'files come and go' });
}

async function filesOf(folder: string, extension: string): Promise<string[]> {
  const exchange = await readExchange(folder);
  const all = await namesIn(folder);
  const names = new Set(all.filter((name) => name.endsWith(extension) && !name.startsWith('.')));
  for (const name of exchange?.remove ?? []) names.delete(name);
  const added = new Set(exchange?.add ?? []);
  for (const name of added) names.add(name);
  return [...names].sort().map((name) => (added.has(name) && !all.includes(name) ? pendingFile(folder, name) : join(folder, name)));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return missing(folder);
    throw new CutoverError('FILE_UNREADABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
  }
}

/** Pending files `add` take the place of the files `remove`, all in one step: that of writing the journal. */
export async function exchangeSegments(folder: string, add: readonly string[], remove: readonly string[]): Promise<void> {
  const kept = remove.filter((name) => !add.includes(name));
  const exchange: Exchange = { kind: 'cutover.exchange', schemaVersion: 1, add, remove: kept };
  await writeFileAtomic(join(folder, JOURNAL), `${JSON.stringify(exchange, null, 2)}\n`);
  await finish(folder, exchange);
}

/** Finishes what a killed writer had begun, or throws it away where it didn't count yet. Only for the one who may write. */
export async function settle(folder: string): Promise<void> {
  const exchange = await readExchange(folder);
  if (exchange !== null) await finish(folder, exchange);
  for (const name of await namesIn(folder)) if (name.startsWith(PENDING)) await rm(join(folder, name), { force: true });
}

async function finish(folder: string, { add, remove }: Exchange): Promise<void> {
  for (const name of add)
    await rename(pendingFile(folder, name), join(folder, name)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  for (const name of remove) await rm(join(folder, name), { force: true });
  await rm(join(folder, JOURNAL), { force: true });
}

async function readExchange(folder: string): Promise<Exchange | null> {
  const text = await readText(join(folder, JOURNAL)).catch((error: unknown) => {
    // Where the folder isn't one, listing it says so.
    if (error instanceof CutoverError && (error.code === 'FILE_MISSING' || systemCode(error.cause) === 'ENOTDIR')) return null;
    throw error;
  });
  if (text === null) return null;
  const exchange = parsedJson<Exchange>(text);
  const named = [exchange?.add, exchange?.remove];
  if (exchange?.kind === 'cutover.exchange' && named.every((names) => Array.isArray(names) && names.every(isName))) return exchange;
  throw new CutoverError('FILE_UNREADABLE', { file: join(folder, JOURNAL), reason: 'it is not what a store wrote' });
}

/** A name and not a path that leads elsewhere. */
function isName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && basename(name) === name && !name.startsWith('.');
}

function missing(file: string): never {
  throw new CutoverError('FILE_MISSING', { file });
}

/** What tells a changed file from the one that was listed. */
export async function stampOf(file: string): Promise<string> {
  const there = await stat(file, { bigint: true }).catch(() => null);
  return there === null ? 'gone' : `${there.size} ${there.mtimeNs} ${there.ino}`;
}
