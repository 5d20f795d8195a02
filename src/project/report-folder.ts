import { realpath } from 'node:fs/promises';
import { CutoverError } from '../core/errors.ts';
import type { Config } from '../model/config.ts';
import { heldBy, ownFolder } from '../system/owned-folder.ts';

/** Where the evaluation by what the base branch judges by goes, below the report folder. */
export const BASE_FOLDER = 'base';
/** Where `--redact` writes, below the report folder, so that a redacted report is never taken for the whole one. */
export const REDACTED_FOLDER = 'redacted';

/** Files and folders that a run or a stage may write into its report folder; a test holds the list against what is written. */
export const OUTPUT_NAMES: readonly string[] = [
  'embedding.json',
  'neighbours',
  'pairs',
  'spaces.json',
  'studies.json',
  'timings.json',
  'evaluation.json',
  'verdict.json',
  'certificate.json',
  'report.html',
  'summary.md',
  'junit.xml',
  'report.sarif',
  'queries.csv',
  'change.json',
  'change.md',
  'change.xml',
  'change.sarif',
  'cache-check.json',
  ...['embed', 'search', 'spaces', 'study', 'measure', 'gate', 'report'].map((stage) => `manifests/${stage}.json`),
  BASE_FOLDER,
  REDACTED_FOLDER,
];

/**
 * Takes the configuration's report folder for a run, before anything is written or deleted there.
 * @throws CutoverError OUTPUT_HOLDS_INPUTS, OUTPUT_FOREIGN, FILE_UNWRITABLE
 */
export async function takeReportFolder(config: Config): Promise<void> {
  await refuseInputs(config);
  await ownFolder(config.output, OUTPUT_NAMES);
}

/** What is read may not be in the folder that is written to. @throws CutoverError OUTPUT_HOLDS_INPUTS */
export async function refuseInputs(config: Config): Promise<void> {
  const folder = await realpath(config.output).catch(() => config.output);
  const paths = await Promise.all(inputsOf(config).map((path) => realpath(path).catch(() => path)));
  const input = heldBy(folder, paths);
  if (input !== null) throw new CutoverError('OUTPUT_HOLDS_INPUTS', { folder: config.output, input });
}

function inputsOf({ file, dataset, old: before, new: after, models, stores }: Config): string[] {
  const data =
    typeof dataset === 'string' ? [dataset] : [dataset.corpus, dataset.queries, dataset.qrels, dataset.clicks].map((part) => part?.path);
  const versions = [before, after].flatMap(({ file: spec, module, canaries, vectors }) => [
    spec,
    module,
    canaries,
    ...Object.values(vectors ?? {}).flatMap(({ path, ids }) => [path, ids]),
  ]);
  const paths = [file, ...data, ...versions, ...models.folders, ...stores.map(({ path }) => path)];
  return paths.filter((path) => typeof path === 'string');
}
