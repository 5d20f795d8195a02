import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { CutoverError, reasonOf, unreadable } from '../../../core/errors.ts';
import { byCodeUnits } from '../../../core/order.ts';
import { endingOf } from '../../../formats/gzip.ts';
import { guessColumns } from './columns.ts';
import { firstRecord, readTableFile, TABLE_ENDINGS, type TableFile } from './table-file.ts';
import { isVectorFile, pairVectors, type SeenVectors, type VectorCandidate } from './vector-files.ts';

/** A store that was seen, as far as its files tell. */
export interface SeenStore {
  readonly kind: 'arrow' | 'parquet' | 'lancedb' | 'pglite' | 'postgres';
  /** Relative to the folder; null for a server. */
  readonly path: string | null;
  /** null where the files don't say. */
  readonly table: string | null;
  /** null where they weren't looked into. */
  readonly columns: readonly string[] | null;
}

/** A folder in BEIR layout, relative, and what it has. */
export interface SeenBeir {
  readonly path: string;
  /** Its judgements, relative to it; null where it has none. */
  readonly qrels: string | null;
  /** Its first query says of what kind it is. */
  readonly sliced: boolean;
}

/** What is in a folder. */
export interface Surroundings {
  readonly beir: readonly SeenBeir[];
  readonly tables: readonly TableFile[];
  /** Topmost folders of Markdown files. */
  readonly markdown: readonly string[];
  readonly stores: readonly SeenStore[];
  /** Vectors made elsewhere, one entry a version. */
  readonly vectors: readonly SeenVectors[];
  /** What was not looked at, and why. */
  readonly leftOut: readonly string[];
}

const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'models', 'reports', 'versions', 'dist', 'build', 'coverage', 'target']);
const DEPTH = 3;
const MOST_ENTRIES = 5000;

interface Walk {
  readonly folder: string;
  readonly beir: SeenBeir[];
  readonly tables: TableFile[];
  readonly markdown: string[];
  readonly stores: SeenStore[];
  readonly leftOut: string[];
  readonly candidates: VectorCandidate[];
  /** Text files, among which ids of vectors may be. */
  readonly texts: string[];
  entries: number;
}

/**
 * Looks at a folder and those in it, three deep, without following links. A file that can't be read is left out and named.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, FOLDER_IS_FILE when it is the folder itself
 */
export async function lookAt(folder: string, env: Readonly<Record<string, string | undefined>>): Promise<Surroundings> {
  const found = await stat(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const next = 'Name the folder of the data set, or single files with --corpus, --queries and --qrels';
  if (!found.isDirectory()) throw new CutoverError('FOLDER_IS_FILE', { file: folder, next });
  const walk: Walk = { folder, beir: [], tables: [], markdown: [], stores: [], leftOut: [], candidates: [], texts: [], entries: 0 };
  await visit(walk, '', 0);
  const vectors = pairVectors(walk.candidates, walk.texts);
  // Files of a version that is compared are no store that serves it.
  const own = new Set(vectors.flatMap(({ query, document }) => [query.path, document.path]));
  const stores = walk.stores.filter(({ path }) => path === null || !own.has(path));
  if (env.DATABASE_URL) stores.push({ kind: 'postgres', path: null, table: null, columns: null });
  return { ...walk, stores, vectors };
}

async function visit(walk: Walk, path: string, depth: number): Promise<void> {
  const entries = await readdir(join(walk.folder, path), { withFileTypes: true }).catch((error: unknown) => {
    walk.leftOut.push(`${path || '.'}: ${reasonOf(error)}`);
    return [];
  });
  walk.entries += entries.length;
  if (walk.entries > MOST_ENTRIES)
    return void walk.leftOut.push(`${path || '.'}: more than ${MOST_ENTRIES} files; name what is meant by --dataset`);
  const names = (folders: boolean) =>
    entries
      .filter((entry) => (folders ? entry.isDirectory() : entry.isFile()))
      .map(({ name }) => name)
      .sort(byCodeUnits);
  const [files, folders] = [names(false), names(true)];
  if (isStore(walk, path, files, folders)) return;
  await takeFiles(walk, path, files, folders);
  if (depth === DEPTH) return;
  for (const name of folders) if (!name.startsWith('.') && !SKIPPED.has(name)) await visit(walk, posix.join(path, name), depth + 1);
}

/** Databases are folders that nothing else is looked for in. */
function isStore(walk: Walk, path: string, files: readonly string[], folders: readonly string[]): boolean {
  if (files.includes('PG_VERSION')) {
    walk.stores.push({ kind: 'pglite', path: path || '.', table: null, columns: null });
    return true;
  }
  const tables = folders.filter((name) => name.endsWith('.lance'));
  for (const name of tables)
    walk.stores.push({ kind: 'lancedb', path: path || '.', table: name.slice(0, -'.lance'.length), columns: null });
  return tables.length > 0;
}

async function takeFiles(walk: Walk, path: string, files: readonly string[], folders: readonly string[]): Promise<void> {
  const has = (name: string) => files.includes(name) || files.includes(`${name}.gz`);
  if (has('corpus.jsonl') && has('queries.jsonl')) {
    const qrels = folders.includes('qrels') ? 'qrels' : (['qrels.txt', 'qrels.tsv'].find((name) => files.includes(name)) ?? null);
    walk.beir.push({ path: path || '.', qrels, sliced: await hasSlices(join(walk.folder, path, 'queries.jsonl')) });
    return;
  }
  if (walk.beir.some((beir) => path === posix.join(beir.path, 'qrels'))) return;
  const pages = files.filter((name) => /\.(md|markdown)$/i.test(name) && !/^(readme|changelog|contributing|license)\b/i.test(name));
  if (pages.length > 0 && path !== '' && !walk.markdown.some((above) => path.startsWith(`${above}/`))) walk.markdown.push(path);
  for (const name of files) {
    const file = posix.join(path, name);
    if (/\.txt(\.gz)?$/i.test(name)) walk.texts.push(file);
    if (isVectorFile(name)) walk.candidates.push({ path: file, hasIds: endingOf(name) === '.npz' });
    else if (TABLE_ENDINGS.has(endingOf(name))) await takeTable(walk, file);
  }
}

async function hasSlices(file: string): Promise<boolean> {
  const first = await firstRecord(file).catch(() => ({}));
  const fields = (first as { readonly metadata?: unknown }).metadata;
  return typeof fields === 'object' && fields !== null && Object.keys(fields).some((key) => key !== 'need');
}

async function takeTable(walk: Walk, path: string): Promise<void> {
  try {
    const table = await readTableFile(walk.folder, path);
    const kind = path.endsWith('.arrow') ? 'arrow' : 'parquet';
    const isBinary = /\.(arrow|parquet)$/.test(path);
    if (['id', 'vector'].every((name) => table.columns.includes(name))) walk.candidates.push({ path, hasIds: true });
    if (isBinary && 'vector' in guessColumns('store', table.columns)) walk.stores.push({ kind, path, table: null, columns: table.columns });
    if (kind !== 'arrow') walk.tables.push(table);
  } catch (error) {
    // Errors of the readers begin with the whole path.
    const reason = reasonOf(error).replaceAll(`${join(walk.folder, path)}`, path);
    walk.leftOut.push(reason.startsWith(path) ? reason : `${path}: ${reason}`);
  }
}
