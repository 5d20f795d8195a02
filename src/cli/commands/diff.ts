import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { CutoverError } from '../../core/errors.ts';
import type { DiffOptions } from '../../features/compare/diff.ts';
import { type ArgsOf, command } from '../command.ts';
import { printDifference } from '../difference.ts';
import { type CommandContext, type Host, UsageError } from '../host.ts';
import { JSON_OPTION, NUMBER, TEXT, writeJson } from '../options.ts';

const POSITIONALS = {
  old: { type: 'string', demandOption: true, describe: 'Vectors (.npy, .npz, .parquet, .arrow, .jsonl) or a TREC run' },
  new: { type: 'string', demandOption: true, describe: 'The same of the new version' },
} as const;

const OPTIONS = {
  ids: { ...TEXT, describe: 'For .npy: a text file of one document id a line; without it rows are numbered' },
  queries: { ...TEXT, array: true, describe: 'Vectors of the queries, first of the old, then of the new version' },
  'query-ids': { ...TEXT, describe: 'For .npy: a text file of one query id a line' },
  qrels: { ...TEXT, describe: 'Judgements, TREC or BEIR format: also compare quality' },
  k: { ...NUMBER, default: 10, describe: 'Neighbours that are compared' },
  seed: { ...NUMBER, default: 7, describe: 'Where all randomness comes from' },
  ...JSON_OPTION,
} as const;

type DiffArgs = ArgsOf<typeof OPTIONS & typeof POSITIONALS>;

/** `cutover diff`: two files of vectors, or two runs, with no configuration. */
export function diffCommand({ host }: CommandContext): CommandModule {
  return command({
    name: 'diff <old> <new>',
    describe: 'A first look at two files of vectors or two TREC runs, with no configuration',
    positionals: POSITIONALS,
    options: OPTIONS,
    examples: [
      ['$0 diff old.npy new.npy', 'How many neighbours of each document change'],
      ['$0 diff old.parquet new.parquet --queries q-old.parquet q-new.parquet --qrels qrels.tsv', 'And what users would notice'],
    ],
    handler: async (args) => {
      const { diffFiles } = await import('../../features/compare/diff.ts');
      const options = diffOptions(host, args);
      const difference = await diffFiles(options);
      if (args.json) writeJson(host, difference);
      else printDifference(host, difference, args);
    },
  });
}

function diffOptions(host: Host, { queries, ...args }: DiffArgs): DiffOptions {
  const whole = (option: 'k' | 'seed', least: number): number => {
    const value = args[option];
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new CutoverError('OPTION_INVALID', {
      option,
      reason: `must be a whole number of ${least} or more`,
      example: least === 0 ? '7' : '10',
    });
  };
  const path = (file: string | undefined): string | null => (file === undefined ? null : resolve(host.cwd, file));
  const [before, after, ...more] = queries ?? [];
  if (queries !== undefined && (before === undefined || after === undefined || more.length > 0))
    throw new UsageError('--queries takes two files: vectors of the old version, then of the new one');
  return {
    old: resolve(host.cwd, args.old),
    new: resolve(host.cwd, args.new),
    ids: path(args.ids),
    queries: before === undefined || after === undefined ? null : { old: resolve(host.cwd, before), new: resolve(host.cwd, after) },
    queryIds: path(args['query-ids']),
    qrels: path(args.qrels),
    k: whole('k', 1),
    seed: whole('seed', 0),
    signal: host.signal,
  };
}
