import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { parsedJson } from '../../system/json.ts';
import { isOutside } from '../../system/paths.ts';
import { importsComputed, isImported, literalsOf, packageOf, pathsIn } from './literals.ts';

const SOURCES: ReadonlySet<string> = new Set(['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);
/** What `require` does not run: it takes any other ending for JavaScript. */
const NOT_RUN: ReadonlySet<string> = new Set(['.json', '.node', '.wasm']);
/** Bytes of a source with another ending than sources have, at most: what is larger is data. */
const LARGEST = 1 << 20;
/** What `require` adds to a name, and looks for in a folder. */
const ENDINGS = ['.js', '.json', '.node', '.cjs', '.mjs', '.ts', '/index.js', '/index.json', '/index.node', '/package.json'];
/** What decides which packages a project installs. */
const MANIFESTS = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  '.npmrc',
  'yarn.lock',
  '.yarnrc.yml',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'bun.lock',
  'bun.lockb',
  'bunfig.toml',
  'deno.lock',
];
/** Whether a file decides which packages are installed. */
export function isManifest(path: string): boolean {
  return MANIFESTS.includes(basename(path));
}

/** Files read at most. */
const MOST = 500;

interface Places {
  /** Top folder of the working tree. */
  readonly top: string;
  /** Where a run reads relative names from. */
  readonly cwd: string;
}

/** What a module of the working tree may read or import. */
export interface ModuleFiles {
  /** Absolute paths inside the working tree, whether anything is there or not. */
  readonly named: readonly string[];
  /** Those of them that may be read from where a run is, and not from beside the module. */
  readonly working: readonly string[];
  /** Folders of sources that import under a name that they put together: what is in one of them may be loaded. */
  readonly beside: readonly string[];
  /** Whether a package is imported. */
  readonly packages: boolean;
  /** False where its sources are too many to be followed to the end. */
  readonly isWhole: boolean;
}

/**
 * What a module may read or import, as far as its text says: every literal taken for a path, beside the file that it is in and in the
 * working folder; for a package, in every folder of packages that Node looks in, and what installs it; for a name that package.json
 * gives, what it gives it to. What the sources among these name, in turn, also of packages that are folders of the repository.
 * More is named than is read. Names that are put together as it runs are not seen; of imports, that they are.
 */
export async function filesOfModule(module: string, { top, cwd }: Places): Promise<ModuleFiles> {
  const found = new Set<string>();
  const read = new Set<string>();
  const open = [module];
  const beside = new Set<string>();
  const working = new Set<string>();
  let packages = false;
  for (let file = open.pop(); file !== undefined && read.size < MOST; file = open.pop()) {
    if (read.has(file)) continue;
    read.add(file);
    const text = await readFile(file, 'utf8').catch(() => '');
    // Node reads relative names from where a link leads.
    const place = await realpath(file).catch(() => file);
    if (place !== file) open.push(place);
    if (importsComputed(text)) beside.add(dirname(place));
    const literals = literalsOf(text);
    const imported = new Set(literals.filter(({ before }) => isImported(before)).map(({ value }) => packageOf(value)));
    const names = literals.map(({ value }) => value);
    const kin = [...(await byManifest(names, place, top)), ...(await byPackage(names, imported, place, top))];
    const free = literals.filter(({ before }) => !isImported(before) && !/\bURL\s*\($/.test(before));
    for (const path of free.flatMap(({ value }) => byName(value, [cwd]))) if (!isOutside(top, path)) working.add(path);
    packages ||= [...imported].some((name) => name !== null);
    for (const path of [...names.flatMap((name) => byName(name, [dirname(file), cwd])), ...kin]) {
      if (isOutside(top, path)) continue;
      found.add(path);
      if (SOURCES.has(extname(path)) || (await mayRun(path))) open.push(path);
    }
  }
  found.delete(module);
  return { named: [...found], working: [...working], beside: [...beside], packages, isWhole: open.every((file) => read.has(file)) };
}

async function mayRun(path: string): Promise<boolean> {
  if (NOT_RUN.has(extname(path))) return false;
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size <= LARGEST;
}

function byName(name: string, folders: readonly string[]): string[] {
  const paths = pathsIn(name).flatMap((path) => folders.map((folder) => resolve(folder, path)));
  return /^(\.{0,2}\/|\.{1,2}$|file:)/.test(name) ? paths.flatMap((path) => [path, ...ENDINGS.map((ending) => path + ending)]) : paths;
}

/** What the nearest package.json gives its names and the package’s own name to. */
async function byManifest(names: readonly string[], file: string, top: string): Promise<string[]> {
  for (const folder of upwards(dirname(file), top)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
    if (text === null) continue;
    const manifest = parsedJson<Readonly<Record<string, unknown>>>(text.replace(/^\uFEFF/, ''));
    const own = (name: string) => name.startsWith('#') || name === manifest?.name || name.startsWith(`${String(manifest?.name)}/`);
    if (!names.some(own)) return [];
    const given = stringsIn([manifest?.imports, manifest?.exports, manifest?.main]);
    const paths = given.flatMap((name) => byName(name, [folder]));
    const folders = given.filter((name) => name.includes('*')).map((name) => resolve(folder, dirname(name.replace(/\*.*$/, 'x'))));
    return [join(folder, 'package.json'), ...paths, ...folders, ...(await Promise.all(folders.map(sourcesBelow))).flat()];
  }
  return [];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

async function byPackage(names: readonly string[], imported: ReadonlySet<string | null>, file: string, top: string): Promise<string[]> {
  const packages = [...new Set(names.map(packageOf))].filter((name) => name !== null);
  const folders = upwards(dirname(file), top);
  const paths: string[] = [];
  let isAny = packages.some((name) => imported.has(name));
  for (const path of packages.flatMap((name) => folders.map((folder) => join(folder, 'node_modules', name)))) {
    const place = await realpath(path).catch(() => null);
    isAny ||= place !== null;
    // A folder of the repository, linked as a package.
    const isLinked = place !== null && place !== path && !isOutside(top, place);
    paths.push(...(isLinked ? [place, ...(await sourcesBelow(place))] : [path]));
  }
  return isAny ? [...folders.flatMap((folder) => MANIFESTS.map((name) => join(folder, name))), ...paths] : paths;
}

function upwards(from: string, top: string): string[] {
  const folders: string[] = [];
  for (let folder = from; !isOutside(top, folder); folder = dirname(folder)) {
    folders.push(folder);
    if (folder === top) break;
  }
  return folders;
}

/** Sources in a folder and below, without those of packages installed there. */
async function sourcesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === '.git' ? [] : sourcesBelow(path);
    return SOURCES.has(extname(path)) ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}
