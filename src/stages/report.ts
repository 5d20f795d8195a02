import { join } from 'node:path';
import { writeFileAtomic } from '../artifact/files.ts';
import { sha256Json } from '../artifact/hash.ts';
import { isFresh, writeManifest } from '../artifact/manifest.ts';
import type { InputHashes } from '../contract/evaluation.ts';
import { CutoverError } from '../errors.ts';
import { FORMATS } from '../report/formats/registry.ts';
import { readVerdict } from './gate.ts';
import { readEvaluation } from './measure.ts';
import { readTimings } from './timings.ts';
import { CUTOVER_VERSION, loadProject, type StageOptions } from './workspace.ts';

/**
 * Writes every format of the report from evaluation.json, verdict.json and timings.json.
 * @returns the files, absolute
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE when the verdict judged another evaluation
 */
export async function report(folder: string, { console }: Pick<StageOptions, 'console'>): Promise<string[]> {
  const { evaluation, hash } = await readEvaluation(folder);
  const verdict = await readVerdict(folder);
  if (verdict.evaluation !== hash) {
    const shown = { found: verdict.evaluation.slice(0, 12), expected: hash.slice(0, 12) };
    throw new CutoverError('ARTIFACT_STALE', { file: join(folder, 'verdict.json'), key: 'evaluation', stage: 'gate', ...shown });
  }
  const timings = await readTimings(folder);
  const formats = FORMATS.map(({ id }) => id).join(' ');
  const inputs: InputHashes = {
    cutover: CUTOVER_VERSION,
    formats,
    evaluation: hash,
    verdict: sha256Json(verdict),
    timings: sha256Json(timings),
  };
  const files = FORMATS.map(({ fileName }) => join(folder, fileName));
  if (await isFresh(folder, 'report', inputs)) {
    console.info('report    unchanged');
    return files;
  }
  for (const format of FORMATS) await writeFileAtomic(join(folder, format.fileName), format.render(evaluation, verdict, timings));
  await writeManifest(
    folder,
    'report',
    inputs,
    FORMATS.map(({ fileName }) => fileName),
  );
  console.info(`report    ${FORMATS.map(({ fileName }) => fileName).join(', ')}`);
  return files;
}

/** `cutover report`: the reports alone. */
export async function reportOnly(options: StageOptions): Promise<string[]> {
  const config = await loadProject(options);
  const files = await report(config.output, options);
  for (const file of files) options.console.info(`  ${file}`);
  return files;
}
