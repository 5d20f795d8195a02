import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { reportOnly } from '../../run/report.ts';
import { type ArgsOf, command } from '../command.ts';
import { type CommandContext, type Host, UsageError } from '../host.ts';
import { COMMON, stageOptions, TEXT, writeJson } from '../options.ts';

const OPTIONS = {
  ...COMMON,
  open: { type: 'boolean', default: false, describe: 'Show the page in the browser' },
  against: {
    ...TEXT,
    describe: 'Compare this evaluation with another one of the same data: its folder or its evaluation.json',
  },
  redact: {
    type: 'boolean',
    default: false,
    describe: 'Without texts and ids, numbers kept, in `redacted/` below the report folder; CUTOVER_REDACT_KEY holds the key',
  },
} as const;

type ReportArgs = ArgsOf<typeof OPTIONS>;

/** `cutover report`: writes the reports of an evaluation and a verdict. */
export function reportCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'report',
    describe: 'Write the report in every format from evaluation.json and verdict.json',
    options: OPTIONS,
    examples: [
      ['$0 report', 'Write the reports again'],
      ['$0 report --open', 'And look at them'],
      ['$0 report --against reports/yesterday', "Yesterday's candidate against today's"],
      ['$0 report --redact', 'For readers outside the company'],
    ],
    handler: async (args) => {
      if (args.against !== undefined && args.redact) throw new UsageError('--against and --redact are two reports: ask for one at a time');
      const { files, json } = await write(host, args);
      if (args.json) writeJson(host, json);
      if (args.open) await show(host, files.find((file) => file.endsWith('.html')) ?? '');
    },
  });
}

async function write(host: Host, args: ReportArgs): Promise<{ readonly files: readonly string[]; readonly json: unknown }> {
  const options = stageOptions(host, args);
  if (args.against !== undefined) {
    const { reportAgainst } = await import('../../features/against/compare.ts');
    const { against, files } = await reportAgainst(options, resolve(host.cwd, args.against));
    for (const file of files) options.console.info(`  ${file}`);
    return { files, json: against };
  }
  if (args.redact) {
    const { redactReport } = await import('../../features/redact/report.ts');
    const files = await redactReport(options);
    for (const file of files) options.console.info(`  ${file}`);
    return { files, json: { files } };
  }
  const files = await reportOnly(options);
  return { files, json: { files } };
}

/** Where nobody would see a browser, or none opens, the path has to do. */
async function show(host: Host, file: string): Promise<void> {
  try {
    if (host.openFile !== undefined) return await host.openFile(file);
    host.stderr.write(`There is no screen here to open the report on. It is ${file}\n`);
  } catch (error) {
    host.stderr.write(`The report could not be opened (${error instanceof Error ? error.message : 'unknown reason'}). It is ${file}\n`);
  }
}
