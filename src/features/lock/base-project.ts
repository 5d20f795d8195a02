import { isAbsolute, join, relative } from 'node:path';
import { policyFile } from '../../config/load.ts';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { datasetPaths } from '../../dataset/dataset-paths.ts';
import { loadDataset } from '../../dataset/load.ts';
import type { Config } from '../../model/config.ts';
import type { DatasetSource } from '../../model/dataset.ts';
import { SIDES, type Side, type VersionSpec } from '../../model/version.ts';
import type { BaseTree } from '../../project/base-tree.ts';
import type { Repository } from '../../project/repository.ts';
import { rerankerFingerprint } from '../../project/settings.ts';
import { loadProject, openVersion, type StageOptions } from '../../project/workspace.ts';
import { isOutside } from '../../system/paths.ts';
import { contentDifferences } from './content.ts';
import { datasetDifferences, type Judge, judgeDifferences } from './differences.ts';
import { type Untracked, untrackedFiles } from './untracked.ts';
import { versionDifferences, wherever } from './versions.ts';

/** The configuration of the base branch, beside that of the working tree. */
export interface BaseProject {
  readonly tree: BaseTree;
  readonly config: Config;
  /** In what the working tree judges differently, a line each. */
  readonly differences: readonly string[];
  /** What judges as if the base had it too; of what the change may have exchanged, differences speak. */
  readonly untracked: Untracked;
  /** What its re-ranker has to come out as; null where nothing that the change touches could lead to another one. */
  readonly reranker: string | null;
}

/** The working tree's configuration, and which of its versions are the one that the base's lock says is live. */
export interface Head {
  readonly head: Config;
  readonly live: readonly Side[];
  /** The fingerprint that the base's lock says is live. */
  readonly fingerprint: string;
  /** Whether the new version is neither live nor waiting: it is evaluated, whatever it is. */
  readonly isBump: boolean;
  /** Whether the policy is the one that the base's lock pins. */
  readonly isPinned: boolean;
  /** How they are made differently from what the lock says, a line each. */
  readonly made: readonly string[];
}

/**
 * Reads the configuration of the base and says in what it judges differently from that of the working tree. Of the data set only
 * what differs is read.
 * @throws CutoverError BASE_UNREADABLE
 */
export async function openBase(
  tree: BaseTree,
  top: string,
  given: Head,
  options: StageOptions & { readonly repository: Repository },
): Promise<BaseProject> {
  const { head, live, fingerprint, isBump, isPinned, made } = given;
  const config = await reading('its configuration', () => loadProject({ ...options, configFile: tree.at(options.configFile) }));
  const policy = await policyFile(options.configFile, options);
  const modules = live.flatMap((side) => head[side].module ?? []);
  const untracked = await untrackedFiles(options.repository, tree, top, { config: head, policy, isPinned, isBump, modules });
  const rerankers = await rerankersOf(tree, top, config, head, options);
  const of = (each: Config, root: string) => wherever<Judge>(each, root);
  const asHere = sameOutside(config, head, { base: tree.top, head: top });
  const differences = [
    ...judgeDifferences(of(asHere, tree.top), of(head, top)),
    ...(await dataDifferences(tree, top, config.dataset, head.dataset)),
    ...(await contentDifferences({ tree, top }, config, head)),
    ...serviceDifferences(config, head),
    ...untracked.exchanged,
    ...made,
    ...(rerankers === null || rerankers.head === rerankers.base
      ? []
      : [`pipeline: the re-ranker came out as ${rerankers.head?.slice(0, 12)}, on the base as ${rerankers.base?.slice(0, 12)}`]),
    ...(await versionDifferences({ base: config, head, live, isBump }, { base: tree.top, head: top }, () =>
      liveSpec(config, { ...options, dry: true }, fingerprint).catch(ifKnown),
    )),
  ];
  return { tree, config, differences, untracked, reranker: rerankers?.base ?? null };
}

/** @throws CutoverError BASE_UNREADABLE, by what of the base it was */
export async function reading<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    throw new CutoverError('BASE_UNREADABLE', { what, reason: reasonOf(error) }, { details: error.details, cause: error });
  }
}

