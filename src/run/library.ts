import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { policyFrom } from '../config/policy.ts';
import type { ConfigSource } from '../config/schemas/config.ts';
import type { PolicySource } from '../config/schemas/policy.ts';
import type { Console } from '../core/console.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256, sha256Json } from '../core/hash.ts';
import { judge } from '../gate/judge.ts';
import { METRIC_NAMES } from '../measure/measure-name.ts';
import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import { readTimings } from '../project/timings.ts';
import { CUTOVER_VERSION, type StageOptions } from '../project/workspace.ts';
import { FORMATS } from '../report/formats/registry.ts';
import { readEvaluation } from './measure.ts';
import { evaluateAll, withReportFolder } from './run.ts';

/** What `evaluate` is asked to compare, and what it may use of the machine. */
export interface EvaluateOptions {
  /** Path of a `cutover.yaml`, or what one would hold. Its policy is checked, and left to `gate`. */
  readonly config: string | ConfigSource;
  /** Where relative paths start, those of a configuration in code too; the working folder unless given. */
  readonly folder?: string;
  /** Folder for artifacts instead of the configuration's, relative to `folder`. Unchanged work found there is not done again. */
  readonly output?: string;
  /** Environment for keys, addresses and `CUTOVER_CACHE`; none unless given. */
  readonly env?: StageOptions['env'];
  /** Where warnings and progress go; nowhere unless given. */
  readonly console?: Console;
  /** Aborting it ends the work at the next text or query. */
  readonly signal?: AbortSignal;
}

/** An evaluation and what was measured of the machine beside it. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  /** null only where the folder's timings.json can't be read. */
  readonly timings: Timings | null;
  /** Absolute path of the folder that holds evaluation.json. */
  readonly output: string;
}

const SILENT: Console = { progress: () => undefined, info: () => undefined, warn: () => undefined };

/** Where a configuration in code writes unless it says so itself. */
const OUTPUT = join('reports', 'cutover');

function configOf({ config, output }: EvaluateOptions, folder: string): Pick<StageOptions, 'configFile' | 'configText' | 'output'> {
  if (typeof config === 'string') return { configFile: resolve(folder, config), output: output ?? null };
  const unsaid = config.output === undefined ? OUTPUT : null;
  return { configFile: join(folder, '(config)'), configText: JSON.stringify(config, null, 2), output: output ?? unsaid };
}

/**
 * Embeds, searches, studies and measures two versions on a data set: `cutover run` without its verdict. Vectors come from the
 * cache where they are known; artifacts are written to the report folder.
 * @throws CutoverError on anything wrong with configuration (CONFIG_INVALID, every problem with its place; lines of an object are
 *   those of its indented JSON), data set or versions
 * @example
 * const { evaluation } = await evaluate({ config: { dataset: 'data', old: 'versions/a.yaml', new: 'versions/b.yaml' } });
 * evaluation.values.untranslatedConsumers; // 0
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluated> {
  const folder = resolve(options.folder ?? '.');
  const stage: StageOptions = {
    ...configOf(options, folder),
    // No stage up to the measurements looks at the date.
    asOf: '',
    cwd: folder,
    env: options.env ?? {},
    console: options.console ?? SILENT,
    clock: () => performance.now(),
    signal: options.signal ?? new AbortController().signal,
  };
  return withReportFolder(stage, async (workspace) => {
    await evaluateAll(workspace);
    const { output } = workspace.config;
    return { evaluation: (await readEvaluation(output)).evaluation, timings: await readTimings(output), output };
  });
}

/**
 * A policy that is in code, as a policy file would hold it: defaults filled in, metrics' names checked.
 * @throws CutoverError CONFIG_INVALID with every problem; lines are those of the object's indented JSON
 * @example parsePolicy({ rules: [{ metric: 'nDCG@10', nonInferior: 0.02 }] })
 */
export function parsePolicy(input: PolicySource): Policy {
  return policyFrom(input, { registry: { embedders: [], ...METRIC_NAMES } });
}

/**
 * Decides whether the new version may replace the old one. Pure: the same evaluation, policy and date give the same verdict,
 * byte for byte that of `cutover gate`.
 * @param policy from `loadPolicy`, `parsePolicy`, or `DEFAULT_POLICY`
 * @param context `asOf`: ISO date the verdict holds for; waivers expire by it
 * @throws RangeError when the evaluation's columns don't fit its queries
 * @example
 * const verdict = gate(evaluation, DEFAULT_POLICY, { asOf: '2026-01-31' });
 * process.exitCode = verdict.exitCode; // 0 pass, 1 fail, 3 inconclusive
 */
export function gate(evaluation: Evaluation, policy: Policy, { asOf }: { readonly asOf: string }): Verdict {
  return judge(evaluation, policy, {
    asOf,
    // As evaluation.json is written.
    evaluationHash: sha256(`${JSON.stringify(evaluation)}\n`),
    policyHash: sha256Json(policy),
    cutoverVersion: CUTOVER_VERSION,
  });
}

/** What a report can be written as. */
export type ReportFormat = 'html' | 'markdown' | 'junit' | 'sarif' | 'csv';

/**
 * The report as a string. Pure: the same three give the same bytes, those of `cutover report`.
 * @param timings null leaves out what only a clock knows
 * @throws CutoverError FORMAT_UNKNOWN; RangeError when the evaluation's parts don't fit together
 * @example renderReport(evaluation, verdict, timings, 'markdown')
 */
export function renderReport(evaluation: Evaluation, verdict: Verdict, timings: Timings | null, format: ReportFormat): string {
  const found = FORMATS.find(({ id }) => id === format);
  if (found === undefined) throw new CutoverError('FORMAT_UNKNOWN', { format, known: FORMATS.map(({ id }) => id).join(', ') });
  return found.render(evaluation, verdict, timings);
}
