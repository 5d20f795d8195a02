import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { CutoverError } from '../../core/errors.ts';
import { plain } from '../../core/printable.ts';
import { type JudgeImportResult, judgeImport } from '../../features/judge/import.ts';
import { type JudgeNextResult, judgeNext } from '../../features/judge/next.ts';
import { loadProject } from '../../project/workspace.ts';
import { decimal } from '../../report/number.ts';
import { command, commandGroup } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { AS_OF, COMMON, NUMBER, stageOptions, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';

/** A whole number of 1 or more. */
function positive(option: string, value: number, example: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new CutoverError('OPTION_INVALID', { option, reason: 'must be a whole number of 1 or more', example });
}

function nextCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'next',
    describe: 'Pick the queries that are most useful to judge, and write a sheet that hides which version found what',
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
    examples: [['$0 judge next -n 20', 'A sheet of 20 queries, as a table and as a page']],
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
    describe: 'Pick what to judge next, and import the grades',
    commands: [nextCommand(context), importCommand(context)],
    demand: 'Say `judge next` or `judge import`.',
  });
}

function some(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Prints what was picked to judge; nothing of it tells which version returned what. */
function printSheet(host: Host, result: JudgeNextResult, quiet: boolean): void {
  const { target, queries, documents, leftOut, open, files } = result;
  const paint = paintFor(host);
  const goal = target.rule ?? `${target.measure.name} on ${target.on}`;
  const drawn = queries.filter(({ by }) => by === 'drawn').length;
  const lines = [
    `${paint.bold(some(queries.length, 'query', 'queries'))} with ${some(documents, 'document', 'documents')} to judge, for ${plain(goal)}`,
  ];
  if (target.outcome !== 'inconclusive')
    lines.push(paint.dim('  no rule that needs judgements is inconclusive; judging would sharpen this one most'));
  if (open.now > 0)
    lines.push(
      `  unjudged documents leave ±${decimal(open.now)} open in ${target.measure.name} on average; this sheet narrows it to ±${decimal(open.after)}`,
    );
  lines.push(...outlookLines(result));
  const asked = queries.filter(({ by }) => by === 'asked').length;
  if (asked > 0) lines.push(`  ${some(asked, 'query', 'queries')} that reviewers of the report want judged`);
  if (drawn > 0)
    lines.push(
      `  ${some(drawn, 'query without any judgement was', 'queries without any judgement were')} drawn at random; needs that are added cost certainty at the next verdict`,
    );
  if (leftOut > 0) lines.push(paint.dim(`  ${some(leftOut, 'document', 'documents')} of these pools are judged already and left out`));
  if (!quiet) host.stderr.write(`${lines.join('\n')}\n`);
  for (const file of files) host.stdout.write(`${plain(file)}\n`);
  if (!quiet)
    host.stderr.write(`${paint.dim('next')}  Grade in judge.html or in the table, then \`cutover judge import FILE --judge NAME\`.\n`);
}

/** What judging the sheet is likely to settle. */
function outlookLines({ outlook, target }: JudgeNextResult): string[] {
  if (outlook === null || target.outcome !== 'inconclusive') return [];
  const { sheet, worst, best } = outlook;
  if (worst === 'inconclusive' && best === 'inconclusive')
    return ['  no grade of the needs judged so far can settle the rule; other needs can'];
  const ends = worst === best ? `ends as ${worst}` : `ends between ${worst} and ${best}`;
  const then =
    sheet === 'inconclusive'
      ? 'this sheet is not likely to settle the rule'
      : `this sheet settles the rule as ${sheet} if its documents turn out not relevant`;
  return [`  ${then}; with everything judged it ${ends}`];
}

/** Prints what an import did. */
function printImport(host: Host, result: JudgeImportResult, quiet: boolean): void {
  const paint = paintFor(host);
  const { added, replaced, unchanged, unfilled, agreement, imports, isNews, isMarked, needs } = result;
  if (!isMarked && !quiet)
    host.stderr.write(`${paint.warn('note')}  the file does not say which data set it was made for; its ids were checked, not the texts\n`);
  const counts = [`${added} added`, `${replaced} replaced`, `${unchanged} left as they were`];
  if (unfilled > 0) counts.push(`${some(unfilled, 'row', 'rows')} without a grade skipped`);
  host.stdout.write(`judgements  ${counts.join(', ')}\n`);
  for (const { judges, pairs, kappa } of agreement)
    host.stdout.write(
      `agreement   ${judges.map(plain).join(' and ')}: kappa ${kappa === null ? 'undefined (one and the same grade throughout)' : kappa.toFixed(3)} on ${some(pairs, 'pair', 'pairs')}\n`,
    );
  if (quiet) return;
  if (isNews && needs !== undefined && needs.before > 0 && needs.after > needs.before)
    host.stderr.write(
      `${paint.warn('note')}  ${some(needs.after - needs.before, 'need', 'needs')} added to ${needs.before}: the next verdict on these versions asks for surer bounds, and says so\n`,
    );
  if (!isNews) host.stderr.write('Everything was there already; nothing was written.\n');
  else if (added + replaced > 0)
    host.stderr.write(
      `Judged again ${some(imports, 'time', 'times')} so far; the report says so.\n${paint.dim('next')}  \`cutover run\` measures and decides again.\n`,
    );
}
