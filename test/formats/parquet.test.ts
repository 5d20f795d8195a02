import { parquetReadObjects } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { readParquetRows } from '../../src/formats/parquet.ts';
import { fileWriter } from './files.ts';

const write = fileWriter();
const ROWS = 500;
const idOf = (row: number) => `d${row}`;
const bodyOf = (row: number) => (row % 7 === 0 ? null : `text of ${row} ${'x'.repeat(row % 50)}`);
/** Every ninth row lacks one, every eleventh has an empty one. */
const vectorOf = (row: number) => (row % 9 === 0 ? null : row % 11 === 0 ? [] : [row, row / 2, -row]);
const schema = [
  { name: 'root', num_children: 4 },
  { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'body', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'kind', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'vector', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
] as const;

/** Row groups of two sizes, and pages of a few rows in each, no two columns alike. */
function pagedFile(codec: 'SNAPPY' | 'UNCOMPRESSED'): ArrayBuffer {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({ writer, schema: [...schema], codec });
  const all = Array.from({ length: ROWS }, (_, row) => row);
  const columnData = [
    { name: 'id', data: all.map(idOf) },
    { name: 'body', data: all.map(bodyOf) },
    { name: 'kind', data: all.map((row) => `kind ${row % 3}`) },
    { name: 'vector', data: all.map(vectorOf) },
  ];
  parquet.write({ columnData, rowGroupSize: 300, pageSize: 200 });
  parquet.finish();
  return writer.getBuffer();
}

test.each(['SNAPPY', 'UNCOMPRESSED'] as const)('a row group is read page by page, %s', async (codec) => {
  const bytes = pagedFile(codec);
  const file = write('paged.parquet', new Uint8Array(bytes));
  const whole = await parquetReadObjects({ file: bytes });
  expect([whole.length, whole[1]]).toEqual([ROWS, { id: 'd1', body: bodyOf(1), kind: 'kind 1', vector: [1, 0.5, -1] }]);
  const found: unknown[] = [];
  let batches = 0;
  for await (const { rows, texts, vectors } of readParquetRows(file, { texts: ['id', 'body', 'kind', 'none'], vector: 'vector' })) {
    batches++;
    for (let row = 0; row < rows; row++)
      found.push([
        texts.id?.[row],
        texts.body?.[row],
        texts.kind?.[row],
        [...(vectors?.values.subarray(vectors.offsets[row], vectors.offsets[row + 1]) ?? [])],
      ]);
  }
  expect(found).toEqual(Array.from({ length: ROWS }, (_, row) => [idOf(row), bodyOf(row), `kind ${row % 3}`, vectorOf(row) ?? []]));
  expect(batches).toBeGreaterThan(20);
  const ids: unknown[] = [];
  for await (const { texts, vectors } of readParquetRows(file, { texts: ['id'], vector: null })) {
    ids.push(...(texts.id ?? []));
    expect(vectors).toBeNull();
  }
  expect(ids).toEqual(Array.from({ length: ROWS }, (_, row) => idOf(row)));
  let rows = 0;
  for await (const batch of readParquetRows(file, { texts: [], vector: null })) rows += batch.rows;
  expect(rows).toBe(ROWS);
});

test('a file that is cut, or lies of its pages, is malformed and gives no rows', async () => {
  const bytes = new Uint8Array(pagedFile('UNCOMPRESSED'));
  // The first page's header says that it is longer than its column.
  bytes.fill(0xff, 4, 40);
  const file = write('lies.parquet', bytes);
  const read = async () => {
    for await (const { rows } of readParquetRows(file, { texts: ['id'], vector: null })) expect(rows).toBe(0);
  };
  await expect(read()).rejects.toMatchObject({ code: 'PARQUET_MALFORMED' });
});
