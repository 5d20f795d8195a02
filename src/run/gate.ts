import { join } from 'node:path';
import { usualOn } from '../config/pipeline.ts';
import { loadPolicy } from '../config/policy.ts';
import { isNotApplicable } from '../core/absence.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256, sha256Json } from '../core/hash.ts';
import { judgedByBaseToo } from '../gate/base.ts';
import { judge } from '../gate/judge.ts';
import { METRIC_NAMES } from '../measure/measure-name.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Lock } from '../model/lock.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import { lockFile, readLock } from '../project/lock-file.ts';
import { CUTOVER_VERSION, type StageOptions } from '../project/workspace.ts';
import { writeFileAtomic } from '../system/files.ts';
import { readArtifact } from '../system/json.ts';
import { isFresh, readManifest, requireFresh, writeManifest } from '../system/manifest.ts';
import { requireMeasured } from './current.ts';
import { inputsOf, STAGES } from './freshness.ts';
import { readEvaluation } from './measure.ts';
import { machineNotes } from './processors.ts';

export const [VERDICT_FILE] = STAGES.gate.writes;

/** A verdict and what a person should know beside it. */
export interface GateResult {
  readonly verdict: Verdict;
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  /** Lines to paste under `consumers:` of the configuration: values that nobody has accepted yet, or that no longer hold. */
  readonly patch: readonly string[];
}

/**
 * Judges evaluation.json and writes verdict.json; a verdict that is already there for the same inputs is kept.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN
 */
export async function gate(
  folder: string,
  policy: Policy,
  { asOf, console, judgedByBase: base, configFile }: Pick<StageOptions, 'asOf' | 'console' | 'judgedByBase' | 'configFile'>,
): Promise<GateResult> {
  const { evaluation, hash } = await readEvaluation(folder);
  const policyHash = sha256Json(policy);
  const given = { evaluation: hash, policy: policyHash, asOf, ...(base === undefined ? {} : { base: sha256Json(base) }) };
  const inputs = inputsOf('gate', {}, given);
  const file = join(folder, VERDICT_FILE);
  const warnings = [...notesOf(evaluation), ...machineNotes(evaluation, await lockBeside(configFile))];
  const patch = patchOf(evaluation);
  if (await isFresh(folder, 'gate', inputs)) {
    console.info('gate      unchanged');
    return { verdict: await readVerdict(folder), files: [file], warnings, patch };
  }
  const own = judge(evaluation, policy, { asOf, evaluationHash: hash, policyHash, cutoverVersion: CUTOVER_VERSION });
  const verdict = base === undefined ? own : judgedByBaseToo(own, base);
  await writeFileAtomic(file, `${JSON.stringify(verdict, null, 2)}\n`);
  await writeManifest(folder, 'gate', inputs, [VERDICT_FILE]);
  console.info(`gate      ${verdict.rules.length} results of ${policy.rules.length} rules`);
  return { verdict, files: [file], warnings, patch };
}

/** The lock beside a configuration; null where there is none, or none that can be read, which the commands of the lock say. */
function lockBeside(configFile: string): Promise<Lock | null> {
  return readLock(lockFile(configFile)).catch((error: unknown) => {
    if (error instanceof CutoverError) return null;
    throw error;
  });
}

/**
 * What explains the result: what the settings that the model publishes would give, which names where the version contradicts them;
 * else how to find out, and where. Nothing where it agrees.
 */
function notesOf({ studies, versions }: Evaluation): string[] {
  if (versions === null || versions.new.warnings.length === 0) return [];
  const warnings = versions.new.warnings.map((warning) => `${versions.new.id}: ${warning}`);
  // Only a model with weights here has a folder that publishes settings.
  if (studies === undefined || !('weights' in versions.new.decides)) return warnings;
  const { counterfactual } = studies;
  return isNotApplicable(counterfactual) ? [`as published: ${counterfactual.notApplicable}`, ...warnings] : [counterfactual.summary];
}

function patchOf({ consumers }: Evaluation): string[] {
  return consumers.flatMap(({ patch }) => patch ?? []);
}

/**
 * `cutover gate`: under the configuration's policy verdict.json is written; under another one nothing is.
 * @param policyFile absolute path of another policy, or null
 * @throws CutoverError ARTIFACT_STALE when the evaluation is of other inputs than the configuration's
 */
export async function gateOnly(options: StageOptions, policyFile: string | null): Promise<GateResult> {
  const config = await requireMeasured(options);
  if (policyFile === null) return gate(config.output, config.policy, options);
  const policy = await loadPolicy(policyFile, {
    cwd: options.cwd,
    registry: { embedders: [], ...METRIC_NAMES },
    usualOn: usualOn(config.pipeline !== undefined, METRIC_NAMES),
  });
  const { evaluation, hash } = await readEvaluation(config.output);
  const context = { asOf: options.asOf, evaluationHash: hash, policyHash: sha256Json(policy), cutoverVersion: CUTOVER_VERSION };
  return { verdict: judge(evaluation, policy, context), files: [], warnings: [], patch: patchOf(evaluation) };
}

/** verdict.json of a folder, as its step wrote it. @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN */
export async function readVerdict(folder: string): Promise<Verdict> {
  const file = join(folder, VERDICT_FILE);
  const { value, text } = await readArtifact<Verdict>(file, 'cutover.verdict', 'gate');
  const recorded = (await readManifest(folder, 'gate'))?.files[VERDICT_FILE];
  if (recorded !== undefined && recorded !== sha256(text))
    throw new CutoverError('ARTIFACT_FOREIGN', { file, reason: 'its content is not what the manifest recorded' });
  return value;
}

/** That verdict.json is the one that the gate wrote into this folder. @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN */
export async function requireVerdict(folder: string): Promise<Verdict> {
  const manifest = await readManifest(folder, 'gate');
  await requireFresh(folder, 'gate', manifest?.madeFrom ?? {});
  return readVerdict(folder);
}
