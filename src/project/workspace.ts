import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireDatasetPaths } from '../config/dataset.ts';
import { type ConfigOptions, loadConfig, reportFolder } from '../config/load.ts';
import { modelFolders, requireVectorFiles } from '../config/version.ts';
import type { Console } from '../core/console.ts';
import { CutoverError } from '../core/errors.ts';
import { loadDataset } from '../dataset/load.ts';
import { versionFolder } from '../embed/cache/cache.ts';
import type { Embedder, EmbedderContext } from '../embed/embedder.ts';
import { dialectIds, embedderIds, embedderOptions, openEmbedder } from '../embed/registry.ts';
import { METRIC_NAMES } from '../measure/measure-name.ts';
import type { Config } from '../model/config.ts';
import type { Dataset } from '../model/dataset.ts';
import type { JudgedByBase } from '../model/verdict.ts';
import { type ResolvedVersion, SIDES, type Side, type VersionSpec } from '../model/version.ts';
import type { ServingStore } from '../search/databases/serving.ts';
import { SEARCH_ENGINES } from '../search/registry.ts';
import { sweepLeftOversBelow } from '../system/left-overs.ts';
import { heldBy } from '../system/owned-folder.ts';
import { type CacheTrust, cacheTrustOf } from './cache-trust.ts';
import { servingOf, shortLists } from './serving.ts';
import { TimingsRecorder } from './timings.ts';
import { CUTOVER_VERSION } from './version.ts';

/** What the edge hands to every stage. */
export interface StageOptions {
  /** Absolute path. */
  readonly configFile: string;
  /** What that file would hold, where the configuration is in code. */
  readonly configText?: string;
  /** Report folder instead of the configuration's; null keeps that. */
  readonly output: string | null;
  /** ISO date the verdict holds for. */
  readonly asOf: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly console: Console;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** What a sweep changes of the configuration for one of its candidates. */
  readonly derive?: (config: Config) => Config;
  /** Other versions that take what they can from each run of a model: a sweep's candidates cut the same vectors. */
  readonly alongside?: readonly ResolvedVersion[];
  /** Write nothing, also no record of a service's answers. */
  readonly dry?: boolean;
  /** What the base branch judges by has judged the same version; the verdict takes it in. */
  readonly judgedByBase?: JudgedByBase;
  /** Which key may go to which host, as `VARIABLE@host`; null, or missing, where nobody restricts it. */
  readonly keyPairs?: () => Promise<readonly string[] | null>;
  /** What of the cache is believed; unless given, what `cacheTrustOf` says of the environment. */
  readonly cacheTrust?: CacheTrust;
  /** Embed the new version as published too, whatever the configuration says. */
  readonly counterfactual?: boolean;
  /** Time the versions again, although nothing changed since they were timed. */
  readonly timeAgain?: boolean;
}

/** Everything the stages of one run share: read, validated and hashed, with no model loaded yet. */
export interface Workspace extends StageOptions {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly embedders: { readonly [S in Side]: Embedder };
  readonly timings: TimingsRecorder;
  readonly cacheTrust: CacheTrust;
  /** Where the engine searches, if in a database; null elsewhere. */
  readonly serving: ServingStore | null;
}

/** What a stage says of itself with `--json`. */
export interface StageSummary {
  readonly stage: string;
  /** True when nothing had to be done. */
  readonly cached: boolean;
  readonly output: string;
  readonly files: readonly string[];
}

export { CUTOVER_VERSION };

const BUNDLED_MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/** Reads the configuration alone. @throws CutoverError CONFIG_MISSING, CONFIG_INVALID and kin */
export async function loadProject(options: StageOptions): Promise<Config> {
  const config = await loadConfig(options.configFile, configOptions(options)).catch((error: unknown) => {
    // A file that the configuration names may be missing, too, and is called by its own name.
    const isMissing = error instanceof CutoverError && error.code === 'FILE_MISSING' && !existsSync(options.configFile);
    throw isMissing ? noConfiguration(options.configFile, error) : error;
  });
  await requireOutputFolder(config);
  return options.derive?.(config) ?? config;
}

function noConfiguration(file: string, cause: unknown): CutoverError {
  const next = 'Run `cutover init` in the folder of the data, which writes one, or name one with --config';
  return new CutoverError('CONFIG_MISSING', { file, next }, { cause });
}

/** A file where the report folder has to be is found before hours of embedding. @throws CutoverError FOLDER_IS_FILE */
async function requireOutputFolder({ output }: Config): Promise<void> {
  for (let folder = output; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory() === true || folder === dirname(folder)) return;
    if (found === null) continue;
    throw new CutoverError('FOLDER_IS_FILE', {
      file: folder,
      next: 'Name another folder as `output`, or with --output, or move that file away',
    });
  }
}

/**
 * The report folder, where the configuration says that much; null where it can't be known, and for one that holds the configuration:
 * that is not ours, whatever it says.
 */
export async function outputOf(options: StageOptions): Promise<string | null> {
  const whole = await loadProject(options).catch(() => null);
  if (whole === null && options.derive !== undefined) return null;
  const output = whole?.output ?? (await reportFolder(options.configFile, configOptions(options)).catch(() => null));
  if (output === null) return null;
  const [folder, file] = await Promise.all([output, options.configFile].map((path) => realpath(path).catch(() => path)));
  return heldBy(folder as string, [file as string]) === null ? output : null;
}

