import { access, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Config } from '../../model/config.ts';
import { SIDES, type Side, type VersionSpec } from '../../model/version.ts';
import type { BaseTree } from '../../project/base-tree.ts';
import { filesNamedIn, type NamedFile } from '../../project/named-files.ts';
import { isOutside } from '../../system/paths.ts';
import { filesOfModule } from './module-files.ts';

/** The base's files, and the top of the working tree. */
interface Trees {
  readonly tree: BaseTree;
  readonly top: string;
}

/**
 * Vectors made elsewhere are known by their tag, and a module's by what it says of itself: other content under the same name is no
 * other version, but another judge of one; so is that of every other file that a configuration names. What the change added is not
 * among it, unless the base names it too and had it from somewhere else.
 */
export async function contentDifferences(trees: Trees, before: Config, after: Config): Promise<string[]> {
  const known = new Set(contentOf(before).map(({ path }) => path));
  const changed: string[] = [];
  const counts = async (place: string) => known.has(trees.tree.at(place)) || isThere(trees.tree.at(place));
  for (const { key, path } of contentOf(after)) if (await isAnother(trees, path, after.file, counts)) changed.push(contentLine(key, after));
  for (const side of SIDES) changed.push(...(await moduleDifferences(trees, after[side], after)));
  return [...new Set(changed)];
}

/** What can be imported. */
const LOADED = /\.(?:[mc]?[jt]s|json|node|wasm)$/;

/** Whether a path is one of those whose content counts, and another one than on the base. */
type Counts = (place: string) => boolean | Promise<boolean>;

/** Whether a file or anything in a folder is another one now. A folder that the configuration is in is none that it names. */
async function isAnother({ tree, top }: Trees, path: string, config: string, counts: Counts): Promise<boolean> {
  // A path that leads out of the repository may lead back into it: `/proc/self/cwd`.
  for (const place of new Set([path, await realpath(path).catch(() => path)])) {
    if (isOutside(top, place) || !isOutside(place, config) || !tree.isChanged(place)) continue;
    if (await counts(place)) return true;
  }
  return false;
}

/**
 * What a module reads or imports decides its vectors as it does itself. Where the base has the module, so does what was added: it may
 * be taken in place of what was.
 */
async function moduleDifferences(
  trees: Trees,
  { id, module }: VersionSpec,
  { file: config, old: before, new: after }: Config,
): Promise<string[]> {
  const { tree, top } = trees;
  if (module === undefined || isOutside(top, module)) return [];
  const { named, beside, packages, isWhole } = await filesOfModule(module, { top, cwd: dirname(config) });
  const isOld = await isThere(tree.at(module));
  const counts = async (place: string) => (await isThere(tree.at(place))) || (isOld && (await isThere(place)));
  const changed = new Set(isOld && packages ? tree.changed.filter((path) => /(?:^|\/)node_modules\//.test(path)) : []);
  for (const path of named) if (await isAnother(trees, path, config, counts)) changed.add(relative(top, path).split(sep).join('/'));
  const paths = [...changed].filter((path) => ![...changed].some((other) => other.startsWith(`${path}/`)));
  const known = new Set([module, config, before.file, after.file].map((path) => relative(top, path).split(sep).join('/')));
  const loaded = tree.changed.filter(
    (path) =>
      isOld && LOADED.test(path) && !known.has(path) && !changed.has(path) && beside.some((folder) => !isOutside(folder, join(top, path))),
  );
  return [
    ...paths.sort().map((path) => `embedder of ${id}: ${path} changed, which its module names`),
    ...loaded.map((path) => `embedder of ${id}: ${path} changed, which its module may load by a name that it puts together`),
    ...(isWhole || !isOld ? [] : [`embedder of ${id}: its module names more sources than are compared`]),
  ];
}

/** Parts that are compared otherwise (data set, models), that this check writes, or that it does not read. */
const ELSEWHERE: ReadonlySet<keyof Config> = new Set(['file', 'dataset', 'models', 'output', 'cache', 'sweep']);

/** Every file that a configuration names and that has no hash in a version or data set; of a new key, too. */
export function contentOf(config: Config): NamedFile[] {
  const parts = (Object.keys(config) as (keyof Config)[]).filter((key) => !ELSEWHERE.has(key));
  return [
    ...parts.flatMap((key) => filesNamedIn(config[key], key)).filter(({ key }) => !/^(old|new)\.file$/.test(key)),
    ...SIDES.flatMap((side) => filesOfOptions(config[side], side)),
  ];
}

/** What a module is told may be the name of a file beside it. */
function filesOfOptions({ options, module, file }: VersionSpec, side: Side): NamedFile[] {
  const folders = [...new Set([file, module ?? file].map((path) => dirname(path)))];
  return stringsIn(options, `${side}.options`).flatMap(({ key, path }) => folders.map((folder) => ({ key, path: resolve(folder, path) })));
}

function stringsIn(value: unknown, key: string): NamedFile[] {
  if (typeof value === 'string') return [{ key, path: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => stringsIn(inner, `${key}.${name}`));
}

/** What the best known keys are called in a line. */
const NAMED: Readonly<Record<string, string>> = {
  'vectors.query.path': 'the file of its query vectors',
  'vectors.document.path': 'the file of its document vectors',
  'vectors.query.ids': 'the file of its query ids',
  'vectors.document.ids': 'the file of its document ids',
  module: 'its module',
  canaries: 'the file of its recorded answers',
  'pipeline.lexical.file': 'the file of what words find',
  'pipeline.rerank.file': 'the file of the re-ranker’s scores',
};

function contentLine(key: string, config: Config): string {
  const [part = '', ...inner] = key.split('.');
  const side = SIDES.find((each) => each === part);
  if (side === undefined) return `${part}: ${NAMED[key] ?? `what ${key} names`} changed`;
  const within = inner.join('.');
  const what = inner[0] === 'vectors' ? 'vectors' : inner[0] === 'module' ? 'embedder' : inner[0] === 'canaries' ? 'service' : 'version';
  return `${what} of ${config[side].id}: ${NAMED[within] ?? `what ${within} names`} changed`;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
