import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../core/errors.ts';
import { sha256Json } from '../core/hash.ts';
import type { Workspace } from '../project/workspace.ts';
import { sha256File } from '../system/files.ts';
import { isFresh, manifestFile } from '../system/manifest.ts';
import { CERTIFICATE_FILE } from './certificate.ts';
import { readVerdict, VERDICT_FILE } from './gate.ts';
import { currentMeasureInputs, EVALUATION_FILE } from './measure.ts';

/** Where `--redact` writes, below the report folder, so that a redacted report is never taken for the whole one. */
export const REDACTED_FOLDER = 'redacted';

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
  return verdict?.policyHash === sha256Json(policy) && verdict.evaluation === (await sha256File(join(output, EVALUATION_FILE)));
}

/** Deletes verdict, certificate and reports of a folder, manifests first: what is half deleted is not taken for whole. */
export async function retract(output: string): Promise<void> {
  // Plotting takes a quarter of a second to load, and a run that is current needs none of it.
  const { FORMATS } = await import('../report/formats/registry.ts');
  const names = [VERDICT_FILE, ...FORMATS.map(({ fileName }) => fileName)];
  for (const folder of [output, join(output, REDACTED_FOLDER)]) {
    const manifests = ['gate', 'report'].map((stage) => manifestFile(folder, stage));
    for (const file of [...manifests, ...[CERTIFICATE_FILE, ...names].map((name) => join(folder, name))]) await remove(file);
  }
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    // A file where a folder should be: nothing stands in it, and whoever writes there says so.
    if (systemCode(error) === 'ENOTDIR') return;
    throw new CutoverError('FILE_UNWRITABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}
