import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError, systemCode } from '../core/errors.ts';
import type { Config } from '../model/config.ts';
import type { VectorFile, VersionSpec } from '../model/version.ts';
import { type Part, readPart } from './part.ts';
import { throwProblems, valueAt } from './problems.ts';
import type { ConfigInput } from './schemas/config.ts';
import { DEFAULT_REQUESTS, type VersionInput, versionSchema } from './schemas/version.ts';
import { isModulePath, type Registry, versionProblems } from './semantics.ts';
import { type Problem, readSource } from './source.ts';

/** Embedders that make vectors here, from a model's token vectors. */
const LOCAL_MODELS: ReadonlySet<string> = new Set(['transformers', 'huggingface']);

function vectorFile(input: NonNullable<VersionInput['vectors']>['query'], folder: string, usual: VersionInput['encoding']): VectorFile {
  const { path, ids, encoding = usual } = typeof input === 'string' ? { path: input } : input;
  return {
    path: resolve(folder, path),
    ...(ids === undefined ? {} : { ids: resolve(folder, ids) }),
    ...(encoding === undefined ? {} : { encoding }),
  };
}

function modulePath(module: string, folder: string): string {
  return module.startsWith('file:') ? fileURLToPath(module) : resolve(folder, module);
}

/** Limits and the file of canary answers of a service. */
function service({ id, requests = DEFAULT_REQUESTS, canaries }: VersionInput, folder: string): Pick<VersionSpec, 'requests' | 'canaries'> {
  const { requestsPerMinute = null, tokensPerMinute = null, pricePerMillionTokens = null, ...limits } = requests;
  return {
    requests: { ...limits, requestsPerMinute, tokensPerMinute, pricePerMillionTokens },
    canaries: resolve(folder, canaries ?? `${id.replace(/[^\w.-]+/g, '-')}.canaries.json`),
  };
}

/** Defaults filled in, paths absolute. */
export function versionSpec({ input, file }: Part<VersionInput>): VersionSpec {
  const folder = dirname(file);
  const { embedder, module, vectors, sha256, normalize, requests, canaries, ...rest } = input;
  const path = module ?? (isModulePath(embedder) ? embedder : undefined);
  return {
    ...rest,
    embedder: path === undefined ? embedder : 'module',
    normalize: normalize ?? LOCAL_MODELS.has(embedder),
    ...(embedder === 'http' ? service(input, folder) : {}),
    ...(path === undefined ? {} : { module: modulePath(path, folder) }),
    ...(vectors === undefined
      ? {}
      : {
          vectors: {
            query: vectorFile(vectors.query, folder, input.encoding),
            document: vectorFile(vectors.document, folder, input.encoding),
          },
        }),
    // The schema took 64 hex digits and nothing else.
    ...(sha256 === undefined ? {} : { sha256: sha256 as Readonly<Record<string, Sha256>> }),
    file,
  };
}

/** Where relative paths and shown paths start, and what names to accept; without a registry any name will do. */
export interface LoadOptions {
  readonly cwd?: string;
  readonly registry?: Registry;
}

/**
 * A separate version file.
 * @throws CutoverError CONFIG_INVALID with every problem, FILE_MISSING, FILE_UNREADABLE
 * @example await loadVersion('versions/bge-small-en.yaml')
 */
export async function loadVersion(file: string, options: LoadOptions = {}): Promise<VersionSpec> {
  const cwd = resolve(options.cwd ?? '.');
  const absolute = resolve(cwd, file);
  const problems: Problem[] = [];
  const part = await readPart(absolute, versionSchema, (source, path) => versionProblems(source, path, options.registry ?? null), problems);
  if (part === null || problems.length > 0) throwProblems(problems, absolute, cwd);
  return versionSpec(part);
}

/** `~/.cache/cutover/models`, moved by XDG_CACHE_HOME as on other Unix tools. */
function defaultHubCache(env: NodeJS.ProcessEnv): string {
  const home = env.HOME || env.USERPROFILE || homedir();
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'cutover', 'models');
}

/** Environment before file: the machine knows best where it keeps what it downloads. */
function hubCache(models: ConfigInput['models'], folder: string, cwd: string, env: NodeJS.ProcessEnv): string {
  if (env.CUTOVER_MODEL_CACHE) return resolve(cwd, env.CUTOVER_MODEL_CACHE);
  return models.cache === undefined ? defaultHubCache(env) : resolve(folder, models.cache);
}

/** Where model files are looked for. */
export function modelFolders(
  models: ConfigInput['models'],
  folder: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly bundledModels: string },
): Config['models'] {
  // Looked into whether it is there or not: who lacks a model has to read where it may be put.
  const standard = [join(folder, 'models'), options.bundledModels];
  return {
    folders: models.folders?.map((path) => resolve(folder, path)) ?? [...new Set(standard)],
    hubCache: hubCache(models, folder, options.cwd, options.env),
    allowNetwork: models.allowNetwork,
  };
}

/**
 * Vector files that a version names are there.
 * @throws CutoverError FILE_MISSING with the line that names the first that is not
 */
export async function requireVectorFiles({ vectors, file }: Pick<VersionSpec, 'vectors' | 'file'>): Promise<void> {
  for (const [role, { path, ids }] of Object.entries(vectors ?? {}))
    for (const named of [path, ids ?? path]) {
      if (await stat(named).then(Boolean, (error: unknown) => systemCode(error) !== 'ENOENT')) continue;
      const source = await readSource(file, []);
      // A version is in its own file, or in the configuration under its side.
      const within = [[], ['old'], ['new']].find((at) =>
        JSON.stringify(valueAt(source?.value, [...at, 'vectors', role]))?.includes(basename(named)),
      );
      const { line } = source?.locate([...(within ?? []), 'vectors', role]) ?? { line: 1 };
      const details = sep === '/' && named.includes('\\') ? ['a backslash is part of the name here: write / between folders'] : [];
      throw new CutoverError('FILE_MISSING', { file: `${named} (${file}:${line})` }, { details });
    }
}
