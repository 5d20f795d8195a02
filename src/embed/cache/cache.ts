import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { readArrow } from '../../formats/arrow.ts';
import { isSegment } from './segment.ts';

const VECTORS = 'vectors';

/** One version in the cache. */
export interface CacheEntry {
  /** The version's cacheKey: its fingerprint, with a source hash after it where there is one. */
  readonly key: string;
  readonly folder: string;
  /** Bytes of all its files, indexes too. */
  readonly bytes: number;
  /** Vectors. */
  readonly rows: number;
  /** ISO time of the last run that opened it. */
  readonly lastUsed: string;
}

/** The folder of one version in the cache; what else is derived from its vectors (indexes) goes there too and is pruned with it. */
export function versionFolder(cache: string, cacheKey: string): string {
  return join(cache, cacheKey);
}

/** The folder of a version's segments. */
export function vectorFolder(cache: string, cacheKey: string): string {
  return join(versionFolder(cache, cacheKey), VECTORS);
}

/** The versions in a cache, ascending by key; none when the cache doesn't exist. @throws CutoverError FILE_UNREADABLE */
export async function listCache(cache: string): Promise<CacheEntry[]> {
  const entries: CacheEntry[] = [];
  for (const key of (await entriesOf(cache)).sort(byCodeUnits)) {
    const there = await stat(vectorFolder(cache, key)).catch(() => null);
    if (there?.isDirectory() !== true) continue;
    const folder = versionFolder(cache, key);
    const { mtime } = await stat(folder);
    entries.push({ key, folder, bytes: await bytesOf(folder), rows: await rowsOf(join(folder, VECTORS)), lastUsed: mtime.toISOString() });
  }
  return entries;
}

/**
 * Deletes the versions that `unwanted` picks. Only what {@link listCache} lists can go.
 * @returns what was deleted
 * @throws CutoverError FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function pruneCache(cache: string, unwanted: (entry: CacheEntry) => boolean): Promise<CacheEntry[]> {
  const gone = (await listCache(cache)).filter(unwanted);
  for (const { folder } of gone) {
    try {
      await rm(folder, { recursive: true });
    } catch (error) {
      throw new CutoverError('FILE_UNWRITABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
    }
  }
  return gone;
}

async function entriesOf(cache: string): Promise<string[]> {
  try {
    return await readdir(cache);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new CutoverError('FILE_UNREADABLE', { file: cache, reason: reasonOf(error) }, { cause: error });
  }
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const there = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    bytes += there?.size ?? 0;
  }
  return bytes;
}

/** A damaged segment counts for nothing here; opening the store is what complains of it. */
async function rowsOf(folder: string): Promise<number> {
  let rows = 0;
  for (const name of (await readdir(folder)).filter(isSegment)) rows += await rowsOfSegment(join(folder, name)).catch(() => 0);
  return rows;
}

async function rowsOfSegment(file: string): Promise<number> {
  let rows = 0;
  for await (const batch of readArrow(file, { headBytes: 0, only: [] })) rows += batch.rows;
  return rows;
}
