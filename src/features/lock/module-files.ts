import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { isOutside } from '../../system/paths.ts';

const SOURCES: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);
/** What decides which packages a project installs. */
const MANIFESTS = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', '.npmrc', '.yarnrc.yml'];
const LITERAL = /(['"`])((?:(?!\1)[^\\\n]){1,300})\1/g;
const PACKAGE = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*(['"`])(?![./]|node:|file:)((?:@[^/'"`]+\/)?[^/'"`]+)[^'"`]*\1/g;
/** Files read at most. */
const MOST = 500;

interface Places {
  /** Top folder of the working tree. */
  readonly top: string;
  /** Where a run reads relative names from. */
  readonly cwd: string;
}

/**
 * What a module of the working tree may read or import, as far as its text says: every literal taken for a path, beside the file
 * that it is in and in the working folder; what the sources among these name in turn; and where a package is imported, what installs it.
 * Names that are put together as it runs are not seen.
 * @returns absolute paths inside the working tree, whether anything is there or not
 */
export async function filesOfModule(module: string, { top, cwd }: Places): Promise<string[]> {
  const found = new Set<string>();
  const read = new Set<string>();
  const open = [module];
  for (let file = open.pop(); file !== undefined && read.size < MOST; file = open.pop()) {
    if (read.has(file)) continue;
    read.add(file);
    const text = await readFile(file, 'utf8').catch(() => '');
    const named = [...text.matchAll(LITERAL)].flatMap(([, , literal = '']) =>
      [dirname(file), cwd].map((folder) => resolve(folder, literal.replace(/^file:\/\//, ''))),
    );
    for (const path of [...named, ...packagesOf(text, file, top)]) {
      if (isOutside(top, path)) continue;
      found.add(path);
      if (SOURCES.has(extname(path))) open.push(path);
    }
  }
  found.delete(module);
  return [...found];
}

function packagesOf(text: string, file: string, top: string): string[] {
  const names = [...text.matchAll(PACKAGE)].map(([, , name = '']) => name);
  if (names.length === 0) return [];
  const folders: string[] = [];
  for (let folder = dirname(file); !isOutside(top, folder); folder = dirname(folder)) {
    folders.push(folder);
    if (folder === top) break;
  }
  return folders.flatMap((folder) => [
    ...MANIFESTS.map((name) => join(folder, name)),
    ...names.map((name) => join(folder, 'node_modules', name)),
  ]);
}
