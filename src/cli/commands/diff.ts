import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { isNotApplicable } from '../../core/absence.ts';
import { CutoverError } from '../../core/errors.ts';
import { plain } from '../../core/printable.ts';
import type { Difference, DiffOptions } from '../../features/compare/diff.ts';
import { type ArgsOf, command } from '../command.ts';
import { type CommandContext, type Host, UsageError } from '../host.ts';
import { JSON_OPTION, NUMBER, SCORES_OPTION, scoreKinds, TEXT, writeJson } from '../options.ts';
import { paintFor } from '../terminal.ts';
import { aligned } from '../text.ts';

interface Files {
  readonly old: string;
  readonly new: string;
  readonly qrels?: string | undefined;
}

/** Prints what a first look found on stdout, and how to make a gate of it on stderr. */
function printDifference(host: Host, difference: Difference, files: Files): void {
  host.stdout.write(`${aligned(rowsOf(difference)).join('\n')}\n\n${meaning(difference)}\n`);
  const paint = paintFor(host);
  const lines = gateLines(difference, files).map((line) => `  ${plain(line)}`);
  host.stderr.write(`${paint.dim('To make it a gate:')}\n${lines.join('\n')}\n`);
}

function rowsOf({ vectors, asked, overlap, topChange, topScores, quality }: Difference): string[][] {
  const { k } = asked;
  const chance = overlap.chance === null ? '' : `, ${percent(overlap.chance)} by chance`;
  return [
    ...(vectors === null ? [] : vectorRows(vectors)),
    [`neighbours@${k}`, `${percent(overlap.mean)} kept${chance} (${count(asked.lists)} ${asked.by} asked)`],
    ['first result', `another one for ${percent(topChange)}`],
    ['its score', `median ${topScores.old.median.toFixed(3)} before, ${topScores.new.median.toFixed(3)} after`],
    ...Object.entries(quality).map(([name, { old: before, new: after, paired }]) => [
      name,
      `${before.toFixed(4)} before, ${after.toFixed(4)} after: ${interval(paired)} over ${count(paired.n)} judged queries`,
    ]),
  ];
}

function vectorRows(vectors: NonNullable<Difference['vectors']>): string[][] {
  const { onlyOld, onlyNew, same, dimensions } = vectors;
  const alone = onlyOld + onlyNew === 0 ? '' : `; ${count(onlyOld)} only before, ${count(onlyNew)} only after (left out)`;
  const width =
    dimensions.old === dimensions.new ? `${dimensions.old} dimensions` : `${dimensions.old} dimensions before, ${dimensions.new} after`;
  return [
    ['vectors', `${count(vectors.shared)} in both files${alone}`],
    ['shape', width],
    ['unchanged', `${count(same)} of ${count(vectors.shared)} vectors are the same`],
  ];
}

function interval({ mean, ci95 }: Difference['quality'][string]['paired']): string {
  const range = isNotApplicable(ci95) ? '' : ` [${signed(ci95[0])}, ${signed(ci95[1])}]`;
  return `${signed(mean)}${range}`;
}

/** What follows, in one or two sentences. */
function meaning({ vectors, overlap, asked }: Difference): string {
  if (vectors !== null && vectors.same === vectors.shared) return 'Both files hold the same vectors: nothing changes.';
  if (overlap.chance !== null && overlap.mean < 2 * overlap.chance)
    return 'The lists share no more than chance would give. Check that both files hold the same texts under the same ids.';
  const share = `Of ${asked.k} neighbours, ${(asked.k * (1 - overlap.mean)).toFixed(1)} are others on average.`;
  const scores =
    vectors === null ? '' : ' Vectors of the two files must not be in one index, and every score threshold has to be set again.';
  return `${share}${scores}`;
}

function gateLines({ vectors }: Difference, files: Files): string[] {
  if (vectors !== null) return ['cutover init', 'cutover run'];
  const qrels = files.qrels ?? 'QRELS';
  return [
    `cutover compare --qrels ${qrels} --old ${files.old} --new ${files.new} --measures nDCG@10 R@10`,
    `cutover compare --qrels ${qrels} --old ${files.old} --new ${files.new} --measures nDCG@10 --policy policy.yaml --output reports/compare`,
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 0)} %`;
const count = (n: number): string => n.toLocaleString('en-US');
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

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
  ...SCORES_OPTION,
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
    scores: scoreKinds(args.scores),
    k: whole('k', 1),
    seed: whole('seed', 0),
    signal: host.signal,
  };
}
