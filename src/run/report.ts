import { join } from 'node:path';
import { sha256Json } from '../core/hash.ts';
import type { StageOptions } from '../project/workspace.ts';
import { writeFileAtomic } from '../system/files.ts';
import { isFresh, readManifest, writeManifest } from '../system/manifest.ts';
import { inputsOf } from './freshness.ts';
import { readJudged, readReviews, requireJudged } from './judged.ts';

/**
 * Writes every format of the report from evaluation.json, verdict.json, timings.json and what reviewers said.
 * @returns the files, absolute
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE when the verdict judged another evaluation
 */
export async function report(folder: string, { console }: Pick<StageOptions, 'console'>): Promise<string[]> {
  const { evaluation, hash, verdict, timings } = await readJudged(folder);
  const reviews = await readReviews(folder, hash);
  const inputs = inputsOf(
    'report',
    {},
    {
      evaluation: hash,
      verdict: sha256Json(verdict),
      timings: sha256Json(timings),
      ...(reviews === null ? {} : { reviews: sha256Json(reviews) }),
    },
  );
  if (await isFresh(folder, 'report', inputs)) {
    console.info('report    unchanged');
    return Object.keys((await readManifest(folder, 'report'))?.files ?? {}).map((name) => join(folder, name));
  }
  // Plotting takes a quarter of a second to load.
  const { FORMATS } = await import('../report/formats/registry.ts');
  for (const format of FORMATS) await writeFileAtomic(join(folder, format.fileName), format.render(evaluation, verdict, timings, reviews));
  const names = FORMATS.map(({ fileName }) => fileName).sort();
  await writeManifest(folder, 'report', inputs, names);
  console.info(`report    ${names.join(', ')}`);
  return names.map((name) => join(folder, name));
}

/** `cutover report`: the reports alone, of a verdict that is still one of this configuration. */
export async function reportOnly(options: StageOptions): Promise<string[]> {
  const config = await requireJudged(options);
  const files = await report(config.output, options);
  for (const file of files) options.console.info(`  ${file}`);
  return files;
}
