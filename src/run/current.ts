import { CutoverError, type ErrorCode } from '../core/errors.ts';
import type { InputHashes } from '../core/hash.ts';
import { loadDataset } from '../dataset/load.ts';
import type { Config } from '../model/config.ts';
import type { Dataset } from '../model/dataset.ts';
import { SIDES, type Side } from '../model/version.ts';
import { pipelineFiles } from '../project/settings.ts';
import { loadProject, openVersion, type StageOptions } from '../project/workspace.ts';
import { readManifest, requireFresh } from '../system/manifest.ts';
import { inputsOf, type Parts } from './freshness.ts';

/**
 * That evaluation.json is of this configuration: the settings, the data set's content, the versions' weights. Which measures it
 * holds and what was studied is not asked, since the policy decides that, and one evaluation may be judged by many.
 *
 * A verdict can be had where neither data set nor models are. What is not here can't be held against the evaluation; that is said,
 * and what the configuration says of it still counts.
 * @returns the configuration
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE naming what differs; whatever is wrong with data set or versions
 */
export async function requireMeasured(options: StageOptions): Promise<Config> {
  const config = await loadProject(options);
  const expected: InputHashes = {
    ...inputsOf('measure', { config }),
    ...(await ifHere(options, 'the data set', async () => inputsOf('measure', { dataset: await loadDataset(config.dataset) }))),
    ...(await ifHere(options, 'the versions', () => hashVersions(config, options))),
    ...(await ifHere(options, 'the files of the pipeline', () => pipelineFiles(offline(config), options))),
  };
  // What is not among them counts as it was found.
  const { madeFrom = {} } = (await readManifest(config.output, 'measure')) ?? {};
  await requireFresh(config.output, 'measure', { ...madeFrom, ...expected });
  return config;
}

/**
 * That evaluation.json is of this content of the data set.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_STALE naming what differs
 */
export async function requireMeasuredOn(folder: string, dataset: Dataset): Promise<void> {
  const { madeFrom = {} } = (await readManifest(folder, 'measure')) ?? {};
  await requireFresh(folder, 'measure', { ...madeFrom, ...inputsOf('measure', { dataset }) });
}

/** Nothing is downloaded to be compared. */
function offline(config: Config): Config {
  return { ...config, models: { ...config.models, allowNetwork: false } };
}

async function hashVersions(config: Config, options: StageOptions): Promise<InputHashes> {
  const open = async (side: Side) => {
    const embedder = await openVersion(offline(config), config[side], options);
    await embedder.close();
    return [side, embedder.version] as const;
  };
  // One after the other: the same one of two that are missing is named each time, and none is opened for nothing.
  const versions: Awaited<ReturnType<typeof open>>[] = [];
  for (const side of SIDES) versions.push(await open(side));
  return inputsOf('measure', { versions: Object.fromEntries(versions) as Required<Parts>['versions'] });
}

/** Files, models, keys and packages that another machine has. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['FILE_MISSING', 'MODEL_MISSING', 'HTTP_KEY_MISSING', 'EMBEDDER_PACKAGE_MISSING']);

async function ifHere({ console }: StageOptions, what: string, hash: () => Promise<InputHashes>): Promise<InputHashes> {
  try {
    return await hash();
  } catch (error) {
    if (!(error instanceof CutoverError && ELSEWHERE.has(error.code))) throw error;
    console.warn(`the evaluation can't be held against ${what}: ${error.message}`);
    return {};
  }
}
