import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { datasetPaths } from '../../dataset/dataset-paths.ts';
import type { Config } from '../../model/config.ts';
import { SIDES } from '../../model/version.ts';
import { type BaseTree, withBaseTree } from '../../project/base-tree.ts';
import type { Base, Repository } from '../../project/repository.ts';
import { loadProject, type StageOptions } from '../../project/workspace.ts';
import { sha256File } from '../../system/files.ts';
import { isOutside } from '../../system/paths.ts';
import { type BaseProject, reading } from './base-project.ts';
import { contentOf } from './content.ts';
import { type Judge, judgeDifferences } from './differences.ts';
import { filesOfModule } from './module-files.ts';
import { wherever } from './versions.ts';

/**
 * In what the base branch judges differently by now than where the working tree left it, a line each: a bump of a branch that was
 * begun before a policy became stricter would be judged by the old one.
 * @throws CutoverError BASE_UNREADABLE
 */
export async function judgeSince(
  repository: Repository,
  { commit, tip }: Base,
  { tree, config }: BaseProject,
  options: StageOptions,
): Promise<string[]> {
  if (tip === commit) return [];
  return withBaseTree(repository, tip, async (now) => {
    const after = await reading('its configuration', () => loadProject({ ...options, configFile: now.at(options.configFile) }));
    const moved = async (paths: readonly string[]): Promise<string[]> => {
      const found: string[] = [];
      for (const path of new Set(paths)) {
        const inside = relative(tree.top, path);
        // A folder that the configuration is in is none that it names.
        if (isOutside(tree.top, path) || !isOutside(path, config.file) || (await isSame(path, join(now.top, inside)))) continue;
        found.push(inside.split(sep).join('/'));
      }
      return found;
    };
    return [
      ...judgeDifferences(wherever<Judge>(config, tree.top), wherever<Judge>(after, now.top)),
      ...((await moved(await datasetPaths(config.dataset))).length > 0 ? ['data set: its files changed'] : []),
      ...(await moved(await namedBy(config, tree))).map((path) => `${path} changed`),
    ];
  });
}

/** Every other file that the base's configuration names, and what its modules read. */
async function namedBy(config: Config, { top }: BaseTree): Promise<string[]> {
  const paths = contentOf(config).filter(({ key }) => !key.startsWith('stores'));
  const modules = SIDES.flatMap((side) => config[side].module ?? []).filter((module) => !isOutside(top, module));
  const read = await Promise.all(modules.map((module) => filesOfModule(module, { top, cwd: dirname(config.file) })));
  return [...paths.map(({ path }) => path), ...read.flatMap(({ named }) => named)];
}

/** Whether two places hold the same, through links; folders with all that is below. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => null)));
  if (!a || !b) return !a && !b;
  if (a.ino === b.ino && a.dev === b.dev) return true;
  if (a.isDirectory() && b.isDirectory()) {
    const [names, others] = await Promise.all([one, other].map(async (path) => (await readdir(path)).sort()));
    if (names === undefined || names.join('/') !== others?.join('/')) return false;
    for (const name of names) if (!(await isSame(join(one, name), join(other, name)))) return false;
    return true;
  }
  return !a.isDirectory() && !b.isDirectory() && a.size === b.size && (await sha256File(one)) === (await sha256File(other));
}
