import { join } from 'node:path';
import { sha256Json } from '../core/hash.ts';
import { foresee, foresightWords, isEnough, judgedNeeds } from '../gate/foresight.ts';
import { REDACTED_FOLDER, refuseInputs, takeReportFolder } from '../project/report-folder.ts';
import { outputOf, type StageOptions, type Workspace, withWorkspace } from '../project/workspace.ts';
import { sha256File } from '../system/files.ts';
import { differingInput, isFresh } from '../system/manifest.ts';
import { deleteOwned } from '../system/owned-folder.ts';
import { CERTIFICATE_FILE, type CertificateOptions, certify, certifying } from './certificate.ts';
import { embed } from './embed.ts';
import { inputsOfVerdict, STAGES } from './freshness.ts';
import { type GateResult, gate, readVerdict } from './gate.ts';
import { currentMeasureInputs, EVALUATION_FILE, measure } from './measure.ts';
import { hasSpaces } from './measuring/spaces.ts';
import { pipeline } from './pipeline/pipeline.ts';
import { report } from './report.ts';
import { isSearched, search } from './search.ts';
import { isStudied, isTimedAgain, study } from './study.ts';

/** Embeds, searches, studies and measures; what is unchanged is skipped. */
export async function evaluateAll(workspace: Workspace): Promise<void> {
  // What is known of the vectors already makes them unnecessary: the cache may have been pruned since.
  const known = [await isSearched(workspace), !isTimedAgain(workspace) && (await isStudied(workspace)), await hasSpaces(workspace)];
  if (known.includes(false)) await embed(workspace);
  await search(workspace);
  if (workspace.config.pipeline !== undefined) await pipeline(workspace);
  await study(workspace);
  await measure(workspace);
}

/**
 * Every stage in order; what is unchanged is skipped. A verdict of other inputs is gone before anything is done.
 * @param certificate null writes none
 * @throws CutoverError KEY_INVALID before anything is computed, and what the stages throw
 */
export async function runAll(options: StageOptions, certificate: CertificateOptions | null): Promise<GateResult> {
  return withOwnVerdict(options, async (workspace) => {
    const { config } = workspace;
    const certificateBy = certificate === null ? null : await certifying(certificate, options.env);
    await takeReportFolder(config);
    if (!workspace.cacheTrust.believes) await forgetStages(config.output);
    sayForesight(workspace);
    await evaluateAll(workspace);
    const result = await gate(config.output, config.policy, options);
    const files = [...(await report(config.output, options)), ...result.files];
    const certified = certificateBy === null ? null : await certify(config, result.verdict, certificateBy, options);
    return { ...result, files: certified === null ? files : [...files, certified] };
  });
}

/** Where the cache is not believed, nothing that was made of it by somebody else is: every stage runs here. */
function forgetStages(output: string): Promise<void> {
  return deleteOwned(
    output,
    Object.keys(STAGES).map((stage) => `manifests/${stage}.json`),
  );
}

/** Before hours are spent: what this set can show at best. */
function sayForesight({ config, dataset, console }: Workspace): void {
  const foresight = foresee(config.policy, judgedNeeds(dataset));
  if (foresight !== null && !isEnough(foresight)) console.info(`needs     ${foresightWords(foresight)}`);
}

/** A workspace whose report folder was taken: for whatever writes there. Throws what both do. */
export function withReportFolder<T>(options: StageOptions, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  return withWorkspace(options, async (workspace) => {
    await takeReportFolder(workspace.config);
    return use(workspace);
  });
}

/** Settings, data or versions that can't be read are other ones than those of any verdict that is there. */
async function withOwnVerdict<T>(options: StageOptions, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  let opened = false;
  try {
    return await withWorkspace(options, async (workspace) => {
      opened = true;
      await refuseInputs(workspace.config);
      await retractUnlessCurrent(workspace);
      return use(workspace);
    });
  } catch (error) {
    const output = opened ? null : await outputOf(options);
    if (output !== null) await retract(output);
    throw error;
  }
}

/**
 * Deletes a verdict of other inputs, with what was made of it, before anything of this run is done: however the run ends, nobody
 * takes the old one for its answer. A verdict of the same evaluation and policy stays until it is written again.
 */
async function retractUnlessCurrent(workspace: Workspace): Promise<void> {
  if (!(await isCurrent(workspace))) await retract(workspace.config.output);
}

async function isCurrent(workspace: Workspace): Promise<boolean> {
  const { output, policy } = workspace.config;
  if (!(await isFresh(output, 'measure', await currentMeasureInputs(workspace)))) return false;
  const verdict = await readVerdict(output).catch(() => null);
  const now = { evaluation: await sha256File(join(output, EVALUATION_FILE)), policy: sha256Json(policy) };
  return verdict !== null && differingInput(inputsOfVerdict(verdict), now) === null;
}

/**
 * Deletes verdict, certificate and reports of a folder, manifests first: what is half deleted is not taken for whole. What the
 * folder does not record as ours stays.
 */
async function retract(output: string): Promise<void> {
  // Plotting takes a quarter of a second to load, and a run that is current needs none of it.
  const { FORMATS } = await import('../report/formats/registry.ts');
  const judged = ['gate', 'report'] as const;
  const manifests = judged.map((stage) => `manifests/${stage}.json`);
  const stale = [
    ...manifests,
    CERTIFICATE_FILE,
    ...judged.flatMap((stage) => STAGES[stage].writes),
    ...FORMATS.map(({ fileName }) => fileName),
  ];
  await deleteOwned(output, [...stale, ...stale.map((name) => `${REDACTED_FOLDER}/${name}`)]);
}
