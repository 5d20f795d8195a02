import type { Data, RecordBatchReader, Vector } from 'apache-arrow';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { openArrow } from './arrow.ts';
import { apacheArrow } from './arrow-columns.ts';
import { evenOffsets, packed, type RowBatch, type RowColumns } from './row-batch.ts';

/** Names of a file's columns. @throws CutoverError ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE */
export async function arrowNames(file: string): Promise<string[]> {
  return withReader(file, async (reader) => reader.schema.fields.map(({ name }) => name));
}

/**
 * Streams the record batches of an Arrow IPC file, whoever wrote it.
 * @throws CutoverError ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function* readArrowRows(file: string, { texts, vector }: RowColumns): AsyncGenerator<RowBatch> {
  const handle = await openArrow(file);
  try {
    const reader = await apacheArrow().RecordBatchReader.from(handle);
    await reader.open();
    for await (const batch of reader) {
      const there = texts.flatMap((name) => {
        const column = batch.getChild(name);
        return column === null ? [] : [[name, textsOf(column)] as const];
      });
      const column = vector === null ? null : batch.getChild(vector);
      yield { rows: batch.numRows, texts: Object.fromEntries(there), vectors: column === null ? null : vectorsOf(vector ?? '', column) };
    }
  } catch (error) {
    throw malformed(file, error);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function withReader<T>(file: string, use: (reader: RecordBatchReader) => Promise<T>): Promise<T> {
  const handle = await openArrow(file);
  try {
    const reader = await apacheArrow().RecordBatchReader.from(handle);
    await reader.open();
    return await use(reader as unknown as RecordBatchReader);
  } catch (error) {
    throw malformed(file, error);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

function malformed(file: string, error: unknown): CutoverError {
  return error instanceof CutoverError ? error : new CutoverError('ARROW_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
}

function textsOf(column: Vector): (string | null)[] {
  const { DataType } = apacheArrow();
  const { type } = column;
  const data = column.data[0];
  if (DataType.isDictionary(type) && data?.dictionary !== undefined && column.data.length === 1) {
    const words = Array.from(data.dictionary as Iterable<unknown>, asText);
    const indices = data.values as Int32Array;
    return Array.from({ length: column.length }, (_, row) => (data.getValid(row) ? (words[Number(indices[row])] ?? null) : null));
  }
  if (DataType.isFixedSizeBinary(type) || DataType.isBinary(type))
    return Array.from(column as Iterable<Uint8Array | null>, (bytes) => (bytes === null ? null : Buffer.from(bytes).toString('hex')));
  return Array.from(column as Iterable<unknown>, asText);
}

function asText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** A fixed-size list of Float32 without gaps is a view of the file's bytes; the rest is copied. */
function vectorsOf(name: string, column: Vector): NonNullable<RowBatch['vectors']> {
  const { DataType } = apacheArrow();
  const { type } = column;
  if (!DataType.isFixedSizeList(type) && !DataType.isList(type)) throw new Error(`column "${name}" holds no vectors`);
  const child = column.data[0]?.children[0];
  if (DataType.isFixedSizeList(type) && column.nullCount === 0 && column.data.length === 1 && child?.values instanceof Float32Array) {
    const length = column.length * type.listSize;
    if (child.values.length < length) throw new Error(`column "${name}" is shorter than its row count`);
    return { offsets: evenOffsets(column.length, type.listSize), values: child.values.subarray(0, length) };
  }
  return packed(Array.from(column as Iterable<Iterable<number> | null>, (row) => (row === null ? null : Float32Array.from(row))));
}

/** Text columns by name, then the vectors; what is written is what {@link readArrowRows} reads. */
export function arrowRowBytes(
  texts: Readonly<Record<string, readonly (string | null)[]>>,
  vector: string,
  rows: readonly (Float32Array | null)[],
): Uint8Array {
  const { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } = apacheArrow();
  const columns = [
    ...Object.entries(texts).map(([name, values], i) => ({ name, data: labelsOrTexts(values, i) })),
    { name: vector, data: vectorData(rows) },
  ];
  const fields = columns.map(({ name, data }) => new Field(name, data.type, true));
  const children = columns.map(({ data }) => data);
  const batch = new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children }));
  return tableToIPC(new Table([batch]), 'file');
}

/** A column of a few different values, such as tags, goes behind a dictionary. */
function labelsOrTexts(values: readonly (string | null)[], place: number): Data {
  const { Dictionary, Int32, Utf8, vectorFromArray } = apacheArrow();
  const distinct = [...new Set(values)].filter((value) => value !== null);
  const [data] = (
    distinct.length > 0 && distinct.length <= 16 && values.length > 64
      ? vectorFromArray(values, new Dictionary(new Utf8(), new Int32(), place))
      : vectorFromArray(values, new Utf8())
  ).data;
  if (data === undefined) throw new RangeError('A column has no rows.');
  return data;
}

function vectorData(rows: readonly (Float32Array | null)[]) {
  const { Field, FixedSizeList, Float32, List, makeData } = apacheArrow();
  const width = rows[0]?.length ?? 0;
  const item = new Field('item', new Float32(), false);
  if (width > 0 && rows.every((row) => row?.length === width)) {
    const { values } = packed(rows);
    const child = makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
    return makeData({ type: new FixedSizeList(width, item), length: rows.length, nullCount: 0, child });
  }
  const { offsets, values } = packed(rows);
  const child = makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
  return makeData({ type: new List(item), length: rows.length, nullCount: 0, valueOffsets: offsets, child });
}