/** The base with what is outside the repository, and named from within it, where the working tree has it: `../runs/words.run`. */
function sameOutside<T>(base: T, head: unknown, tops: { readonly base: string; readonly head: string }): T {
  if (typeof base === 'string' && typeof head === 'string') {
    const isSame = isAbsolute(base) && isOutside(tops.base, base) && relative(tops.base, base) === relative(tops.head, head);
    return isSame ? (head as T) : base;
  }
  if (typeof base !== 'object' || base === null || typeof head !== 'object' || head === null) return base;
  const entries = Object.entries(base).map(([key, value]) => [key, sameOutside(value, (head as Record<string, unknown>)[key], tops)]);
  return (Array.isArray(base) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T;
}

async function dataDifferences(tree: BaseTree, top: string, before: DatasetSource, after: DatasetSource): Promise<string[]> {
  const sameFiles = JSON.stringify(wherever(before, tree.top)) === JSON.stringify(wherever(after, top));
  // What is no longer there, the base's own list names.
  const there = (await datasetPaths(before)).map((path) => (isOutside(tree.top, path) ? path : join(top, relative(tree.top, path))));
  const paths = [...(await datasetPaths(after)), ...there];
  if (sameFiles && !paths.some((path) => !isOutside(top, path) && tree.isChanged(path))) return [];
  const data = await reading('its data set', () => loadDataset(before));
  return datasetDifferences(data, await loadDataset(after));
}

/** A service is known by its recorded answers: the same record with another address is no other version, but nobody asked there. */
function serviceDifferences(before: Config, after: Config): string[] {
  const urls = new Map([before.old, before.new].map(({ id, url }) => [id, url]));
  return [after.old, after.new].flatMap(({ id, url }) => {
    const was = urls.get(id);
    return was === undefined || was === url ? [] : [`service of ${id}: ${was} → ${url ?? 'none'}`];
  });
}

/** Fingerprints of a local re-ranker, where the change touches what its name leads to; null elsewhere, and without one. */
async function rerankersOf(
  tree: BaseTree,
  top: string,
  before: Config,
  after: Config,
  options: StageOptions,
): Promise<{ readonly base: string | null; readonly head: string | null } | null> {
  const [was, is] = [before.pipeline?.rerank, after.pipeline?.rerank];
  if (was?.source !== 'model' || is?.source !== 'model') return null;
  const places = [...after.models.folders, after.models.hubCache];
  const isSame = JSON.stringify(wherever(before.models, tree.top)) === JSON.stringify(wherever(after.models, top));
  if (isSame && !places.some((path) => !isOutside(top, path) && tree.isChanged(path))) return null;
  return {
    base: await reading('its re-ranker', () => rerankerFingerprint(before, options)),
    head: await rerankerFingerprint(after, options),
  };
}

/**
 * How the base would judge the working tree's new version: by its own policy, data set, consumers and search settings, against
 * its own live version.
 * @param output where that evaluation's artifacts go
 * @throws CutoverError BASE_UNREADABLE where no version of the base's configuration is the one that its lock says is live
 */
export async function judgedByBase(
  { tree, config }: BaseProject,
  head: Config,
  options: StageOptions,
  output: string,
  live: string,
): Promise<StageOptions> {
  const old = await liveSpec(config, options, live);
  return {
    ...options,
    configFile: tree.at(options.configFile),
    output,
    derive: (base) => ({ ...base, old, new: head.new, cache: head.cache, models: head.models, workers: head.workers }),
  };
}

/** A version that can't be opened is none that can be compared with. */
function ifKnown(error: unknown): null {
  if (error instanceof CutoverError) return null;
  throw error;
}

async function liveSpec(config: Config, options: StageOptions, live: string): Promise<VersionSpec> {
  for (const side of [...SIDES].reverse()) {
    const embedder = await reading('its versions', () => openVersion(config, config[side], options));
    await embedder.close();
    if (embedder.version.fingerprint === live) return config[side];
  }
  throw new CutoverError('BASE_UNREADABLE', {
    what: 'its live version',
    reason: `the lock says ${live.slice(0, 12)}, which neither version of its configuration is`,
  });
}
