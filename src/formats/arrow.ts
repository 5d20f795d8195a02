import { type FileHandle, open } from 'node:fs/promises';
import type { RecordBatch } from 'apache-arrow';
import { CutoverError, reasonOf, unreadable } from '../core/errors.ts';
import { writeFileAtomic } from '../system/files.ts';
import { checkArrowBounds } from './arrow-bounds.ts';
import { apacheArrow, type Column, type Columns, fromVector, toData } from './arrow-columns.ts';
import { plainFile } from './gzip.ts';

export type { Column, Columns } from './arrow-columns.ts';

/** Text kept in the schema of a file. */
export type Metadata = Readonly<Record<string, string>>;

/** One record batch of a file. */
export interface ArrowBatch {
  /** Row of the file that this batch starts at. */
  readonly firstRow: number;
  readonly rows: number;
  readonly metadata: Metadata;
  /** Columns of types that no room asks for are left out. */
  readonly columns: Columns;
}

/**
 * The bytes of an Arrow IPC file of one record batch; the same columns give the same bytes.
 * @throws RangeError when the columns differ in length or have no rows
 */
export function arrowBytes(columns: Columns, metadata: Metadata): Uint8Array {
  const { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } = apacheArrow();
  const data = Object.entries(columns).map(([name, column], place) => ({ name, data: toData(column, place) }));
  const rows = data[0]?.data.length ?? 0;
  if (rows === 0) throw new RangeError('A table needs a row.');
  for (const column of data)
    if (column.data.length !== rows) throw new RangeError(`Column ${column.name} has ${column.data.length} rows, not ${rows}.`);
  const fields = data.map(({ name, data }) => new Field(name, data.type, data.nullCount > 0));
  const type = new Struct(fields);
  const batch = new RecordBatch(
    new Schema(fields, new Map(Object.entries(metadata))),
    makeData({ type, length: rows, nullCount: 0, children: data.map(({ data }) => data) }),
  );
  return tableToIPC(new Table([batch]), 'file');
}

/**
 * Writes an Arrow IPC file atomically.
 * @throws CutoverError FILE_UNWRITABLE
 * @example await writeArrow('run.arrow', { score: { type: 'float', data: new Float32Array([1, 0.5]) } }, { kind: 'run' });
 */
export async function writeArrow(file: string, columns: Columns, metadata: Metadata): Promise<void> {
  await writeFileAtomic(file, arrowBytes(columns, metadata));
}

/**
 * Streams the record batches of an Arrow IPC file.
 * @param only names of the columns to decode; all unless given
 * @param headBytes read no more than this of each batch and leave the rest zero: for columns that come first. At least 64 KiB are read.
 * @throws CutoverError ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function* readArrow(
  file: string,
  { headBytes, only }: { headBytes?: number; only?: readonly string[] } = {},
): AsyncGenerator<ArrowBatch> {
  const handle = await openArrow(file);
  try {
    const reader = await apacheArrow().RecordBatchReader.from(headBytes === undefined ? handle : headOf(handle, headBytes));
    await reader.open();
    if (!reader.isFile()) throw new Error('it is not in the file format');
    const metadata = Object.fromEntries(reader.schema.metadata);
    let firstRow = 0;
    for await (const batch of reader) {
      yield { firstRow, rows: batch.numRows, metadata, columns: columnsOf(batch, only) };
      firstRow += batch.numRows;
    }
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    throw new CutoverError('ARROW_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** An open Arrow file, both its ends in place and no length in it beyond its bytes. @throws CutoverError ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE */
export async function openArrow(file: string): Promise<FileHandle> {
  const handle = await openFile(file);
  try {
    await checkEnds(file, handle);
    return handle;
  } catch (error) {
    await handle.close();
    throw error instanceof CutoverError ? error : unreadable(file, error);
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(await plainFile(file), 'r');
  } catch (error) {
    throw error instanceof CutoverError ? error : unreadable(file, error);
  }
}

const MAGIC = 'ARROW1';

/** The reader itself would take a cut file for an empty stream. */
async function checkEnds(file: string, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const ends = Buffer.alloc(16);
  if (size >= 22) {
    await handle.read(ends, 0, 6, 0);
    await handle.read(ends, 6, 10, size - 10);
  }
  const footer = ends.readInt32LE(6);
  if (ends.toString('latin1', 0, 6) !== MAGIC) throw new CutoverError('ARROW_MALFORMED', { file, reason: 'it does not start with ARROW1' });
  if (ends.toString('latin1', 10) !== MAGIC || footer <= 0 || footer > size - 22)
    throw new CutoverError('ARROW_MALFORMED', { file, reason: `its end is missing at byte ${size}` });
  await checkArrowBounds(handle, size).catch((error: unknown) => {
    throw new CutoverError('ARROW_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
  });
}

/** What a footer and the dictionaries need at most. */
const LEAST_HEAD = 65_536;

/** A file handle that pretends to read the rest of a long read; a fresh buffer is zero and costs nothing until touched. */
function headOf(handle: FileHandle, headBytes: number): FileHandle {
  const read = async (buffer: Uint8Array, offset: number, length: number, position: number) => {
    await handle.read(buffer, offset, Math.min(length, Math.max(headBytes, LEAST_HEAD)), position);
    return { bytesRead: length, buffer };
  };
  return { fd: handle.fd, stat: () => handle.stat(), read, close: () => handle.close() } as unknown as FileHandle;
}

function columnsOf(batch: RecordBatch, only?: readonly string[]): Columns {
  const columns: Record<string, Column> = {};
  for (const { name } of batch.schema.fields) {
    if (only !== undefined && !only.includes(name)) continue;
    const vector = batch.getChild(name);
    const column = vector === null ? null : fromVector(name, vector);
    if (column !== null) columns[name] = column;
  }
  return columns;
}
