import { constants } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CutoverError, systemCode } from '../core/errors.ts';
import { isOutside } from '../system/paths.ts';
import type { Repository, TreeEntry } from './repository.ts';

/** The base commit's files, laid out in a folder as a checkout would be. */
export interface BaseTree {
  /** Absolute path of its top folder. */
  readonly top: string;
  /** Where a file or folder of the working tree is in it. @throws CutoverError BASE_UNREADABLE for what is outside the repository */
  at(path: string): string;
  /** Whether a file of the working tree, or anything in a folder, is another one at the base. */
  isChanged(path: string): boolean;
  /** Every path that differs, also by what a link leads to; from the top, with slashes. */
  readonly changed: readonly string[];
}

/**
 * Lays out the files of a commit for as long as `use` runs. What the working tree has in the same bytes is a hard link, so that a module
 * finds the commit's files beside it: Node looks beside what a symbolic link leads to. What git does not track, such as a data set that
 * CI fetched, is a symbolic link. Nothing is written into the repository.
 *
 * The files are the commit's own bytes: attributes of the working tree, which a change may edit, don't take part.
 * @throws CutoverError GIT_FAILED, BASE_UNREADABLE
 */
export async function withBaseTree<T>(repository: Repository, commit: string, use: (tree: BaseTree) => Promise<T>): Promise<T> {
  const source = await realpath(await repository.top());
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cutover-base-')));
  const top = join(folder, 'tree');
  try {
    await mkdir(top);
    await linkPackagesAbove(source, folder);
    const files = await repository.tree(commit);
    const changed = await changedPaths(repository, commit, source, files);
    await layOut({ repository, source, top, changed, entries: childrenOf(files) }, '');
    return await use({
      top,
      at: (path) => join(top, within(source, path)),
      isChanged: (path) => changed.touches(within(source, path).split(sep).join('/')),
      changed: changed.paths(),
    });
  } finally {
    // Links are removed as links: what they point at stays.
    await rm(folder, { recursive: true, force: true });
  }
}

function within(source: string, path: string): string {
  if (isOutside(source, path)) throw new CutoverError('BASE_UNREADABLE', { what: path, reason: 'it is outside the repository' });
  return relative(source, path);
}

/** Which paths differ between a commit and the working tree, by themselves or by what a link on the way leads to. */
interface Changed {
  /** This path, anything above it that is no folder, or anything below it. */
  touches(path: string): boolean;
  paths(): readonly string[];
}

async function changedPaths(repository: Repository, commit: string, source: string, files: readonly TreeEntry[]): Promise<Changed> {
  const paths = await repository.changed(commit);
  // Attributes decide what bytes a checkout writes. Where they changed, no file below is taken for the commit's.
  const whole = paths
    .filter((path) => basename(path) === '.gitattributes')
    .map((path) => (dirname(path) === '.' ? '' : `${dirname(path)}/`));
  const changed = new Set<string>();
  const above = new Set<string>(['']);
  const add = (path: string): void => {
    changed.add(path);
    for (const folder of upwards(path)) above.add(folder);
  };
  const touches = (path: string) =>
    above.has(path) ||
    upwards(path).some((folder) => changed.has(folder)) ||
    whole.some((folder) => path.startsWith(folder) || folder.startsWith(`${path}/`));
  for (const path of paths) add(path);
  // A link that stayed leads to what changed, or to another such link.
  let kept = await keptLinks(source, files);
  for (let found = kept; found.length > 0; kept = kept.filter((link) => !found.includes(link))) {
    found = kept.filter(({ targets }) => targets.some(touches));
    for (const { path } of found) add(path);
  }
  return { touches, paths: () => [...changed] };
}

/** A path, then each folder above it, without the top. */
function upwards(path: string): string[] {
  const found: string[] = [];
  for (let folder = path; folder !== '.' && folder !== ''; folder = dirname(folder)) found.push(folder);
  return found;
}

interface KeptLink {
  readonly path: string;
  /** What it leads to inside the repository: one step, and all the way. */
  readonly targets: readonly string[];
}

/** Links of a commit that are links in the working tree too. */
async function keptLinks(source: string, files: readonly TreeEntry[]): Promise<KeptLink[]> {
  const links: KeptLink[] = [];
  for (const { path, kind } of files) {
    const place = join(source, path);
    const text = kind === 'link' ? await readlink(place).catch(() => null) : null;
    if (text === null) continue;
    const targets = [resolve(dirname(place), text), await realpath(place).catch(() => place)].filter((to) => !isOutside(source, to));
    links.push({ path, targets: targets.map((to) => relative(source, to).split(sep).join('/')) });
  }
  return links;
}

