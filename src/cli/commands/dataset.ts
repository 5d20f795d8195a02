import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../../core/printable.ts';
import { type CheckedDataset, checkDataset, statsOf } from '../../features/dataset/inspect.ts';
import type { SampledDataset } from '../../features/dataset/sample.ts';
import type { DatasetStats, Spread } from '../../features/dataset/stats.ts';
import { foresightWords } from '../../gate/foresight.ts';
import { type ArgsOf, command, commandGroup } from '../command.ts';
import { type CommandContext, EXIT, type Host, UsageError } from '../host.ts';
import { COMMON, type CommonArgs, FOLDER, NUMBER, stageOptions, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';

/** Where all randomness comes from unless another seed is named; as in the configuration. */
const DEFAULT_SEED = 7;

const OPTIONS = {
  ...COMMON,
  out: { ...TEXT, demandOption: true, describe: 'Folder to write; it must not exist' },
  documents: { ...NUMBER, describe: 'Documents to draw of those that nothing else keeps' },
  fraction: { ...NUMBER, describe: 'Share of them to draw instead, 0 to 1' },
  queries: { ...NUMBER, describe: 'Queries to draw, judged ones where any are (all unless given)' },
  'keep-top': { ...NUMBER, describe: "Keep the old version's first neighbours of each query, this many" },
  run: {
    ...TEXT,
    describe: "The old version's neighbours as a TREC run (the configuration's last search unless given)",
  },
  seed: { ...NUMBER, default: DEFAULT_SEED, describe: 'Where the randomness comes from' },
} as const;

type SampleArgs = ArgsOf<typeof OPTIONS & typeof FOLDER>;

/** `cutover dataset sample`. */
function sampleCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'sample [folder]',
    describe: 'Draw a smaller data set for a quick run: every judged document, the old neighbours you ask for, some of the rest',
    positionals: FOLDER,
    options: OPTIONS,
    examples: [['$0 dataset sample data --out data-small --fraction 0.01 --keep-top 500', 'After a search of the whole']],
    handler: async (args) => {
      const { rest, ...numbers } = numbersOf(args);
      const { sampleDataset } = await import('../../features/dataset/sample.ts');
      const sampled = await sampleDataset({
        ...stageOptions(host, args),
        ...numbers,
        rest,
        folder: args.folder === undefined ? null : resolve(host.cwd, args.folder),
        out: resolve(host.cwd, args.out),
        run: args.run === undefined ? null : resolve(host.cwd, args.run),
      });
      if (args.json) writeJson(host, sampled);
      else printSample(host, sampled, args.quiet);
    },
  });
}

function numbersOf(args: SampleArgs) {
  const { documents, fraction, queries, seed, run, 'keep-top': keepTop } = args;
  if ((documents === undefined) === (fraction === undefined))
    throw new UsageError('Say how much of the rest to draw: --documents or --fraction, one of them.');
  if (fraction !== undefined && !(fraction >= 0 && fraction <= 1))
    throw new UsageError(`--fraction takes a share from 0 to 1, not ${fraction}`);
  if (run !== undefined && keepTop === undefined) throw new UsageError('--run needs --keep-top: how many of its neighbours to keep.');
  const rest = fraction === undefined ? { documents: whole('documents', documents, 0) ?? 0 } : { fraction };
  return {
    rest,
    queries: whole('queries', queries, 1),
    keepTop: whole('keep-top', keepTop, 1),
    seed: whole('seed', seed, 0) ?? DEFAULT_SEED,
  };
}

function whole(option: string, value: number | undefined, least: number): number | null {
  if (value === undefined) return null;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`--${option} takes a whole number of at least ${least}, not ${value}`);
}

function printSample(host: Host, { folder, documents, queries, judgements, sample }: SampledDataset, quiet: boolean): void {
  const { judged, neighbours, drawn, rest, of, seed } = sample;
  const near = neighbours === null ? [] : [`${neighbours.documents} more among the old version's first ${neighbours.k}`];
  const parts = [`${judged} judged`, ...near, `${drawn} drawn of ${rest} with seed ${seed}`];
  host.stdout.write(`${plain(folder)}\n`);
  if (quiet) return;
  const paint = paintFor(host);
  const isPart = judged + drawn + (neighbours?.documents ?? 0) < of.documents;
  host.stderr.write(`${documents} documents (${parts.join(', ')}), ${queries} of ${of.queries} queries, ${judgements} judgements\n`);
  if (isPart)
    host.stderr.write(`${paint.warn('note')}  recall on a part of the corpus is flattered; verdict and report of a run on it say so\n`);
}

/** `cutover dataset check | stats | sample`. */
export function datasetCommand(context: CommandContext): CommandModule {
  const { host, exit } = context;
  const inputs = (args: CommonArgs & ArgsOf<typeof FOLDER>) => ({
    ...stageOptions(host, args),
    folder: args.folder === undefined ? null : resolve(host.cwd, args.folder),
  });
  const check = command({
    name: 'check [folder]',
    describe: 'List everything that is wrong (exit 2) or odd (exit 1) in the data set of the configuration, or of a folder',
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
    describe: 'Count documents, queries, judgements, grades and slices, and say how small a loss a run could find',
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
  if (stats.silence !== null) line('what is not listed', `${SILENCE[stats.silence.means]}: ${stats.silence.reason}`);
  if (stats.weakGrades !== null) line('judged by', `clicks: ${stats.weakGrades.rule}`);
  for (const [field, values] of Object.entries(stats.slices)) line(`slices by ${field}`, counts(values));
  if (stats.typicalDetectable !== null)
    line(
      'typically detectable',
      `a loss of ${stats.typicalDetectable.toFixed(3)} nDCG@10 between two models; a run measures it for these two versions`,
    );
  if (stats.foresight !== null) line('against the policy', foresightWords(stats.foresight));
}

const SILENCE = { complete: 'not relevant', pooled: 'unknown (pooled)', sampled: 'unknown (sampled)' } as const;

function spreadWords({ least, median, most }: Spread): string {
  return `${least} to ${most}, median ${median}`;
}
