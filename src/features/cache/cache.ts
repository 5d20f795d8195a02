import { arch, platform } from 'node:os';
import { shortHash } from '../../core/hash.ts';
import { loadDataset } from '../../dataset/load.ts';
import { listCache, pruneCache as pruneStored, type CacheEntry as StoredEntry } from '../../embed/cache/cache.ts';
import { servingOf } from '../../project/serving.ts';
import { loadProject, type StageOptions, withVersions } from '../../project/workspace.ts';

/** One cached version, and the side of the configuration that uses it. */
export interface CacheEntry extends StoredEntry {
  /** Id of the configuration's version with this key; null for others. */
  readonly usedBy: string | null;
  readonly idleDays: number;
}

export interface PruneOptions {
  readonly olderThanDays: number;
  /** Also what the configuration uses. */
  readonly all: boolean;
  readonly dryRun: boolean;
}

const DAY = 86_400_000;

/** Every version in the configuration's cache. */
export async function cacheEntries(options: StageOptions): Promise<CacheEntry[]> {
  const { cache, used } = await cacheInUse(options);
  return (await listCache(cache)).map((entry) => described(entry, used, options.asOf));
}

/** Deletes what the configuration does not use and what is old enough. @returns what went, or would go */
export async function pruneCache(options: StageOptions, { olderThanDays, all, dryRun }: PruneOptions): Promise<CacheEntry[]> {
  const { cache, used } = await cacheInUse(options);
  const unwanted = (entry: StoredEntry) => {
    const { usedBy, idleDays } = described(entry, used, options.asOf);
    return idleDays >= olderThanDays && (all || usedBy === null);
  };
  const gone = dryRun ? (await listCache(cache)).filter(unwanted) : await pruneStored(cache, unwanted);
  return gone.map((entry) => described(entry, used, options.asOf));
}

function described(entry: StoredEntry, used: ReadonlyMap<string, string>, today: string): CacheEntry {
  const idle = Math.floor((Date.parse(today) + DAY - Date.parse(entry.lastUsed)) / DAY);
  return { ...entry, usedBy: used.get(entry.key) ?? null, idleDays: Math.max(0, idle) };
}

/** The cache and who uses it: cacheKey → version id. A version that can't be opened (model gone) can't be told from an unused one, so it stops the command. */
async function cacheInUse(options: StageOptions): Promise<{ readonly cache: string; readonly used: ReadonlyMap<string, string> }> {
  return withVersions(options, async ({ config, embedders }) => ({
    cache: config.cache,
    used: new Map(Object.values(embedders).map(({ version }) => [version.cacheKey, version.id])),
  }));
}

/**
 * The tables that runs made in the database that serves; none where no database does. Those that serve are not among them.
 * @param drop removes them too
 * @throws CutoverError SEARCH_STORE_UNFIT, STORE_UNREACHABLE and kin
 */
export async function searchTables(options: StageOptions, drop: boolean): Promise<readonly string[]> {
  const serving = await servingOf(await loadProject(options), options);
  if (serving === null) return [];
  try {
    return await (drop ? serving.drop() : serving.tables());
  } finally {
    await serving.close();
  }
}

/** What a cache kept between CI runs is called. */
export interface CacheKey {
  /** Both versions and the corpus: nothing has to be embedded where this one is found. */
  readonly key: string;
  /** Beginnings of keys that are worth restoring too, best first: another corpus; the old version alone. */
  readonly restore: readonly string[];
  /** Absolute folder to keep. */
  readonly path: string;
}

/** Names the configuration's cache by fingerprints and corpus. Processors round differently, so the platform is part of it. */
export async function cacheKey(options: StageOptions): Promise<CacheKey> {
  return withVersions(options, async ({ config, embedders }) => {
    const { hashes } = await loadDataset(config.dataset);
    const [before, after] = [embedders.old.version.cacheKey, embedders.new.version.cacheKey].map(shortKey);
    const old = `cutover-${platform()}-${arch()}-${before}-`;
    const both = `${old}${after}-`;
    return { key: `${both}${shortHash(hashes.corpus)}`, restore: [both, old], path: config.cache };
  });
}

/** The fingerprint's short form, and what is behind it where the fingerprint alone doesn't decide the vectors. */
function shortKey(key: string): string {
  const [fingerprint = '', ...rest] = key.split('-');
  return [shortHash(fingerprint), ...rest].join('.');
}
