import { lstat, readdir, rm } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../core/errors.ts';
import { readText, writeFileAtomic } from './files.ts';
import { parsedJson } from './json.ts';

const RECORD = join('manifests', 'folder.json');
const KIND = 'cutover.folder';
/** Examples that an error names. */
const NAMED = 5;

/** `manifests/folder.json`: what in a folder is ours to write and to delete. */
interface FolderRecord {
  readonly kind: typeof KIND;
  readonly schemaVersion: 1;
  /** Files and folders, relative, with slashes. */
  readonly names: readonly string[];
}

/**
 * Takes a folder to write results into, before anything is written: puts down in it what it may be written to and deleted.
 * Whatever has one of these names there already, and was not put down by an earlier call, is somebody else's; so is what a link leads to.
 * @param names files and folders, relative
 * @throws CutoverError OUTPUT_FOREIGN naming what is in the way; FILE_UNWRITABLE
 */
export async function ownFolder(folder: string, names: readonly string[]): Promise<void> {
  const known = await ownedNames(folder);
  const fresh = names.filter((name) => !known.has(name));
  const foreign = await linksAmong(folder, names);
  if (fresh.length === 0 && foreign.length === 0) return;
  if (!(await wasOurs(folder))) for (const name of fresh) if (await isThere(join(folder, name))) foreign.push(name);
  if (foreign.length > 0) {
    const more = foreign.length - NAMED;
    const found = `${foreign.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    throw new CutoverError('OUTPUT_FOREIGN', { folder, found });
  }
  const record: FolderRecord = { kind: KIND, schemaVersion: 1, names: [...known, ...fresh].sort() };
  await writeFileAtomic(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** What a folder records as ours; nothing where it has no record. */
async function ownedNames(folder: string): Promise<ReadonlySet<string>> {
  const text = await readText(join(folder, RECORD)).catch(() => '');
  const record = parsedJson<FolderRecord>(text);
  if (record?.kind !== KIND || !Array.isArray(record.names)) return new Set();
  return new Set(record.names.filter((name) => typeof name === 'string' && isInside(name)));
}

/** A record may have been written by anybody: a name in it never leads out of the folder. */
function isInside(name: string): boolean {
  return name !== '' && !isAbsolute(name) && !name.split(/[\\/]/).includes('..') && name !== '.';
}

/** A folder of a release that did not record names: its stages' manifests say whose it is. */
async function wasOurs(folder: string): Promise<boolean> {
  if ((await ownedNames(folder)).size > 0) return false;
  for (const name of await readdir(join(folder, 'manifests')).catch(() => [])) {
    const manifest = parsedJson<{ readonly kind?: unknown }>(await readText(join(folder, 'manifests', name)).catch(() => ''));
    if (manifest?.kind === 'cutover.manifest') return true;
  }
  return false;
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Whether a folder on the way to a name is a link: what is behind it is somebody else's, whatever a record says. */
async function isThroughLink(folder: string, name: string): Promise<boolean> {
  const steps = name.split(/[\\/]/).slice(0, -1);
  for (let count = 1; count <= steps.length; count++) if (await isLink(join(folder, ...steps.slice(0, count)))) return true;
  return false;
}

/** Those of the names that are links, or are behind one: what is written there would go somewhere else. */
async function linksAmong(folder: string, names: readonly string[]): Promise<string[]> {
  const links: string[] = [];
  for (const name of names) if ((await isLink(join(folder, name))) || (await isThroughLink(folder, name))) links.push(name);
  return links;
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isSymbolicLink() === true;
}

/**
 * Deletes files and folders, in the order given, as far as the folder records them as ours; others stay.
 * @param names relative; all that it records unless given
 * @throws CutoverError FILE_UNWRITABLE
 */
export async function deleteOwned(folder: string, names?: readonly string[]): Promise<void> {
  const owned = await ownedNames(folder);
  const isOwned = (name: string) => owned.has(name) || [...owned].some((known) => name.startsWith(`${known}/`));
  const before = owned.size === 0 && (await wasOurs(folder));
  for (const name of names ?? owned)
    if ((before || isOwned(name)) && !(await isThroughLink(folder, name))) await remove(join(folder, name));
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true, recursive: true });
  } catch (error) {
    // A file where a folder should be: nothing is in it, and whoever writes there says so.
    if (systemCode(error) === 'ENOTDIR') return;
    throw new CutoverError('FILE_UNWRITABLE', { file: path, reason: reasonOf(error) }, { cause: error });
  }
}

/** The first of these paths that a folder holds or is; null where it holds none. */
export function heldBy(folder: string, paths: readonly string[]): string | null {
  return paths.find((path) => resolve(path) === resolve(folder) || resolve(path).startsWith(resolve(folder) + sep)) ?? null;
}
