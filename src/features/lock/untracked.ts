import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { datasetPaths } from '../../dataset/dataset-paths.ts';
import type { Config } from '../../model/config.ts';
import type { BaseTree } from '../../project/base-tree.ts';
import type { Repository } from '../../project/repository.ts';
import { isOutside } from '../../system/paths.ts';
import { contentOf } from './content.ts';
import { filesOfModule, isManifest } from './module-files.ts';

/** What is named, and judges as if the base had it too, since git knows of none. */
export interface Untracked {
  /** A line each. */
  readonly notes: readonly string[];
  /** A line for each that the change may have exchanged by what says where it comes from. */
  readonly exchanged: readonly string[];
}

/** What is asked of. */
interface Asked {
  readonly config: Config;
  /** null where the policy is in the configuration itself. */
  readonly policy: string | null;
  /** Whether the policy is the one that the base's lock pins. */
  readonly isPinned: boolean;
  /** Whether the new version is evaluated, so that it may be any. */
  readonly isBump: boolean;
  /** The modules that make the live version. */
  readonly modules: readonly string[];
}

/**
 * Files inside the repository that a configuration names and git does not track: policy, data set, and what else is not known by its
 * content. What tools fetch by a pointer (packages, DVC) is there once, and that of the change.
 */
export async function untrackedFiles(repository: Repository, tree: BaseTree, top: string, asked: Asked): Promise<Untracked> {
  const tracked = new Set(await repository.tracked(top));
  const unknown = async (path: string): Promise<string | null> => {
    const place = await realpath(path).catch(() => null);
    if (place === null || isOutside(top, place) || place === top) return null;
    const inside = relative(top, place).split(sep).join('/');
    return tracked.has(inside) || tree.isChanged(place) || (await stat(place)).isDirectory() ? null : inside;
  };
  const found = new Set<string>();
  for (const path of await namedBy(asked)) for (const file of await filesBelow(path)) found.add((await unknown(file)) ?? '');
  const policy = asked.policy === null ? null : await unknown(asked.policy);
  const pointers = await pointersOf(tree, top);
  const exchanged = [...found].flatMap((path) => {
    const by = path === '' ? undefined : pointers.find((pointer) => isFetchedBy(path, pointer));
    return by === undefined ? [] : [[path, `${path} is not tracked by git, and ${by} changed, which may say where it comes from`] as const];
  });
  const known = new Set(['', ...exchanged.map(([path]) => path)]);
  const notes = [...found].filter((path) => !known.has(path));
  return {
    notes: [...(policy === null || !asked.isPinned ? [] : [`policy: ${policy}`]), ...shortened(notes)].map(
      (path) => `${path} is not tracked by git: nobody can compare it with the base`,
    ),
    exchanged: [
      ...(policy === null || asked.isPinned ? [] : [`policy: ${policy} is not tracked by git, and is not what the lock of the base pins`]),
      ...exchanged.map(([, line]) => line),
      ...(asked.isBump ? await liveExchanged(tree, top, asked) : []),
    ],
  };
}

/**
 * What the live version reads and the base's files can't give it: packages, which are installed once and by the change's word, and what
 * it may read from where the run is. With the change's it would be judged as another version than the one that is live.
 */
async function liveExchanged(tree: BaseTree, top: string, { modules, config }: Asked): Promise<string[]> {
  const lines = new Set<string>();
  const inside = (path: string) => relative(top, path).split(sep).join('/');
  for (const module of modules.filter((path) => !isOutside(top, path))) {
    const { named, working, packages } = await filesOfModule(module, { top, cwd: dirname(config.file) });
    const isChanged = (path: string) => isOutside(path, config.file) && tree.isChanged(path);
    const here = `${inside(module)}, which is live,`;
    const next = 'bring it in a separate change';
    for (const path of packages ? named.filter((each) => isManifest(each) && isChanged(each)) : [])
      lines.add(`${here} imports packages, and ${inside(path)} changed, which says which: ${next}`);
    for (const path of working.filter((each) => !isManifest(each) && isChanged(each)))
      lines.add(`${here} may read ${inside(path)} from the folder of the run, and it changed: ${next}`);
  }
  return [...lines];
}

/** Names of many are no more use than their number. */
function shortened(paths: readonly string[]): string[] {
  const sorted = [...paths].sort();
  const rest = sorted.length - 5;
  return rest <= 0 ? sorted : [...sorted.slice(0, 5), `each of ${rest} more files`];
}

async function namedBy({ config, isBump }: Asked): Promise<string[]> {
  const files = contentOf(config).filter(({ key }) => !key.startsWith('stores') && !(isBump && key.startsWith('new.')));
  const specs = [config.old.file, ...(isBump ? [] : [config.new.file])];
  return [...(await datasetPaths(config.dataset)), ...files.map(({ path }) => path), ...specs];
}

/** A file, or what is in a folder and below; what begins with a dot, and packages in it, no reader takes. */
async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  const own = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  return (await Promise.all(own.map((entry) => filesBelow(join(path, entry.name))))).flat();
}

/** What changed of that which says where files that git does not track come from. */
async function pointersOf(tree: BaseTree, top: string): Promise<string[]> {
  const isOld = (path: string) =>
    stat(tree.at(join(top, path))).then(
      () => true,
      () => false,
    );
  const found: string[] = [];
  // A pointer that was added is that of a file that was: two for one file no tool takes.
  for (const path of tree.changed)
    if (isManifest(path) || DATA.test(path) || (path.endsWith('.dvc') && (await isOld(path)))) found.push(path);
  return found;
}

const DATA = /(?:^|\/)(?:dvc\.(?:lock|yaml)|\.dvc\/config|\.gitattributes|\.gitmodules|\.lfsconfig)$/;

function isFetchedBy(path: string, pointer: string): boolean {
  return isManifest(pointer) === /(?:^|\/)node_modules\//.test(path);
}
