import { basename, join } from 'node:path';
import { loadPolicy } from '../../config/policy.ts';
import { isNotApplicable } from '../../core/absence.ts';
import type { Console } from '../../core/console.ts';
import { CutoverError } from '../../core/errors.ts';
import { sha256, sha256Json } from '../../core/hash.ts';
import { silenceOf } from '../../dataset/silence.ts';
import { judge } from '../../gate/judge.ts';
import { METRIC_NAMES, parseMeasure, parseMetric } from '../../measure/measure-name.ts';
import { scoreShift } from '../../measure/score-shift.ts';
import type { Evaluation, SidedColumn } from '../../model/evaluation.ts';
import type { Policy } from '../../model/policy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { CUTOVER_VERSION } from '../../project/workspace.ts';
import { FORMATS } from '../../report/formats/registry.ts';
import { VERDICT_FILE } from '../../run/gate.ts';
import { EVALUATION_FILE } from '../../run/measure.ts';
import { listOf } from '../../run/measuring/measure-list.ts';
import { measureRuns } from '../../run/measuring/runs.ts';
import type { ScoreKind } from '../../search/ranked-run.ts';
import { sha256File, writeFileAtomic } from '../../system/files.ts';
import { writeManifest } from '../../system/manifest.ts';
import { deleteOwned, ownFolder } from '../../system/owned-folder.ts';
import { runsEvaluation } from './evaluation.ts';
import { type ComparedFiles, readCompared } from './input.ts';
import { overlapValues, type PairedValues, pairedValues, type SideValues, sideValues } from './values.ts';

/** An evaluation of runs and what a policy says of it. */
interface JudgedRuns {
  readonly evaluation: Evaluation;
  /** evaluation.json's content, which the verdict's hash is of. */
  readonly text: string;
  readonly verdict: Verdict;
  /** null where the verdict says only that nothing was judged. */
  readonly policy: Policy | null;
}

/** For a report of runs that no policy judged. */
const NO_POLICY: Policy = { confidence: 0.95, rules: [], inconclusive: 'warn', minimumNeeds: 30, resamples: 10_000, waivers: [] };

/** @param policy null gives a verdict that says that nothing was judged; every report needs one */
function judgeRuns(evaluation: Evaluation, policy: Policy | null, asOf: string): JudgedRuns {
  const text = `${JSON.stringify(evaluation)}\n`;
  const rules = policy ?? NO_POLICY;
  const context = { asOf, evaluationHash: sha256(text), policyHash: sha256Json(rules), cutoverVersion: CUTOVER_VERSION };
  const verdict = judge(evaluation, rules, context);
  return { evaluation, text, policy, verdict: policy === null ? { ...verdict, headline: 'Not judged: no policy was given.' } : verdict };
}

/**
 * Writes evaluation.json, verdict.json where a policy judged, every report format and a manifest of what they were made from.
 * @returns the files, absolute
 * @throws CutoverError FILE_UNWRITABLE
 */
async function writeComparison(
  folder: string,
  { evaluation, text, verdict, policy }: JudgedRuns,
  made: ComparedFiles & { readonly measures: string },
): Promise<string[]> {
  const contents: [name: string, content: string][] = [[EVALUATION_FILE, text]];
  if (policy !== null) contents.push([VERDICT_FILE, `${JSON.stringify(verdict, null, 2)}\n`]);
  for (const format of FORMATS) contents.push([format.fileName, format.render(evaluation, verdict, null)]);
  await ownFolder(folder, [EVALUATION_FILE, VERDICT_FILE, ...FORMATS.map(({ fileName }) => fileName), 'manifests/compare.json']);
  // An earlier comparison's verdict must not be beside this evaluation.
  if (policy === null) await deleteOwned(folder, [VERDICT_FILE]);
  for (const [name, content] of contents) await writeFileAtomic(join(folder, name), content);
  const names = contents.map(([name]) => name);
  await writeManifest(folder, 'compare', await inputsOf(evaluation, verdict, made), names);
  return names.map((name) => join(folder, name));
}

async function inputsOf(evaluation: Evaluation, verdict: Verdict, made: ComparedFiles & { readonly measures: string }) {
  return {
    cutover: CUTOVER_VERSION,
    old: await sha256File(made.old),
    new: await sha256File(made.new),
    qrels: await sha256File(made.qrels),
    measures: made.measures,
    policy: verdict.policyHash,
    seed: evaluation.seed,
    asOf: verdict.asOf,
  };
}

/** Two TREC runs, judgements, and what to measure. */
export interface CompareOptions extends ComparedFiles {
  /** ir_measures names separated by white space or commas; null takes those of the policy's rules. */
  readonly measures: string | null;
  /** What the score columns hold; similarities unless given. */
  readonly scores?: { readonly [S in Side]: ScoreKind };
  /** Absolute path; null compares without judging. */
  readonly policy: string | null;
  /** Absolute path of a folder for evaluation, verdict and reports; null writes nothing. */
  readonly output: string | null;
  readonly seed: number;
  /** ISO date the verdict holds for. */
  readonly asOf: string;
  readonly cwd: string;
  readonly console: Console;
}

/** Two runs compared: what `cutover compare --json` prints. */
export interface Comparison {
  readonly old: SideValues;
  readonly new: SideValues;
  /** Query → measure → value, for queries that both runs answer. */
  readonly overlap: { readonly perQuery: Readonly<Record<string, Readonly<Record<string, number>>>> };
  /** ks, wasserstein, psi over all scores of both runs. */
  readonly shift: Readonly<Record<string, number>>;
  readonly paired: Readonly<Record<string, PairedValues>>;
}

