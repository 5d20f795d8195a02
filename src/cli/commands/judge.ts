import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { CutoverError } from '../../core/errors.ts';
import { judgeImport } from '../../features/judge/import.ts';
import { judgeNext } from '../../features/judge/next.ts';
import { loadProject } from '../../project/workspace.ts';
import { command, commandGroup } from '../command.ts';
import type { CommandContext } from '../host.ts';
import { printImport, printSheet } from '../judging.ts';
import { AS_OF, COMMON, NUMBER, stageOptions, TEXT, writeJson } from '../options.ts';

/** A whole number of 1 or more. */
function positive(option: string, value: number, example: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new CutoverError('OPTION_INVALID', { option, reason: 'must be a whole number of 1 or more', example });
}

function nextCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'next',
    describe: 'Pick the queries whose judging would settle most, and write their pools as a blind sheet',
    options: {
      ...COMMON,
      n: { ...NUMBER, default: 20, describe: 'Queries to pick' },
      rule: {
        ...TEXT,
        describe: 'Id of a rule in verdict.json (first inconclusive one unless given)',
      },
      depth: { ...NUMBER, describe: "Results of each run to judge (the rule's cutoff unless given)" },
      'include-judged': {
        type: 'boolean',
        default: false,
        describe: 'Also list what is judged already, its grades hidden, to see how far judges agree',
      },
    },
    examples: [['$0 judge next --n 20', 'A sheet of 20 queries, as a table and as a page']],
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
  });
}

function importCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'import <file>',
    describe: 'Take grades into the judgements: a filled-in sheet (TSV), or JSON Lines of an LLM judge',
    positionals: { file: { type: 'string', demandOption: true, describe: 'Filled-in sheet, export of judge.html, or .jsonl' } },
    options: {
      ...COMMON,
      ...AS_OF,
      judge: { ...TEXT, describe: 'Who graded; lines of a .jsonl may say so themselves' },
      replace: { type: 'boolean', default: false, describe: 'Put new grades in place of old ones that differ' },
      'record-only': {
        type: 'boolean',
        default: false,
        describe: 'Keep the grades for the agreement of judges and leave the judgements as they are',
      },
    },
    examples: [
      ['$0 judge import grades.tsv --judge alice', 'Add what alice graded'],
      ['$0 judge import llm.jsonl', 'Lines of {"query", "document", "grade", "judge"}'],
    ],
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
  });
}

/** `cutover judge next | import`. */
export function judgeCommand(context: CommandContext): CommandModule {
  return commandGroup({
    name: 'judge',
    describe: 'Judge where it matters most, and take the grades in',
    commands: [nextCommand(context), importCommand(context)],
    demand: 'Say `judge next` or `judge import`.',
  });
}
