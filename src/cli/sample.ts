import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { plain } from '../core/printable.ts';
import type { SampledDataset } from '../features/dataset/sample.ts';
import { type ArgsOf, command } from './command.ts';
import { type CommandContext, type Host, UsageError } from './host.ts';
import { COMMON, FOLDER, NUMBER, stageOptions, TEXT, writeJson } from './options.ts';
import { paintFor } from './terminal.ts';

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
export function sampleCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'sample [folder]',
    describe: 'Draw a smaller data set for a quick run: every judged document, the old neighbours you ask for, some of the rest',
    positionals: FOLDER,
    options: OPTIONS,
    examples: [['$0 dataset sample data --out data-small --fraction 0.01 --keep-top 500', 'After a search of the whole']],
    handler: async (args) => {
      const { rest, ...numbers } = numbersOf(args);
      const { sampleDataset } = await import('../features/dataset/sample.ts');
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