/** What a comparison of two runs gives. */
export interface CompareResult {
  readonly comparison: Comparison;
  /** null without a policy. */
  readonly verdict: Verdict | null;
  /** Files written, absolute. */
  readonly files: readonly string[];
}

const SIMILARITIES = { old: 'similarity', new: 'similarity' } as const;

const OVERLAP = [...[1, 5, 10, 50].flatMap((k) => [`overlap@${k}`, `jaccard@${k}`]), 'rbo@50', 'kendall@50'];

/** Beside what was asked for: the gate looks at the judged share, the report shows the rest. */
const BESIDE = ['Judged@10', 'topChange'];

/**
 * Compares two TREC run files on judgements, no model involved: a whole system with its re-ranker can be measured and gated.
 * Ties, short lists and missing queries count as in trec_eval; every query is its own need.
 * @throws CutoverError on anything wrong with the files, the measures' names or the policy
 * @example
 * const { comparison } = await compareRuns({ qrels, old, new: fresh, measures: 'nDCG@10 R@100', policy: null, output: null, seed: 7, … });
 * comparison.paired['nDCG@10']?.mean // new − old
 */
export async function compareRuns(options: CompareOptions): Promise<CompareResult> {
  const policy = await policyOf(options);
  const names = options.measures === null ? policyMeasures(policy) : measureNames(options.measures);
  const compared = await readCompared(options, options.scores ?? SIMILARITIES);
  sayUnmeasurable(policy, options);
  for (const warning of compared.warnings) options.console.warn(warning);
  const list = listOf([...names, ...(policy?.rules.map(({ metric }) => metric) ?? []), ...OVERLAP, ...BESIDE]);
  const runs = { served: { old: compared.runs.old.run, new: compared.runs.new.run } };
  const queries = { ids: compared.queryIds, needs: compared.queryIds };
  const columns = measureRuns(runs, compared.qrels, queries, list, { silence: silenceOf(compared.qrels, null) ?? undefined });
  const shift = scoreShift('all', 'All scores', compared.runs.old.scores, compared.runs.new.scores);
  const measures = names.map((name) => [name, servedColumns(columns.quality, name, compared.queryIds)] as const);
  const { paired, notes } = pairedValues(measures, compared.queryIds, options.seed);
  for (const note of notes) options.console.warn(note);
  const comparison: Comparison = {
    old: sideValues(measures, 'old', compared.queryIds),
    new: sideValues(measures, 'new', compared.queryIds),
    overlap: { perQuery: overlapValues(columns.neighbours, OVERLAP, compared.queryIds) },
    shift: shift.distances,
    paired,
  };
  if (policy === null && options.output === null) return { comparison, verdict: null, files: [] };
  const evaluation = runsEvaluation(compared, { qrelsFile: options.qrels, list, columns, shift, policy, seed: options.seed });
  const judged = judgeRuns(evaluation, policy, options.asOf);
  const files = options.output === null ? [] : await writeComparison(options.output, judged, { ...options, measures: names.join(' ') });
  return { comparison, verdict: policy === null ? null : judged.verdict, files };
}

/** Says once, by name, which rules two runs can give no value for. */
function sayUnmeasurable(policy: Policy | null, { console, policy: file }: CompareOptions): void {
  const rules = policy?.rules.filter(({ metric, kind, ifMissing }) => {
    const { kind: of } = parseMetric(metric);
    return ifMissing !== 'skip' && (kind === 'noHarm' || of === 'index' || of === 'summary');
  });
  const names = [...new Set(rules?.map(({ metric, kind }) => (kind === 'noHarm' ? `${metric} noHarm` : metric)))];
  if (names.length === 0 || file === null) return;
  console.warn(
    `${basename(file)}: compare cannot measure ${names.join(', ')}: runs have no index, no consumers and no slices. These rules have no value and fail; leave them out of this policy, or put \`ifMissing: skip\` on them.`,
  );
}

/** Names separated by white space or commas outside parentheses, in canonical text, each once. */
function measureNames(text: string): string[] {
  const written = text.split(/[\s,]+(?![^()]*\))/).filter((name) => name !== '');
  if (written.length === 0)
    throw new CutoverError('OPTION_INVALID', { option: 'measures', reason: 'names no measure', example: '"nDCG@10 R@100"' });
  return [...new Set(written.map((name) => parseMeasure(name).name))];
}

/** The measures of quality that a policy's rules name, each once. @throws CutoverError OPTION_INVALID where there are none */
function policyMeasures(policy: Policy | null): string[] {
  const named = (policy?.rules ?? []).flatMap(({ metric }) => {
    const { kind, name } = parseMetric(metric);
    return kind === 'quality' ? [name.name] : [];
  });
  if (named.length > 0) return [...new Set(named)];
  const reason =
    policy === null ? 'is needed where no policy names measures' : 'is needed: no rule of the policy names a measure of quality';
  throw new CutoverError('OPTION_INVALID', { option: 'measures', reason, example: '"nDCG@10 R@100"' });
}

async function policyOf({ policy, cwd }: CompareOptions): Promise<Policy | null> {
  return policy === null ? null : loadPolicy(policy, { cwd, registry: { embedders: [], ...METRIC_NAMES } });
}

function servedColumns(quality: Evaluation['quality'], name: string, queryIds: readonly string[]): SidedColumn {
  const columns = isNotApplicable(quality) ? undefined : (quality as Readonly<Record<string, { served?: SidedColumn }>>)[name]?.served;
  if (columns === undefined) throw new TypeError(`${name} was not measured.`);
  for (const { perQuery } of [columns.old, columns.new]) {
    const row = perQuery.findIndex((value) => value !== null && !Number.isFinite(value));
    if (row >= 0) throw new CutoverError('MEASURE_OVERFLOW', { name, query: queryIds[row] ?? '' });
  }
  return columns;
}
