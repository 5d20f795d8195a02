import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { command } from '../command.ts';
import type { CommandContext } from '../host.ts';
import { COMMON, stageOptions, writeJson } from '../options.ts';

/** `cutover merge`: the shards of a matrix into one cache. */
export function mergeCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'merge <folders..>',
    describe: 'Put the vectors of all shards into the cache; refuses gaps, overlaps and foreign shards',
    positionals: {
      folders: {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Folders that `embed --shard` wrote, or folders that hold them',
      },
    },
    options: COMMON,
    examples: [['$0 merge artifacts/', 'After the jobs of a matrix; then `cutover run` embeds nothing']],
    handler: async (args) => {
      const { mergeShards } = await import('../../features/shards/merge.ts');
      const summary = await mergeShards(
        stageOptions(host, args),
        args.folders.map((folder) => resolve(host.cwd, folder)),
      );
      if (args.json) writeJson(host, summary);
    },
  });
}