interface Layout {
  readonly repository: Repository;
  readonly source: string;
  readonly top: string;
  readonly changed: Changed;
  readonly entries: ReadonlyMap<string, readonly TreeEntry[]>;
}

/** Folder → what it holds at the commit, folders included; the top is ''. */
function childrenOf(files: readonly TreeEntry[]): ReadonlyMap<string, readonly TreeEntry[]> {
  const children = new Map<string, Map<string, TreeEntry>>([['', new Map()]]);
  const put = (path: string, entry: TreeEntry): void => {
    const parent = dirname(path) === '.' ? '' : dirname(path);
    const known = children.get(parent);
    if (known?.has(path)) return;
    if (known === undefined) children.set(parent, new Map());
    children.get(parent)?.set(path, entry);
    if (parent !== '') put(parent, { path: parent, blob: null, kind: 'folder' });
  };
  for (const file of files) put(file.path, file);
  return new Map([...children].map(([folder, entries]) => [folder, [...entries.values()]]));
}

async function layOut(layout: Layout, folder: string): Promise<void> {
  const { repository, source, top, changed, entries } = layout;
  const own = entries.get(folder) ?? [];
  const kept = own.filter(({ path, kind }) => kind === 'file' && !changed.touches(path));
  await Promise.all(kept.map((entry) => keep(entry, layout)));
  for (const { path, blob, kind } of own) {
    if (kind === 'folder') {
      await mkdir(join(top, path));
      await layOut(layout, path);
    } else if (kind === 'link') {
      const text = changed.touches(path) ? await repository.text(blob ?? '') : await readlink(join(source, path));
      await symlink(moved(text, path, layout), join(top, path));
    } else if (kind === 'module') {
      if (!changed.touches(path)) await symlink(join(source, path), join(top, path));
    } else if (changed.touches(path)) await repository.extract(blob ?? '', join(top, path));
  }
  await linkUntracked(layout, folder, new Set(own.map(({ path }) => path)));
}

/** Bytes above which no file is copied where it can't be linked: data, not code. */
const LARGE = 32 << 20;

/** The working tree's file under another name; its copy where the two folders are on two disks. */
async function keep({ path, blob }: TreeEntry, { repository, source, top }: Layout): Promise<void> {
  const [from, to] = [join(source, path), join(top, path)];
  try {
    await link(from, to);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return repository.extract(blob ?? '', to);
    if ((await stat(from)).size > LARGE) await symlink(from, to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

/** Where a link leads once it is laid out: to the commit's file inside the repository, to the same place outside it. */
function moved(text: string, path: string, { source, top }: Layout): string {
  const place = resolve(dirname(join(source, path)), text);
  if (isOutside(source, place)) return place;
  return isAbsolute(text) ? join(top, relative(source, place)) : text;
}

/** What is beside the commit's files and unknown to git; what the change added is left out. */
async function linkUntracked(layout: Layout, folder: string, own: ReadonlySet<string>): Promise<void> {
  const { source, changed } = layout;
  for (const name of await readdir(join(source, folder)).catch(() => [])) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (name === '.git' || own.has(path) || changed.touches(path)) continue;
    if (PACKAGES.test(path)) await linkPackages(layout, path);
    else await linkAsIs(layout, path);
  }
}

/** A folder of packages, and one of a scope in it. */
const PACKAGES = /(^|\/)node_modules(\/@[^/]+)?$/;

/** Packages as they are installed, but those of the repository's own workspaces as the commit has them. */
async function linkPackages(layout: Layout, folder: string): Promise<void> {
  const { source, top } = layout;
  const names = await readdir(join(source, folder)).catch(() => null);
  if (names === null) return linkAsIs(layout, folder);
  await mkdir(join(top, folder));
  for (const name of names) {
    const path = `${folder}/${name}`;
    const text = await readlink(join(source, path)).catch(() => null);
    if (text !== null) await symlink(moved(text, path, layout), join(top, path));
    else if (PACKAGES.test(path)) await linkPackages(layout, path);
    else await linkAsIs(layout, path);
  }
}

async function linkAsIs({ source, top }: Layout, path: string): Promise<void> {
  await symlink(join(source, path), join(top, path));
}

/** Packages that Node finds above the repository. */
async function linkPackagesAbove(source: string, folder: string): Promise<void> {
  for (let above = dirname(source); above !== dirname(above); above = dirname(above)) {
    const packages = join(above, 'node_modules');
    if ((await stat(packages).catch(() => null))?.isDirectory()) return symlink(packages, join(folder, 'node_modules'));
  }
}
