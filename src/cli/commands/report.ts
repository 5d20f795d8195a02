import type { CommandModule } from 'yargs';
import { reportOnly } from '../../stages/report.ts';
import type { CommandContext } from '../host.ts';
import { type CommonArgs, commonOptions, stageOptions, writeJson } from '../options.ts';

/** `cutover report`: writes the reports of an evaluation and a verdict. */
export function reportCommand({ host }: CommandContext): CommandModule<object, CommonArgs> {
  return {
    command: 'report',
    describe: 'Write the report in every format from evaluation.json and verdict.json',
    builder: (yargs) => commonOptions(yargs).example('$0 report', 'Write the reports again') as never,
    handler: async (args) => {
      const files = await reportOnly(stageOptions(host, args));
      if (args.json) writeJson(host, { files });
    },
  };
}
