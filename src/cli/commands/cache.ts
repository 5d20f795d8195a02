import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { type CacheEntry, cacheEntries, cacheKey, pruneCache, searchTables } from '../../features/cache/cache.ts';
import { command, commandGroup } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { COMMON, NUMBER, stageOptions, writeJson } from '../options.ts';
import { aligned, bytesText } from '../text.ts';

/** `cutover cache ls | prune | key | tables`. */
export function cacheCommand({ host }: CommandContext): CommandModule {
  const list: CommandModule = command({
    name: 'ls',
    describe: 'List the versions whose vectors and indexes are cached',
    options: COMMON,
    handler: async (args) => {
      const entries = await cacheEntries(stageOptions(host, args));
      if (args.json) writeJson(host, entries);
      else printCache(host, entries);
    },
  });
  const prune: CommandModule = command({
    name: 'prune',
    describe: "Delete cached vectors and indexes that the configuration doesn't use",
    options: {
      ...COMMON,
      'older-than': { ...NUMBER, default: 0, describe: 'Only what was not used for this many days' },
      all: { type: 'boolean', default: false, describe: 'Also what the configuration uses' },
      'dry-run': { type: 'boolean', default: false, describe: 'Say what would go, delete nothing' },
    },
    examples: [['$0 cache prune --older-than 30', 'Drop what no run touched for a month']],
    handler: async (args) => {
      const gone = await pruneCache(stageOptions(host, args), {
        olderThanDays: args['older-than'],
        all: args.all,
        dryRun: args['dry-run'],
      });
      if (args.json) writeJson(host, gone);
      else printCache(host, gone, args['dry-run'] ? 'Would delete' : 'Deleted');
    },
  });
  const key: CommandModule = command({
    name: 'key',
    describe: 'Print the key for the cache that CI keeps: it changes with the versions and the corpus',
    options: COMMON,
    handler: async (args) => {
      const found = await cacheKey(stageOptions(host, args));
      if (args.json) writeJson(host, found);
      else host.stdout.write(`${found.key}\n`);
    },
  });
  const tables: CommandModule = command({
    name: 'tables',
    describe: 'List the tables that runs made in the database of `search.store`; tables that serve are left alone',
    options: { ...COMMON, drop: { type: 'boolean', default: false, describe: 'Drop them' } },
    handler: async (args) => {
      const names = await searchTables(stageOptions(host, args), args.drop);
      if (args.json) writeJson(host, names);
      else for (const name of names) host.stdout.write(`${name}\n`);
    },
  });
  return commandGroup({
    name: 'cache',
    describe: 'Look at the cache of vectors and indexes, and prune it',
    commands: [list, prune, key, tables],
    demand: 'Say `cache ls`, `cache prune`, `cache key` or `cache tables`.',
  });
}

/** Prints cache entries as a table on stdout: it is the data that was asked for. */
function printCache(host: Host, entries: readonly CacheEntry[], heading = ''): void {
  if (entries.length === 0) {
    host.stderr.write(heading === '' ? 'The cache is empty.\n' : 'Nothing to delete.\n');
    return;
  }
  if (heading !== '') host.stderr.write(`${heading}:\n`);
  const rows = entries.map((entry) => [
    entry.key.slice(0, 12),
    `${entry.rows} vectors`,
    bytesText(entry.bytes),
    `used ${entry.lastUsed.slice(0, 10)}`,
    entry.usedBy ?? 'not in this configuration',
  ]);
  for (const line of aligned(rows)) host.stdout.write(`${plain(line)}\n`);
}
