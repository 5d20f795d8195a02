import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { CutoverError } from '../../core/errors.ts';
import { judgeImport } from '../../features/judge/import.ts';
import { judgeNext } from '../../features/judge/next.ts';
import { loadProject } from '../../project/workspace.ts';
import type { CommandContext } from '../host.ts';
import { printImport, printSheet } from '../judging.ts';
import { asOfOption, type CommonArgs, commonOptions, NUMBER, stageOptions, TEXT, writeJson } from '../options.ts';

interface NextArgs extends CommonArgs {
  readonly n: number;
  readonly rule: string | undefined;
  readonly depth: number | undefined;
  readonly 'include-judged': boolean;
}

interface ImportArgs extends CommonArgs {
  readonly file: string;
  readonly judge: string | undefined;
  readonly replace: boolean;
  readonly 'record-only': boolean;
  readonly 'as-of': string | undefined;
}

/** A whole number of 1 or more. */
function positive(option: string, value: number, example: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new CutoverError('OPTION_INVALID', { option, reason: 'must be a whole number of 1 or more', example });
}

function nextCommand({ host }: CommandContext): CommandModule<object, NextArgs> {
  return {
    command: 'next',
    describe: 'Pick the queries whose judging would settle most, and write their pools as a blind sheet',
    builder: (yargs) =>
      commonOptions(yargs)
        .option('n', { ...NUMBER, default: 20, describe: 'Queries to pick' })
        .option('rule', {
          ...TEXT,
          describe: 'Id of a rule in verdict.json (first inconclusive one unless given)',
        })
        .option('depth', { ...NUMBER, describe: "Results of each run to judge (the rule's cutoff unless given)" })
        .option('include-judged', {
          type: 'boolean',
          default: false,
          describe: 'Also list what is judged already, its grades hidden, to see how far judges agree',
        })
        .example('$0 judge next --n 20', 'A sheet of 20 queries, as a table and as a page') as never,
    handler: async (args) => {
      const result = await judgeNext(stageOptions(host, args), {
        n: positive('n', args.n, '20'),
        rule: args.rule ?? null,
        depth: args.depth === undefined ? null : positive('depth', args.depth, '10'),
        includeJudged: args['include-judged'],
      });
      if (args.json) writeJson(host, { ...result, target: { ...result.target, measure: result.target.measure.name } });
      else printSheet(host, result, args.quiet);
    },
  };
}

function importCommand({ host }: CommandContext): CommandModule<object, ImportArgs> {
  return {
    command: 'import <file>',
    describe: 'Take grades into the judgements: a filled-in sheet (TSV), or JSON Lines of an LLM judge',
    builder: (yargs: Argv) =>
      asOfOption(commonOptions(yargs))
        .positional('file', { type: 'string', demandOption: true, describe: 'Filled-in sheet, export of judge.html, or .jsonl' })
        .option('judge', { ...TEXT, describe: 'Who graded; lines of a .jsonl may say so themselves' })
        .option('replace', { type: 'boolean', default: false, describe: 'Put new grades in place of old ones that differ' })
        .option('record-only', {
          type: 'boolean',
          default: false,
          describe: 'Keep the grades for the agreement of judges and leave the judgements as they are',
        })
        .example('$0 judge import grades.tsv --judge alice', 'Add what alice graded')
        .example('$0 judge import llm.jsonl', 'Lines of {"query", "document", "grade", "judge"}') as never,
    handler: async (args) => {
      const options = stageOptions(host, args);
      const { dataset } = await loadProject(options);
      const result = await judgeImport({
        dataset,
        file: resolve(host.cwd, args.file),
        judge: args.judge ?? null,
        replace: args.replace,
        recordOnly: args['record-only'],
        asOf: options.asOf,
      });
      if (args.json) writeJson(host, result);
      else printImport(host, result, args.quiet);
    },
  };
}

/** `cutover judge next | import`. */
export function judgeCommand(context: CommandContext): CommandModule {
  return {
    command: 'judge',
    describe: 'Judge where it matters most, and take the grades in',
    builder: (yargs) =>
      yargs
        .command(nextCommand(context) as unknown as CommandModule)
        .command(importCommand(context) as unknown as CommandModule)
        .demandCommand(1, 'Say `judge next` or `judge import`.'),
    handler: () => undefined,
  };
}
