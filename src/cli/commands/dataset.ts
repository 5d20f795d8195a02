import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { type CheckedDataset, checkDataset, statsOf } from '../../features/dataset/inspect.ts';
import type { DatasetStats, Spread } from '../../features/dataset/stats.ts';
import { type ArgsOf, command, commandGroup } from '../command.ts';
import { type CommandContext, EXIT, type Host } from '../host.ts';
import { COMMON, type CommonArgs, FOLDER, stageOptions, writeJson } from '../options.ts';
import { sampleCommand } from '../sample.ts';

/** `cutover dataset check | stats | sample`. */
export function datasetCommand(context: CommandContext): CommandModule {
  const { host, exit } = context;
  const inputs = (args: CommonArgs & ArgsOf<typeof FOLDER>) => ({
    ...stageOptions(host, args),
    folder: args.folder === undefined ? null : resolve(host.cwd, args.folder),
  });
  const check = command({
    name: 'check [folder]',
    describe: 'Say everything that is wrong (exit 2) or odd (exit 1) with the data set of the configuration, or of a folder',
    positionals: FOLDER,
    options: COMMON,
    handler: async (args) => {
      const checked = await checkDataset(inputs(args));
      if (args.json) writeJson(host, checked);
      else printCheck(host, checked);
      exit(checked.findings.length > 0 ? EXIT.fail : EXIT.pass);
    },
  });
  const stats = command({
    name: 'stats [folder]',
    describe: 'Count documents, queries, judgements, grades and slices, and what a run could typically tell',
    positionals: FOLDER,
    options: COMMON,
    handler: async (args) => {
      const found = await statsOf(inputs(args));
      if (args.json) writeJson(host, found);
      else printStats(host, found);
    },
  });
  return commandGroup({
    name: 'dataset',
    describe: 'Check a data set, say what it holds, draw a smaller one from it',
    commands: [check, stats, sampleCommand(context)],
    demand: 'Say what: check, stats or sample.',
  });
}

function printCheck({ stdout }: Host, { name, findings }: CheckedDataset): void {
  for (const finding of findings) stdout.write(`${plain(finding)}\n`);
  stdout.write(findings.length === 0 ? `${plain(name)}: nothing odd was found\n` : `${plain(name)}: ${findings.length} to look at\n`);
}

function printStats({ stdout }: Host, stats: DatasetStats): void {
  const line = (label: string, value: string | number) => stdout.write(`${plain(label).padEnd(24)}${plain(`${value}`)}\n`);
  const counts = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([value, count]) => `${value} ×${count}`)
      .join(', ');
  line('data set', stats.name);
  line('documents', stats.parents === null ? stats.documents : `${stats.documents} chunks of ${stats.parents}`);
  line('characters a document', spreadWords(stats.documentLength));
  line('queries', `${stats.queries} of ${stats.needs} needs, ${stats.judgedQueries} judged`);
  line('characters a query', spreadWords(stats.queryLength));
  if (stats.judgements !== null) line('judgements a query', spreadWords(stats.judgements));
  if (stats.judgements !== null) line('grades', counts(stats.grades));
  if (stats.weakGrades !== null) line('judged by', `clicks: ${stats.weakGrades.rule}`);
  for (const [field, values] of Object.entries(stats.slices)) line(`slices by ${field}`, counts(values));
  if (stats.typicalDetectable !== null)
    line('typically detectable', `a loss of ${stats.typicalDetectable.toFixed(3)} nDCG@10; a run measures it for these two versions`);
}

function spreadWords({ least, median, most }: Spread): string {
  return `${least} to ${most}, median ${median}`;
}
