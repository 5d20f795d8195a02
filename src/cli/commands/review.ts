import { relative, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { type ReviewImportResult, reviewImport } from '../../features/review/import.ts';
import { command, commandGroup } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { AS_OF, COMMON, stageOptions, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';

function importCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'import <file>',
    describe: 'Add the marks and notes that a report page exported to the report',
    positionals: {
      file: {
        type: 'string',
        demandOption: true,
        describe: 'review-….json, exported from the Queries view of report.html',
      },
    },
    options: { ...COMMON, ...AS_OF },
    examples: [['$0 review import review-4f1c.json', 'Notes of the report, candidates for `judge next`, a draft of waivers']],
    handler: async (args) => {
      const result = await reviewImport(stageOptions(host, args), resolve(host.cwd, args.file));
      if (args.json) writeJson(host, result);
      else printReview(host, result, args.quiet);
    },
  });
}

function printReview(host: Host, { imported, notes, judge, regressions, waivers, files }: ReviewImportResult, quiet: boolean): void {
  const paint = paintFor(host);
  host.stdout.write(
    `review  ${imported} marks imported, ${notes} in the report now; ${regressions.length} regressions, ${judge.length} to judge\n`,
  );
  if (quiet) return;
  const next = [
    ...(judge.length === 0 ? [] : ['`cutover judge next` puts the queries to judge first on its sheet.']),
    ...(waivers === null
      ? []
      : [`Checks that reviewers find fine: ${plain(relative(host.cwd, files[1] ?? ''))} has a draft of waivers to read and sign.`]),
  ];
  for (const line of next) host.stderr.write(`${paint.dim('next')}  ${line}\n`);
}

/** `cutover review import`. */
export function reviewCommand(context: CommandContext): CommandModule {
  return commandGroup({
    name: 'review',
    describe: 'Import what reviewers marked on the report page',
    commands: [importCommand(context)],
    demand: 'Say `review import`.',
  });
}
