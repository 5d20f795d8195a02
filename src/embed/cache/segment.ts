import { basename, join } from 'node:path';
import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { refuseNewer } from '../../core/schema-version.ts';
import { type ArrowBatch, arrowBytes, type Column, type Columns, readArrow } from '../../formats/arrow.ts';
import type { VectorRow } from '../../model/vectors.ts';
import type { Role } from '../../model/version.ts';
import { sha256File, writeFileAtomic } from '../../system/files.ts';

const KIND = 'cutover.vectors';
const SCHEMA = '1';

/** Most rows of one segment. */
export const SEGMENT_ROWS = 2048;
/** The columns that the index needs come first: 32 + 4 bytes a row, with room for more rows than a segment has. */
const HEAD_BYTES = 64 * SEGMENT_ROWS;
const EXTENSION = '.arrow';

/** What the index of a store keeps of one segment. */
export interface SegmentKeys {
  readonly file: string;
  readonly dimension: number;
  readonly roles: readonly Role[];
  readonly textHashes: readonly Sha256[];
  /** Instruction set that made its vectors; null where none decides them. */
  readonly processor: string | null;
}

/** A segment read whole and verified. Row i of every array belongs to one text. */
export interface SegmentRows {
  readonly dimension: number;
  readonly processor: string | null;
  readonly tokenCounts: readonly (number | null)[];
  readonly truncated: readonly boolean[];
  /** Float32Array [rows × d]. */
  readonly data: Float32Array;
}

export function isSegment(name: string): boolean {
  return /^[0-9a-f]{32}\.arrow$/.test(name);
}

/**
 * Writes rows of one tag and one dimension as an Arrow IPC file named by the hash of its bytes: names can't clash between
 * processes, and a damaged file shows.
 * @param processor instruction set that made the vectors; null where none decides them
 * @throws CutoverError FILE_UNWRITABLE
 */
export async function writeSegment(
  folder: string,
  rows: readonly VectorRow[],
  { tag, dimension, processor = null }: { readonly tag: Fingerprint; readonly dimension: number; readonly processor?: string | null },
): Promise<string> {
  const facts = { kind: KIND, schemaVersion: SCHEMA, tag, dimension: String(dimension) };
  const bytes = arrowBytes(toColumns(rows, tag, dimension), processor === null ? facts : { ...facts, processor });
  const file = join(folder, `${sha256(bytes).slice(0, 32)}${EXTENSION}`);
  await writeFileAtomic(file, bytes);
  return file;
}

function toColumns(rows: readonly VectorRow[], tag: Fingerprint, dimension: number): Columns {
  const data = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) data.set(row.vector, i * dimension);
  return {
    text_hash: { type: 'bytes', width: 32, data: Buffer.concat(rows.map((row) => Buffer.from(row.textHash, 'hex'))) },
    role: { type: 'label', dictionary: ['query', 'document'], indices: Int32Array.from(rows, (row) => (row.role === 'query' ? 0 : 1)) },
    tag: { type: 'label', dictionary: [tag], indices: new Int32Array(rows.length) },
    token_count: { type: 'integer', values: rows.map((row) => row.tokenCount) },
    truncated: { type: 'flag', values: rows.map((row) => row.truncated) },
    id: { type: 'text', values: rows.map((row) => row.id) },
    vector: { type: 'vector', width: dimension, data },
  };
}

/**
 * Which texts a segment holds, read from the head of the file only.
 * @throws CutoverError STORE_SEGMENT_CORRUPT, STORE_TAG_MISMATCH
 */
export async function readSegmentKeys(file: string, tag: Fingerprint): Promise<SegmentKeys> {
  const { columns, metadata, rows } = await onlyBatch(file, { headBytes: HEAD_BYTES, only: ['text_hash', 'role'] });
  const dimension = checkMetadata(file, metadata, tag);
  const { text_hash: textHash, role } = columns;
  if (textHash?.type !== 'bytes' || role?.type !== 'label' || rows > SEGMENT_ROWS) throw corrupt(file, 'a column is missing');
  const { processor = null } = metadata;
  const hex = Buffer.from(textHash.data).toString('hex');
  return {
    file,
    dimension,
    processor,
    roles: Array.from(role.indices, (index) => (role.dictionary[index] === 'query' ? 'query' : 'document')),
    textHashes: Array.from({ length: rows }, (_, i) => hex.slice(i * 64, (i + 1) * 64) as Sha256),
  };
}

/**
 * A whole segment, its bytes checked against the hash in its name.
 * @throws CutoverError STORE_SEGMENT_CORRUPT, STORE_TAG_MISMATCH
 */
export async function readSegment(file: string, tag: Fingerprint): Promise<SegmentRows> {
  if (!(await sha256File(file)).startsWith(basename(file, EXTENSION))) throw corrupt(file, 'its bytes are not those that were written');
  const { columns, metadata, rows } = await onlyBatch(file, {});
  const dimension = checkMetadata(file, metadata, tag);
  checkTags(file, columns.tag, tag);
  const { token_count: tokens, truncated, vector } = columns;
  if (tokens?.type !== 'integer' || truncated?.type !== 'flag' || vector?.type !== 'vector') throw corrupt(file, 'a column is missing');
  if (vector.width !== dimension || vector.data.length !== rows * dimension) throw corrupt(file, 'its vectors have another dimension');
  return { dimension, processor: metadata.processor ?? null, tokenCounts: tokens.values, truncated: truncated.values, data: vector.data };
}

async function onlyBatch(file: string, options: { headBytes?: number; only?: readonly string[] }): Promise<ArrowBatch> {
  try {
    for await (const batch of readArrow(file, options)) return batch;
  } catch (error) {
    if (error instanceof CutoverError && error.code === 'ARROW_MALFORMED')
      throw corrupt(file, reasonOf(error).replace(`${file}: `, ''), error);
    if (error instanceof CutoverError && error.code === 'FILE_IS_FOLDER') throw corrupt(file, 'it is a folder', error);
    throw error;
  }
  throw corrupt(file, 'it has no rows');
}

function checkMetadata(file: string, metadata: Readonly<Record<string, string>>, tag: Fingerprint): number {
  if (metadata.kind === KIND) refuseNewer(file, metadata.schemaVersion, Number(SCHEMA));
  if (metadata.kind !== KIND || metadata.schemaVersion !== SCHEMA) throw corrupt(file, 'it is not a segment of this schema version');
  if (metadata.tag !== tag) throw mismatch(file, metadata.tag ?? 'nothing', tag);
  const dimension = Number(metadata.dimension);
  if (!Number.isInteger(dimension) || dimension < 1) throw corrupt(file, 'it names no dimension');
  return dimension;
}

function checkTags(file: string, column: Column | undefined, tag: Fingerprint): void {
  if (column?.type !== 'label') throw corrupt(file, 'a column is missing');
  const foreign = column.dictionary.find((found) => found !== tag);
  if (foreign !== undefined) throw mismatch(file, foreign, tag);
}

function corrupt(file: string, reason: string, cause?: unknown): CutoverError {
  return new CutoverError('STORE_SEGMENT_CORRUPT', { file, reason }, { cause });
}

function mismatch(file: string, found: string, expected: string): CutoverError {
  return new CutoverError('STORE_TAG_MISMATCH', { file, found: found.slice(0, 12), expected: expected.slice(0, 12) });
}
