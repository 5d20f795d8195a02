import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Config } from '../model/config.ts';
import type { ConfigInput } from './schemas/config.ts';

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
