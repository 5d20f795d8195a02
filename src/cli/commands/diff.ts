import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { CutoverError } from '../../core/errors.ts';
import type { DiffOptions } from '../../features/compare/diff.ts';
import { printDifference } from '../difference.ts';
import { type CommandContext, type Host, UsageError } from '../host.ts';
import { NUMBER, TEXT, writeJson } from '../options.ts';

interface DiffArgs {
  readonly old: string;
  readonly new: string;
  readonly ids: string | undefined;
  readonly queries: readonly string[] | undefined;
  readonly 'query-ids': string | undefined;
  readonly qrels: string | undefined;
  readonly k: number;
  readonly seed: number;
  readonly json: boolean;
}

/** `cutover diff`: two files of vectors, or two runs, with no configuration. */
export function diffCommand({ host }: CommandContext): CommandModule<object, DiffArgs> {
  return {
    command: 'diff <old> <new>',
    describe: 'A first look at two files of vectors or two TREC runs, with no configuration',
    builder: (yargs) =>
      yargs
        .positional('old', { type: 'string', demandOption: true, describe: 'Vectors (.npy, .npz, .parquet, .arrow, .jsonl) or a TREC run' })
        .positional('new', { type: 'string', demandOption: true, describe: 'The same of the new version' })
        .option('ids', { ...TEXT, describe: 'For .npy: a text file of one document id a line; without it rows are numbered' })
        .option('queries', { ...TEXT, array: true, describe: 'Vectors of the queries, first of the old, then of the new version' })
        .option('query-ids', { ...TEXT, describe: 'For .npy: a text file of one query id a line' })
        .option('qrels', { ...TEXT, describe: 'Judgements, TREC or BEIR format: also compare quality' })
        .option('k', { ...NUMBER, default: 10, describe: 'Neighbours that are compared' })
        .option('seed', { ...NUMBER, default: 7, describe: 'Where all randomness comes from' })
        .option('json', { type: 'boolean', default: false, describe: 'Machine-readable result on stdout' })
        .example('$0 diff old.npy new.npy', 'How many neighbours of each document change')
        .example(
          '$0 diff old.parquet new.parquet --queries q-old.parquet q-new.parquet --qrels qrels.tsv',
          'And what users would notice',
        ) as never,
    handler: async (args) => {
      const { diffFiles } = await import('../../features/compare/diff.ts');
      const options = diffOptions(host, args);
      const difference = await diffFiles(options);
      if (args.json) writeJson(host, difference);
      else printDifference(host, difference, args);
    },
  };
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
