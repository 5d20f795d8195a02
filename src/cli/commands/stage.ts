import type { CommandModule } from 'yargs';
import { CutoverError } from '../../core/errors.ts';
import type { Shard } from '../../model/vectors.ts';
import type { StageOptions, StageSummary, Workspace } from '../../project/workspace.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../host.ts';
import { COMMON, COUNTERFACTUAL, stageOptions, TEXT, TIME_AGAIN, writeJson } from '../options.ts';

type Run = (workspace: Workspace) => Promise<StageSummary>;

const STAGES: readonly { readonly name: string; readonly describe: string; readonly load: () => Promise<Run> }[] = [
  {
    name: 'embed',
    describe: 'Embed queries and corpus under both versions into the cache',
    load: async () => (await import('../../run/embed.ts')).embed,
  },
  {
    name: 'search',
    describe: 'Find exact and HNSW neighbours of every query under both versions',
    load: async () => (await import('../../run/search.ts')).search,
  },
  {
    name: 'pipeline',
    describe: 'Run the neighbours through the later steps of the search, if `pipeline:` configures any',
    load: async () => (await import('../../run/pipeline/pipeline.ts')).pipeline,
  },
  {
    name: 'study',
    describe: 'Measure the noise floor and find out where the change comes from',
    load: async () => (await import('../../run/study.ts')).study,
  },
  {
    name: 'measure',
    describe: 'Compute evaluation.json from the neighbours',
    load: async () => (await import('../../run/measure.ts')).measure,
  },
];

const SHARD = {
  shard: {
    ...TEXT,
    describe: 'Only the i-th of n parts, as i/n, into a separate folder; `cutover merge` puts them together',
  },
} as const;

/** What only one stage takes. */
const MORE: Readonly<Record<string, Partial<typeof SHARD & typeof COUNTERFACTUAL & typeof TIME_AGAIN>>> = {
  embed: SHARD,
  study: { ...COUNTERFACTUAL, ...TIME_AGAIN },
};

/** `cutover embed | search | pipeline | study | measure`: one stage alone; refuses what the stage before it did not make. */
export function stageCommands({ host }: CommandContext): CommandModule[] {
  return STAGES.map(({ name, describe, load }) =>
    command({
      name,
      describe,
      options: { ...COMMON, ...MORE[name] },
      examples: [
        ...(name === 'embed' ? [['$0 embed --shard 2/8', 'One job of a matrix of eight'] as const] : []),
        [`$0 ${name} -c cutover.yaml`, describe],
      ],
      handler: async (args) => {
        const options: StageOptions = stageOptions(host, args);
        const shard = args.shard === undefined ? null : shardOption(args.shard);
        const summary: StageSummary =
          shard === null
            ? await (await import('../../run/run.ts')).withReportFolder(options, await load())
            : await (await import('../../features/shards/shard.ts')).embedShard(options, shard);
        if (args.json) writeJson(host, summary);
      },
    }),
  );
}

/** What `--shard` was given. @throws CutoverError OPTION_INVALID */
function shardOption(text: string): Shard {
  const match = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text);
  const [index, count] = [Number(match?.[1] ?? 1), Number(match?.[2] ?? 0)];
  if (index > count)
    throw new CutoverError('OPTION_INVALID', {
      option: 'shard',
      reason: 'must be i/n with i from 1 to n, and n up to 999999',
      example: '2/8',
    });
  return { index, count };
}
