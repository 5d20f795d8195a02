import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sha256 } from '../core/brand.ts';
import type { VectorFile, VersionSpec } from '../model/version.ts';
import { type Part, readPart } from './part.ts';
import { throwProblems } from './problems.ts';
import { DEFAULT_REQUESTS, type VersionInput, versionSchema } from './schemas/version.ts';
import { isModulePath, type Registry, versionProblems } from './semantics.ts';
import type { Problem } from './source.ts';

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
 * A version file of its own.
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
