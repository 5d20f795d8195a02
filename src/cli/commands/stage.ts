import type { CommandModule } from 'yargs';
import { embed } from '../../stages/embed.ts';
import { measure } from '../../stages/measure.ts';
import { search } from '../../stages/search.ts';
import { type StageOptions, type StageSummary, withWorkspace } from '../../stages/workspace.ts';
import type { CommandContext } from '../main.ts';
import { type CommonArgs, commonOptions, stageOptions, writeJson } from '../options.ts';

const STAGES = [
  { name: 'embed', describe: 'Embed queries and corpus under both versions into the cache', run: embed },
  { name: 'search', describe: 'Find exact and HNSW neighbours of every query under both versions', run: search },
  { name: 'measure', describe: 'Compute evaluation.json from the neighbours', run: measure },
] as const;

/** `cutover embed | search | measure`: one stage alone; refuses what the stage before it did not make. */
export function stageCommands({ host }: CommandContext): CommandModule<object, CommonArgs>[] {
  return STAGES.map(({ name, describe, run }) => ({
    command: name,
    describe,
    builder: (yargs) => commonOptions(yargs).example(`$0 ${name} -c cutover.yaml`, describe) as never,
    handler: async (args) => {
      const options: StageOptions = stageOptions(host, args);
      const summary: StageSummary = await withWorkspace(options, run);
      if (args.json) writeJson(host, summary);
    },
  }));
}
