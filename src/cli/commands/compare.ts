import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { isNotApplicable } from '../../core/absence.ts';
import { CutoverError } from '../../core/errors.ts';
import { plain } from '../../core/printable.ts';
import { type CompareOptions, type Comparison, compareRuns } from '../../features/compare/compare.ts';
import { type ArgsOf, command } from '../command.ts';
import type { CommandContext, Host } from '../host.ts';
import { AS_OF, JSON_OPTION, NUMBER, SCORES_OPTION, scoreKinds, TEXT, writeJson } from '../options.ts';
import { paintFor, Terminal } from '../terminal.ts';
import { aligned } from '../text.ts';
import { printVerdict } from '../verdict.ts';

const OPTIONS = {
  ...AS_OF,
  qrels: { ...TEXT, demandOption: true, describe: 'Judgements, TREC or BEIR format' },
  old: { ...TEXT, demandOption: true, describe: 'TREC run of the old system' },
  new: { ...TEXT, demandOption: true, describe: 'TREC run of the new system' },
  measures: {
    alias: 'm',
    ...TEXT,
    array: true,
    describe: "ir_measures names, separated by spaces; the policy's unless given",
  },
  ties: {
    choices: ['trec_eval-10', 'trec_eval-9'] as const,
    default: 'trec_eval-10' as const,
    describe: 'Order scores as written (version 10), or rounded to float32 first (version 9)',
  },
  ...SCORES_OPTION,
  policy: {
    alias: 'p',
    ...TEXT,
    describe: 'Judge by this policy; without one the exit code is 0',
  },
  'per-query': { type: 'boolean', default: false, describe: "Also each query's values; --json always has them" },
  ...JSON_OPTION,
  seed: { ...NUMBER, default: 7, describe: 'Where all randomness comes from' },
  output: { alias: 'o', ...TEXT, describe: 'Folder for evaluation, verdict and reports' },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'Result, warnings and errors only' },
} as const;

type CompareArgs = ArgsOf<typeof OPTIONS>;

/** `cutover compare`: two TREC run files and judgements, no model. */
export function compareCommand({ host, exit }: CommandContext): CommandModule {
  return command({
    name: 'compare',
    describe: 'Compare two TREC run files on judgements; with a policy, decide too',
    options: OPTIONS,
    examples: [
      ['$0 compare --qrels qrels.txt --old a.run --new b.run --measures "nDCG@10 R@100"', 'What changed, and how sure that is'],
      ['$0 compare … --policy policy.yaml --output reports/rerank', 'Gate a whole system with its re-ranker'],
    ],
    handler: async (args) => {
      const { comparison, verdict, files } = await compareRuns(compareOptions(host, args));
      if (args.json) writeJson(host, comparison);
      else printComparison(host, comparison, args['per-query'], args.quiet);
      if (verdict !== null) printVerdict(host, { verdict, files, warnings: [] }, args.quiet);
      else if (!args.quiet) for (const file of files) host.stderr.write(`  ${file}\n`);
      exit(verdict?.exitCode ?? 0);
    },
  });
}

function compareOptions(host: Host, args: CompareArgs): CompareOptions {
  if (!Number.isSafeInteger(args.seed) || args.seed < 0)
    throw new CutoverError('OPTION_INVALID', { option: 'seed', reason: 'must be a whole number of 0 or more', example: '7' });
  const path = (file: string | undefined): string | null => (file === undefined ? null : resolve(host.cwd, file));
  return {
    qrels: resolve(host.cwd, args.qrels),
    old: resolve(host.cwd, args.old),
    new: resolve(host.cwd, args.new),
    measures: args.measures?.join(' ') ?? null,
    scores: scoreKinds(args.scores),
    ties: args.ties === 'trec_eval-9' ? 'float32' : 'double',
    policy: path(args.policy),
    output: path(args.output),
    seed: args.seed,
    asOf: args['as-of'] ?? host.today(),
    cwd: host.cwd,
    console: new Terminal(host, args.quiet),
  };
}

/** Prints a comparison as tables on stdout: it is the data that was asked for. */
function printComparison(host: Host, comparison: Comparison, perQuery: boolean, quiet: boolean): void {
  const measures = Object.keys(comparison.paired);
  const tables = [measureTable(comparison, measures), overlapTable(comparison)];
  if (perQuery) tables.push(queryTable(comparison, measures));
  const shift = Object.entries(comparison.shift).map(([id, value]) => `${id} ${value.toFixed(4)}`);
  tables.push([`scores moved by  ${shift.join('  ')}`]);
  host.stdout.write(`${tables.map((lines) => lines.join('\n')).join('\n\n')}\n`);
  if (!quiet) host.stderr.write(`${paintFor(host).dim(explanation(comparison))}\n`);
}

function explanation({ paired }: Comparison): string {
  const n = Object.values(paired)[0]?.n ?? 0;
  return `Means over ${n} judged ${n === 1 ? 'query' : 'queries'}; 95 % interval of new − old by BCa bootstrap, p by sign flips, both two-sided.`;
}

function measureTable({ old: before, new: after, paired }: Comparison, measures: readonly string[]): string[] {
  const rows = measures.map((name) => {
    const { mean = 0, ci95, permutationP = 1 } = paired[name] ?? {};
    const interval = ci95 === undefined || isNotApplicable(ci95) ? 'none' : `${signed(ci95[0])} to ${signed(ci95[1])}`;
    return [name, fixed(before.aggregate[name]), fixed(after.aggregate[name]), signed(mean), interval, probability(permutationP)];
  });
  return aligned([['measure', 'old', 'new', 'difference', '95 % interval', 'p'], ...rows]);
}

function overlapTable({ overlap }: Comparison): string[] {
  const queries = Object.values(overlap.perQuery);
  const names = [...new Set(queries.flatMap((values) => Object.keys(values)))];
  const rows = names.map((name) => {
    const values = queries.flatMap((query) => query[name] ?? []);
    return [name, fixed(values.reduce((sum, value) => sum + value, 0) / values.length), String(values.length)];
  });
  return aligned([['overlap', 'mean', 'queries'], ...rows]);
}

function queryTable({ old: before, new: after }: Comparison, measures: readonly string[]): string[] {
  const rows = measures.flatMap((name) =>
    Object.entries(before.perQuery[name] ?? {}).map(([query, value]) => {
      const fresh = after.perQuery[name]?.[query] ?? 0;
      return [name, plain(query), fixed(value), fixed(fresh), signed(fresh - value)];
    }),
  );
  return aligned([['measure', 'query', 'old', 'new', 'difference'], ...rows]);
}

function fixed(value = 0): string {
  return value.toFixed(4);
}

function signed(value: number): string {
  const text = fixed(value);
  if (Number(text) === 0) return fixed(0);
  return value > 0 ? `+${text}` : text;
}

function probability(p: number): string {
  return p < 0.0001 ? '<0.0001' : fixed(p);
}
