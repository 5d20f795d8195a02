import { basename } from 'node:path';
import type { Fingerprint } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { fingerprintOf, sha256, sha256Json, shortHash } from '../core/hash.ts';
import { type FileVector, readVectorFile } from '../formats/vector-file.ts';
import type { ResolvedVersion, Role, VectorFile, VersionSpec } from '../model/version.ts';
import { sha256File } from '../system/files.ts';
import type { TextItem } from './embedder.ts';

/** The first row of a vector file; the others have to agree with it. */
async function firstRow(file: VectorFile, role: Role): Promise<FileVector> {
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

/** A version, and what the rows of its files carry as their tag. */
export interface PrecomputedVersion {
  readonly version: ResolvedVersion;
  readonly tags: Readonly<Record<Role, string | null>>;
}

const ROLES = ['query', 'document'] as const;

/**
 * The version of vectors made elsewhere: what their tag says. The files' bytes are in the cache key, so that a changed
 * file is never mistaken for the one before.
 * @throws CutoverError VECTORS_UNTAGGED, VECTORS_MIXED, VECTORS_EMPTY, VECTORS_OF_TWO_WIDTHS, VERSION_INVALID
 */
export async function resolvePrecomputed(spec: VersionSpec, files: Readonly<Record<Role, VectorFile>>): Promise<PrecomputedVersion> {
  const [query, document, source] = await Promise.all([
    firstRow(files.query, 'query'),
    firstRow(files.document, 'document'),
    sourceHash(files),
  ]);
  const heads = { query, document };
  const tag = tagOf(spec, files, heads);
  const dimension = dimensionOf(spec, files, heads);
  const encoding = { query: files.query.encoding ?? null, document: files.document.encoding ?? null };
  const isPacked = encoding.query !== null || encoding.document !== null;
  const decides = {
    embedder: 'precomputed',
    tag,
    dimension,
    normalize: spec.normalize,
    dimensions: spec.dimensions ?? null,
    ...(isPacked ? { encoding } : {}),
  };
  const fingerprint = !isPacked && isUntouched(spec, tag, heads) ? (tag as Fingerprint) : fingerprintOf(decides);
  const names = { queries: basename(files.query.path), documents: basename(files.document.path) };
  const cacheKey = `${fingerprint}-${shortHash(source)}`;
  const { tag: _claimed, ...made } = decides;
  const content = sha256Json({ ...made, source });
  return {
    version: { id: spec.id, fingerprint, decides, names, verifiable: false, cacheKey, content, warnings: [] },
    tags: { query: query.tag, document: document.tag },
  };
}

/** The one tag that the spec claims and the files carry. */
function tagOf(spec: VersionSpec, files: Readonly<Record<Role, VectorFile>>, heads: Readonly<Record<Role, FileVector>>): string {
  const expected = spec.tag ?? heads.query.tag ?? heads.document.tag;
  for (const role of ROLES) {
    const { path } = files[role];
    const found = heads[role].tag ?? spec.tag;
    if (expected === null || found === undefined)
      throw new CutoverError('VECTORS_UNTAGGED', { file: path, version: spec.id, spec: spec.file });
    if (found !== expected) {
      const examples = `"${heads[role].id}" has tag "${found}"`;
      throw new CutoverError('VECTORS_MIXED', { file: path, expected: `tag "${expected}"`, examples });
    }
  }
  return expected ?? '';
}

function dimensionOf(
  spec: VersionSpec,
  files: Readonly<Record<Role, VectorFile>>,
  { query, document }: Readonly<Record<Role, FileVector>>,
): number {
  const dimension = document.vector.length;
  const found = { queries: query.vector.length, documents: dimension, version: spec.id, spec: spec.file };
  if (query.vector.length !== dimension)
    throw new CutoverError('VECTORS_OF_TWO_WIDTHS', { query: files.query.path, document: files.document.path, ...found });
  if (spec.dimensions !== undefined && spec.dimensions > dimension)
    throw new CutoverError('VERSION_INVALID', {
      file: spec.file,
      version: spec.id,
      found: `dimensions: ${spec.dimensions}`,
      reason: `the vectors of ${files.document.path} have ${dimension}`,
    });
  return dimension;
}

/** Whether the tag is a fingerprint and still holds: the vectors are neither cut nor rescaled on the way. */
function isUntouched(spec: VersionSpec, tag: string, { document }: Readonly<Record<Role, FileVector>>): boolean {
  if (!/^[0-9a-f]{64}$/.test(tag)) return false;
  const { vector } = document;
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return (spec.dimensions ?? vector.length) === vector.length && (!spec.normalize || Math.abs(length - 1) < 1e-3);
}

async function sourceHash(files: Readonly<Record<Role, VectorFile>>): Promise<string> {
  const paths = ROLES.flatMap((role) => [files[role].path, files[role].ids ?? null]);
  return sha256Json(await Promise.all(paths.map((path) => (path === null ? null : sha256File(path)))));
}
