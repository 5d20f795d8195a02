import type { CommandModule } from 'yargs';
import { embed } from '../../stages/embed.ts';
import { measure } from '../../stages/measure.ts';
import { search } from '../../stages/search.ts';
import { study } from '../../stages/study.ts';
import { type StageOptions, type StageSummary, withWorkspace } from '../../stages/workspace.ts';
import type { CommandContext } from '../host.ts';
import { type CommonArgs, commonOptions, counterfactualOption, stageOptions, writeJson } from '../options.ts';

const STAGES = [
  { name: 'embed', describe: 'Embed queries and corpus under both versions into the cache', run: embed },
  { name: 'search', describe: 'Find exact and HNSW neighbours of every query under both versions', run: search },
  { name: 'study', describe: 'Measure the noise floor and find out where the change comes from', run: study },
  { name: 'measure', describe: 'Compute evaluation.json from the neighbours', run: measure },
] as const;

/** `cutover embed | search | study | measure`: one stage alone; refuses what the stage before it did not make. */
export function stageCommands({ host }: CommandContext): CommandModule<object, CommonArgs>[] {
  return STAGES.map(({ name, describe, run }) => ({
    command: name,
    describe,
    builder: (yargs) =>
      (name === 'study' ? counterfactualOption(commonOptions(yargs)) : commonOptions(yargs)).example(
        `$0 ${name} -c cutover.yaml`,
        describe,
      ) as never,
    handler: async (args) => {
      const options: StageOptions = stageOptions(host, args);
      const summary: StageSummary = await withWorkspace(options, run);
      if (args.json) writeJson(host, summary);
    },
  }));
}
