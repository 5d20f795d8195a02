import { join } from 'node:path';
import { sha256Json } from '../core/hash.ts';
import { REDACTED_FOLDER } from '../project/report-folder.ts';
import type { Workspace } from '../project/workspace.ts';
import { sha256File } from '../system/files.ts';
import { differingInput, isFresh } from '../system/manifest.ts';
import { deleteOwned } from '../system/owned-folder.ts';
import { CERTIFICATE_FILE } from './certificate.ts';
import { inputsOfVerdict, STAGES } from './freshness.ts';
import { readVerdict } from './gate.ts';
import { currentMeasureInputs, EVALUATION_FILE } from './measure.ts';

/**
 * Deletes a verdict of other inputs, with what was made of it, before anything of this run is done: however the run ends, nobody
 * takes the old one for its answer. A verdict of the same evaluation and policy stays until it is written again.
 */
export async function retractUnlessCurrent(workspace: Workspace): Promise<void> {
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
export async function retract(output: string): Promise<void> {
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