function configOptions(options: StageOptions): ConfigOptions {
  return {
    cwd: options.cwd,
    env: options.env,
    ...(options.configText === undefined ? {} : { text: options.configText }),
    registry: {
      embedders: embedderIds(),
      embedderOptions: embedderOptions(),
      dialects: dialectIds(),
      engines: Object.keys(SEARCH_ENGINES),
      ...METRIC_NAMES,
      cores: availableParallelism(),
      bundledModels: BUNDLED_MODELS,
    },
    overrides: {
      ...(options.output === null ? {} : { output: options.output }),
      ...(options.counterfactual === true ? { counterfactual: true } : {}),
    },
  };
}

/** Where models are looked for where there is no configuration to say it: beside the working folder, then those of the package. */
export async function standaloneModels({ cwd, env }: Pick<StageOptions, 'cwd' | 'env'>): Promise<Pick<Config, 'models' | 'workers'>> {
  return { models: modelFolders({ allowNetwork: false }, cwd, { cwd, env, bundledModels: BUNDLED_MODELS }), workers: 1 };
}

/** A configuration with its two versions found and hashed. */
export type Versions = Pick<Workspace, 'config' | 'embedders'>;

/**
 * Finds and hashes both versions and closes workers and sessions whatever happens.
 * @throws CutoverError on anything wrong with configuration or versions
 */
export async function withVersions<T>(options: StageOptions, use: (versions: Versions) => Promise<T>): Promise<T> {
  const config = await loadProject(options);
  const embedders = { old: await openVersion(config, config.old, options), new: await openVersion(config, config.new, options) };
  try {
    return await use({ config, embedders });
  } finally {
    await Promise.all(SIDES.map((side) => embedders[side].close()));
  }
}

/**
 * Opens the workspace and runs stages on it.
 * @throws CutoverError on anything wrong with configuration, data set or versions
 */
export async function withWorkspace<T>(options: StageOptions, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  return withVersions(options, async ({ config, embedders }) => {
    const dataset = await openDataset(config, options);
    for (const line of [...dataset.notes, ...dataset.warnings]) options.console.warn(line);
    if (options.derive === undefined) refuseIdentical(config, embedders);
    warnOfVersions(embedders, options.console);
    await sweep(config, embedders);
    const timings = await TimingsRecorder.load(config.output);
    const serving = await servingOf(config, options);
    for (const warning of shortLists(config.search)) options.console.warn(warning);
    const cacheTrust = options.cacheTrust ?? cacheTrustOf(options);
    return use({ ...options, cacheTrust, config, dataset, embedders, timings, serving }).finally(() => serving?.close());
  });
}

/** Deletes what killed runs left unfinished, also of stages that this one finds done. */
async function sweep({ cache, output }: Config, embedders: Workspace['embedders']): Promise<void> {
  await sweepLeftOversBelow(output, 1);
  for (const side of SIDES) await sweepLeftOversBelow(versionFolder(cache, embedders[side].version.cacheKey));
}

/**
 * The data set that a configuration names.
 * @throws CutoverError CONFIG_INVALID where it is not there; of {@link loadDataset}
 */
export async function openDataset(config: Config, { cwd, configText }: Pick<StageOptions, 'cwd' | 'configText'>): Promise<Dataset> {
  await requireDatasetPaths(config, { cwd, text: configText });
  return loadDataset(config.dataset);
}

/** Finds and hashes a version; no model is loaded yet. */
export async function openVersion(
  config: Pick<Config, 'models' | 'workers'>,
  spec: VersionSpec,
  options: Pick<StageOptions, 'console' | 'env' | 'dry' | 'keyPairs'>,
): Promise<Embedder> {
  await requireVectorFiles(spec);
  return openEmbedder(spec, await embedderContext(config, options, spec.keyFrom !== undefined));
}

/** What embedders and re-rankers may know of the machine. @param isKeyed whether a key is sent anywhere */
export async function embedderContext(
  config: Pick<Config, 'models' | 'workers'>,
  options: Pick<StageOptions, 'console' | 'env' | 'dry' | 'keyPairs'>,
  isKeyed: boolean,
): Promise<EmbedderContext> {
  return {
    modelFolders: config.models.folders,
    hubCache: config.models.hubCache,
    allowNetwork: config.models.allowNetwork,
    workers: config.workers,
    env: options.env,
    dry: options.dry === true,
    onNotice: (line) => options.console.info(`  ${line}`),
    keyPairs: isKeyed ? ((await options.keyPairs?.()) ?? null) : null,
    onProgress: (progress) => options.console.progress(progress),
  };
}

/** One version on both sides compares two indexes, where they differ. A sweep's grid may hold the version in use as it is. */
function refuseIdentical({ search }: Config, { old: before, new: after }: Workspace['embedders']): void {
  if (search.old !== undefined) return;
  const why = whyIdentical(before.version, after.version);
  if (why !== null) throw new CutoverError('VERSIONS_IDENTICAL', { old: before.version.id, new: after.version.id, why });
}

/** Why two versions have the same vectors; null where nothing says that they do. */
function whyIdentical(before: ResolvedVersion, after: ResolvedVersion): string | null {
  if (before.fingerprint === after.fingerprint && before.cacheKey === after.cacheKey)
    return `have the same fingerprint, ${before.fingerprint.slice(0, 12)}`;
  if (before.content === undefined || before.content !== after.content) return null;
  return before.decides.embedder === 'precomputed'
    ? 'are the same vectors under two tags'
    : 'gave the same answers to the canary texts, whatever the models are called';
}

function warnOfVersions(embedders: Workspace['embedders'], console: Console): void {
  for (const side of SIDES)
    for (const warning of embedders[side].version.warnings) console.warn(`${embedders[side].version.id}: ${warning}`);
}
