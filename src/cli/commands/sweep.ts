import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { decimal } from '../../report/number.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../host.ts';
import { AS_OF, COMMON, stageOptions, writeJson } from '../options.ts';
import { printPlan } from '../plan.ts';
import { alignedRows } from '../text.ts';

/** `cutover sweep`: several candidates against one old version. */
export function sweepCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'sweep',
    describe: 'Evaluate every candidate that `sweep` in the configuration names, and say which is the cheapest that passes',
    options: {
      ...COMMON,
      ...AS_OF,
      plan: { type: 'boolean', default: false, describe: 'Say how many texts, how long and how much disk, and stop' },
    },
    examples: [
      ['$0 sweep', 'Dimensions, dtypes, efSearch: all at once'],
      ['$0 sweep --plan', 'What it would cost'],
    ],
    handler: async (args) => {
      if (args.plan) {
        const plan = await (await import('../../features/sweep/plan.ts')).planSweep(stageOptions(host, args));
        if (args.json) writeJson(host, plan);
        else printPlan(host, plan);
        return;
      }
      const { runSweep } = await import('../../features/sweep/run.ts');
      const { sweep, words, exitCode, files } = await runSweep(stageOptions(host, args));
      if (args.json) writeJson(host, sweep);
      const rows = sweep.results.map(({ name, outcome, quality, cost, dominated }) => [
        plain(name),
        outcome,
        quality === null ? '' : decimal(quality),
        String(cost.bytes),
        String(cost.visited),
        dominated ? 'dominated' : '',
      ]);
      const table = alignedRows([['candidate', 'verdict', sweep.measure?.name ?? 'quality', 'bytes', 'looked at', ''], ...rows]);
      host.stderr.write(`\n${table.join('\n')}\n\n${plain(words)}\n`);
      if (!args.quiet) for (const file of files) host.stderr.write(`  ${plain(file)}\n`);
      exit(exitCode);
    },
  });
}
