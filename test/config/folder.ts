import { join } from 'node:path';
import { type ConfigOptions, loadConfig } from '../../src/config/load.ts';
import { CutoverError } from '../../src/core/errors.ts';
import type { Range } from '../../src/model/metric.ts';
import { writeFileAtomic } from '../../src/system/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A fresh folder with the given files. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(folder, name), content);
  return folder;
}

const METRIC = /^(nDCG|R|RR|annRecall|overlap|overlapLossOverNoise)@\d+$|^untranslatedConsumers$/;

function rangeOf(name: string): Range | null {
  if (!METRIC.test(name)) return null;
  const [id, cutoff] = name.split('@');
  return [0, id === 'untranslatedConsumers' ? null : id === 'overlapLossOverNoise' ? Number(cutoff) : 1];
}

export const REGISTRY = {
  embedders: ['transformers', 'precomputed', 'module', 'http'],
  embedderOptions: {
    transformers: { model: 'optional', pooling: 'optional', maxTokens: 'optional', sha256: 'optional' },
    precomputed: { vectors: 'optional', tag: 'optional' },
    module: { module: 'optional', options: 'optional' },
    http: { url: 'needed', model: 'needed', keyFrom: 'optional' },
  },
  engines: ['exact', 'hnsw', 'usearch'],
  depthOf: (name: string) => Number(name.split('@')[1] ?? 0) || null,
  isMetric: (name: string) => (METRIC.test(name) ? null : `unknown metric ${name}`),
  rangeOf,
  cores: 3,
  bundledModels: '/package/models',
} as const;

/** What `loadConfig` takes, for a folder. */
export function optionsFor(cwd: string, more: Partial<ConfigOptions> = {}): ConfigOptions {
  return { cwd, env: { HOME: '/home/someone' }, registry: REGISTRY, ...more };
}

/** The shortest config that is valid. */
export const MINIMAL = 'dataset: data\nold: { id: a, model: x/a }\nnew: { id: b, model: x/b }\n';

/** Loads one config text as cutover.yaml of a fresh folder. */
export async function load(text: string, more: Partial<ConfigOptions> = {}, files: Readonly<Record<string, string>> = {}) {
  const cwd = await folderWith({ ...files, 'cutover.yaml': text });
  return loadConfig('cutover.yaml', optionsFor(cwd, more));
}

/** The known error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<CutoverError> {
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );
  if (!(outcome instanceof CutoverError)) throw new Error(`Expected a CutoverError, got ${String(outcome)}.`);
  return outcome;
}

/** Every problem of one config text. */
export async function problemsIn(text: string, files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const error = await errorOf(load(text, {}, files));
  if (error.code !== 'CONFIG_INVALID') throw error;
  return error.details;
}
