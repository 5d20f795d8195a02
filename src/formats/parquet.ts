import { open } from 'node:fs/promises';
import { type AsyncBuffer, asyncBufferFromFile, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { CutoverError, reasonOf, systemCode, unreadable } from '../core/errors.ts';
import { plainFile } from './gzip.ts';
import { readRowGroup } from './parquet-columns.ts';
import { packed, type RowBatch, type RowColumns } from './row-batch.ts';

/** Names of a file's columns. @throws CutoverError PARQUET_MALFORMED, FILE_MISSING, FILE_UNREADABLE */
export async function parquetNames(file: string): Promise<string[]> {
  const { metadata } = await opened(file);
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

/**
 * Streams the rows of a Parquet file, page by page. A vector is a LIST of FLOAT or DOUBLE.
 * @throws CutoverError PARQUET_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function* readParquetRows(file: string, { texts, vector }: RowColumns): AsyncGenerator<RowBatch> {
  const { path, buffer, metadata } = await opened(file);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const there = texts.filter((name) => names.includes(name));
  const columns = [...new Set([...there, ...(vector !== null && names.includes(vector) ? [vector] : [])])];
  const whole = vector !== null && isWhole(metadata, vector);
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    let first = 0;
    for (const group of metadata.row_groups) {
      for await (const { rows, columns: values } of readRowGroup({ handle, buffer, metadata }, group, first, columns))
        yield {
          isWhole: whole,
          rows,
          texts: Object.fromEntries(there.map((name) => [name, Array.from(values[name] ?? [], asText)])),
          vectors: vector === null ? null : packed(Array.from(values[vector] ?? { length: rows }, (value) => numbersOf(file, value))),
        };
      first += Number(group.num_rows);
    }
  } catch (error) {
    throw error instanceof CutoverError ? error : malformed(file, error);
  } finally {
    await handle.close();
  }
}

/** Whether a vector column keeps whole numbers or bare bytes. */
function isWhole(metadata: Opened['metadata'], column: string): boolean {
  const leaf = ({ element, children: [child] }: SchemaTree): SchemaTree['element'] => (child === undefined ? element : leaf(child));
  const found = parquetSchema(metadata).children.find(({ element }) => element.name === column);
  const { type, logical_type: logical } = found === undefined ? {} : leaf(found);
  return type !== undefined && type !== 'FLOAT' && type !== 'DOUBLE' && logical?.type !== 'FLOAT16';
}

type SchemaTree = ReturnType<typeof parquetSchema>;
type Opened = { readonly path: string; readonly buffer: AsyncBuffer; readonly metadata: Awaited<ReturnType<typeof parquetMetadataAsync>> };

async function opened(file: string): Promise<Opened> {
  try {
    const path = await plainFile(file);
    const buffer = await asyncBufferFromFile(path);
    return { path, buffer, metadata: await parquetMetadataAsync(buffer) };
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    if (systemCode(error) !== undefined) throw unreadable(file, error);
    throw malformed(file, error);
  }
}

function malformed(file: string, error: unknown): CutoverError {
  return new CutoverError('PARQUET_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}

function numbersOf(file: string, value: unknown): ArrayLike<number> | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw malformed(file, new Error('the vector column holds no lists'));
  // 64-bit integers, which pandas makes of any, come as bigint.
  const values = value as unknown as ArrayLike<number | bigint>;
  return typeof values[0] === 'bigint' ? Array.from(values, Number) : (values as ArrayLike<number>);
}

/** A Parquet file of text columns and one of vectors, in row groups of 8,192 rows. */
export function parquetRowBytes(
  texts: Readonly<Record<string, readonly (string | null)[]>>,
  vector: string,
  rows: readonly (Float32Array | null)[],
): Uint8Array {
  const columnData = [
    ...Object.entries(texts).map(([name, data]) => ({ name, data: [...data], type: 'STRING' as const, nullable: true })),
    { name: vector, data: rows.map((row) => (row === null ? null : Array.from(row))) },
  ];
  const schema = [
    { name: 'root', num_children: columnData.length },
    ...Object.keys(texts).map((name) => ({
      name,
      type: 'BYTE_ARRAY' as const,
      converted_type: 'UTF8' as const,
      repetition_type: 'OPTIONAL' as const,
    })),
    { name: vector, converted_type: 'LIST' as const, repetition_type: 'OPTIONAL' as const, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
    { name: 'element', type: 'FLOAT' as const, repetition_type: 'OPTIONAL' as const },
  ];
  const plain = columnData.map(({ name, data }) => ({ name, data }));
  return new Uint8Array(parquetWriteBuffer({ columnData: plain, schema, rowGroupSize: 8192 }));
}
