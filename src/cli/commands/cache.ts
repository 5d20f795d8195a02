import type { CommandModule } from 'yargs';
import { cacheEntries, cacheKey, pruneCache, searchTables } from '../../features/cache/cache.ts';
import { printCache } from '../cache.ts';
import type { CommandContext } from '../host.ts';
import { type CommonArgs, commonOptions, NUMBER, stageOptions, writeJson } from '../options.ts';

interface PruneArgs extends CommonArgs {
  readonly 'older-than': number;
  readonly all: boolean;
  readonly 'dry-run': boolean;
}

/** `cutover cache ls | prune | key | tables`. */
export function cacheCommand({ host }: CommandContext): CommandModule {
  const list: CommandModule<object, CommonArgs> = {
    command: 'ls',
    describe: 'List the versions whose vectors and indexes are cached',
    builder: (yargs) => commonOptions(yargs) as never,
    handler: async (args) => {
      const entries = await cacheEntries(stageOptions(host, args));
      if (args.json) writeJson(host, entries);
      else printCache(host, entries);
    },
  };
  const prune: CommandModule<object, PruneArgs> = {
    command: 'prune',
    describe: "Delete cached vectors and indexes that the configuration doesn't use",
    builder: (yargs) =>
      commonOptions(yargs)
        .option('older-than', { ...NUMBER, default: 0, describe: 'Only what was not used for this many days' })
        .option('all', { type: 'boolean', default: false, describe: 'Also what the configuration uses' })
        .option('dry-run', { type: 'boolean', default: false, describe: 'Say what would go, delete nothing' })
        .example('$0 cache prune --older-than 30', 'Drop what no run touched for a month') as never,
    handler: async (args) => {
      const gone = await pruneCache(stageOptions(host, args), {
        olderThanDays: args['older-than'],
        all: args.all,
        dryRun: args['dry-run'],
      });
      if (args.json) writeJson(host, gone);
      else printCache(host, gone, args['dry-run'] ? 'Would delete' : 'Deleted');
    },
  };
  const key: CommandModule<object, CommonArgs> = {
    command: 'key',
    describe: 'Print what to call the cache that CI keeps: it changes with the versions and the corpus',
    builder: (yargs) => commonOptions(yargs) as never,
    handler: async (args) => {
      const found = await cacheKey(stageOptions(host, args));
      if (args.json) writeJson(host, found);
      else host.stdout.write(`${found.key}\n`);
    },
  };
  const tables: CommandModule<object, CommonArgs & { readonly drop: boolean }> = {
    command: 'tables',
    describe: 'List the tables that runs made in the database of `search.store`; tables that serve are left alone',
    builder: (yargs) => commonOptions(yargs).option('drop', { type: 'boolean', default: false, describe: 'Drop them' }) as never,
    handler: async (args) => {
      const names = await searchTables(stageOptions(host, args), args.drop);
      if (args.json) writeJson(host, names);
      else for (const name of names) host.stdout.write(`${name}\n`);
    },
  };
  return {
    command: 'cache',
    describe: 'Look at the cache of vectors and indexes, and prune it',
    builder: (yargs) =>
      yargs
        .command(list)
        .command(prune)
        .command(key)
        .command(tables)
        .demandCommand(1, 'Say `cache ls`, `cache prune`, `cache key` or `cache tables`.'),
    handler: () => undefined,
  };
}
