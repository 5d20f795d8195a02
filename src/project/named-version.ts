import { loadVersion } from '../config/version.ts';
import { CutoverError } from '../core/errors.ts';
import { embedderIds, embedderOptions } from '../embed/registry.ts';
import { METRIC_NAMES } from '../measure/measure-name.ts';
import type { Config } from '../model/config.ts';
import type { VersionSpec } from '../model/version.ts';

/**
 * The version that a name on the command line means: `old`, `new`, the id of one of them, or a version file.
 * @param config null where there is no configuration; then only a file will do
 * @throws CutoverError VERSION_UNKNOWN, and what reading the file throws
 */
export async function namedVersion(
  config: Pick<Config, 'old' | 'new'> | null,
  name: string,
  { cwd }: { readonly cwd: string },
): Promise<VersionSpec> {
  if (config !== null && (name === 'old' || name === config.old.id)) return config.old;
  if (config !== null && (name === 'new' || name === config.new.id)) return config.new;
  const known = config === null ? 'none, there is no configuration here' : `${config.old.id}, ${config.new.id}`;
  if (!/\.ya?ml$/.test(name)) throw new CutoverError('VERSION_UNKNOWN', { name, known });
  return loadVersion(name, { cwd, registry: { embedders: embedderIds(), embedderOptions: embedderOptions(), ...METRIC_NAMES } });
}
