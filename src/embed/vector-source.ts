import { CutoverError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { type FileVector, readVectorFile } from '../formats/vector-file.ts';
import type { Role, VectorFile } from '../model/version.ts';
import type { TextItem } from './embedder.ts';

/** The first row of a vector file; the others have to agree with it. */
export async function firstRow(file: VectorFile, role: Role): Promise<FileVector> {
  for await (const row of readVectorFile(file)) return row;
  throw new CutoverError('VECTORS_EMPTY', { file: file.path, role });
}

/** How many examples an error names. */
const EXAMPLES = 3;

/**
 * Reads a whole vector file by id; memory is that of what is kept of each row.
 * @param tag what its rows carry; null where they carry none
 * @throws CutoverError VECTORS_MIXED when rows differ in it, and what the reader throws
 */
export async function readVectors<Kept>(
  file: VectorFile,
  tag: string | null,
  keep: (row: FileVector) => Kept,
): Promise<ReadonlyMap<string, Kept>> {
  const rows = new Map<string, Kept>();
  const strangers: FileVector[] = [];
  for await (const row of readVectorFile(file)) {
    rows.set(row.id, keep(row));
    if (row.tag !== tag && strangers.length < EXAMPLES) strangers.push(row);
  }
  if (strangers.length === 0) return rows;
  throw new CutoverError('VECTORS_MIXED', { file: file.path, expected: named(tag), examples: strangers.map(described).join(', ') });
}

/**
 * The rows of the texts asked for, in their order.
 * @throws CutoverError VECTORS_MISSING; VECTORS_STALE when a row says it was made of another text
 */
export function rowsOf<Kept extends Pick<FileVector, 'textHash'>>(
  items: readonly TextItem[],
  rows: ReadonlyMap<string, Kept>,
  file: string,
): Kept[] {
  const missing = items.filter(({ id }) => !rows.has(id));
  if (missing.length > 0) throw new CutoverError('VECTORS_MISSING', { file, ...counted(missing) });
  const stale = items.filter(({ id, text }) => {
    const textHash = rows.get(id)?.textHash ?? null;
    return textHash !== null && textHash !== sha256(text);
  });
  if (stale.length > 0) throw new CutoverError('VECTORS_STALE', { file, ...counted(stale) });
  return items.flatMap(({ id }) => rows.get(id) ?? []);
}

function counted(items: readonly TextItem[]): { count: string; examples: string } {
  const examples = items.slice(0, EXAMPLES).map(({ id }) => `"${id}"`);
  return { count: items.length === 1 ? '1 text' : `${items.length} texts`, examples: examples.join(', ') };
}

function named(tag: string | null): string {
  return tag === null ? 'no tag' : `tag "${tag}"`;
}

function described({ id, tag }: FileVector): string {
  return `"${id}" has ${named(tag)}`;
}
