import type { Data, Field, RecordBatch, Schema } from 'apache-arrow';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { openArrow } from './arrow.ts';
import { apacheArrow, float32Lists } from './arrow-columns.ts';
import type { ByteSink, NewCells, Rewriting } from './rewriting.ts';

/** Why a file can't be written again without losing something; null where it can. */
export async function arrowObstacle(file: string): Promise<string | null> {
  const handle = await openArrow(file);
  try {
    const reader = await apacheArrow().RecordBatchReader.from(handle);
    await reader.open();
    // A type or a compression that can't be read shows in the first rows.
    for await (const _ of reader) break;
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/**
 * Streams an Arrow IPC file into another, a record batch at a time.
 * @throws CutoverError ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function rewriteArrow(file: string, out: ByteSink, rewriting: Rewriting): Promise<void> {
  const { AsyncByteQueue, RecordBatchFileWriter, RecordBatchReader } = apacheArrow();
  const chunks: Uint8Array[] = [];
  // The writer hands its bytes to a queue; here they are taken off it after each batch, so that no more than one is held.
  class Collected extends AsyncByteQueue {
    override write(chunk: unknown): void {
      chunks.push(chunk as Uint8Array);
    }
  }
  const flush = async () => {
    for (const chunk of chunks.splice(0)) await out.write(chunk);
  };
  const handle = await openArrow(file);
  try {
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    const fields = fieldsOf(reader.schema, rewriting);
    const writer = new RecordBatchFileWriter();
    const schema = schemaOf(reader.schema, fields);
    writer.reset(new Collected(), schema);
    let first = 0;
    for await (const batch of reader) {
      const cells = await rewriting.cells(first, batch.numRows);
      writer.write(rewritten(batch, schema, cells, rewriting));
      first += batch.numRows;
      await flush();
      if (first >= (rewriting.most ?? Number.POSITIVE_INFINITY)) break;
    }
    writer.finish();
    await flush();
  } catch (error) {
    if (error instanceof CutoverError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new CutoverError('ARROW_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** The fields as they are, the tool's own in their place or at the end. */
function fieldsOf(schema: Schema, { vector, tag, textHash, dimension }: Rewriting): Field[] {
  const { Field, Utf8 } = apacheArrow();
  const fields = schema.fields.map((field) => {
    if (field.name === tag || field.name === textHash) return new Field(field.name, new Utf8(), true, field.metadata);
    if (field.name !== vector || dimension === null) return field;
    return new Field(vector, float32Lists(vector, dimension).type, true, field.metadata);
  });
  const names = new Set(fields.map(({ name }) => name));
  return [...fields, ...[tag, textHash].filter((name) => !names.has(name)).map((name) => new Field(name, new Utf8(), true))];
}

function schemaOf(schema: Schema, fields: Field[]): Schema {
  const { Schema } = apacheArrow();
  return new Schema(fields, schema.metadata, undefined, schema.metadataVersion);
}

function rewritten(batch: RecordBatch, schema: Schema, cells: NewCells, { vector, tag, textHash, dimension }: Rewriting): RecordBatch {
  const { makeData, RecordBatch, Struct } = apacheArrow();
  const children = schema.fields.map(({ name }): Data => {
    if (name === tag) return textData(cells.tags);
    if (name === textHash) return textData(cells.textHashes);
    if (name === vector && dimension !== null) return listData(cells.vectors ?? [], dimension);
    const place = batch.schema.fields.findIndex((field) => field.name === name);
    return batch.data.children[place] as Data;
  });
  const data = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children });
  return new RecordBatch(schema, data);
}

function textData(values: readonly (string | null)[]): Data {
  const { makeData, Utf8, vectorFromArray } = apacheArrow();
  const [data] = vectorFromArray(values, new Utf8()).data;
  return data ?? makeData({ type: new Utf8(), length: 0 });
}

function listData(vectors: readonly (Float32Array | null)[], width: number): Data {
  const { Float32, makeData } = apacheArrow();
  const values = new Float32Array(vectors.length * width);
  const nullBitmap = new Uint8Array(Math.ceil(vectors.length / 8));
  let nullCount = 0;
  vectors.forEach((vector, row) => {
    if (vector === null) nullCount++;
    else {
      nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7));
      values.set(vector, row * width);
    }
  });
  const child = makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values });
  return makeData({ type: float32Lists('', width).type as never, length: vectors.length, nullCount, nullBitmap, child } as never);
}

/**
 * A schema as Arrow's programs keep it within other formats, with the fields that a rewriting leaves.
 * @param base64 an encapsulated message
 * @throws Error for a type that can't be written again
 */
export function arrowSchemaWith(base64: string, rewriting: Rewriting): string {
  const { List, RecordBatchReader, Field, Float32, Table, tableToIPC } = apacheArrow();
  const reader = RecordBatchReader.from(Buffer.from(base64, 'base64'));
  reader.open();
  const fields = fieldsOf(reader.schema, rewriting).map((field) =>
    field.name === rewriting.vector && rewriting.dimension !== null
      ? new Field(field.name, new List(new Field('element', new Float32(), true)), true, field.metadata)
      : field,
  );
  const bytes = tableToIPC(new Table(schemaOf(reader.schema, fields)), 'stream');
  // The message, then what says that no rows follow: only the first belongs here.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Buffer.from(bytes.subarray(0, 8 + view.getInt32(4, true))).toString('base64');
}
