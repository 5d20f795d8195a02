import {
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Int8,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it, test } from 'vitest';
import { decoded, looksQuantised, readVectorFile } from '../../src/formats/vector-file.ts';
import type { VectorEncoding } from '../../src/model/version.ts';
import { collect, fileWriter } from './files.ts';
import { bytesOf, header, npy } from './npy-files.ts';

const write = fileWriter();

describe('an encoding', () => {
  it('unpacks bits as NumPy packs them, the first in the highest', () => {
    // numpy.packbits([1,0,1,0,0,0,0,1, 0,0,0,0,0,0,1,1]) is [161, 3]; sentence-transformers' `binary` takes 128 off each.
    const bits = [1, -1, 1, -1, -1, -1, -1, 1, -1, -1, -1, -1, -1, -1, 1, 1];
    expect(decoded([161, 3], 'ubinary', true)).toEqual(Float32Array.from(bits));
    expect(decoded([33, -125], 'binary', true)).toEqual(Float32Array.from(bits));
  });

  it("keeps Hamming's order: the cosine is 1 − 2·distance/bits", () => {
    const [a, b] = [decoded([0b11110000], 'ubinary', true), decoded([0b11111100], 'ubinary', true)] as [Float32Array, Float32Array];
    expect(a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / 8).toBe(1 - (2 * 2) / 8);
  });

  it('leaves int8 as it is, and floats where none is named', () => {
    expect(decoded([-128, 0, 127], 'int8', true)).toEqual(Float32Array.of(-128, 0, 127));
    expect(decoded([0.5, 2], undefined, false)).toEqual(Float32Array.of(0.5, 2));
  });

  it.each<[readonly number[], VectorEncoding | undefined, boolean, RegExp]>([
    [[1, 2], undefined, true, /encoding: int8/],
    [[1, 256], 'ubinary', true, /holds 256, not a whole number from 0 to 255/],
    [[-1], 'ubinary', true, /holds -1/],
    [[128], 'binary', true, /holds 128, not a whole number from -128 to 127/],
    [[0.25], 'int8', false, /holds 0.25/],
  ])('that does not fit is refused: %j as %s', (values, encoding, whole, reason) => {
    expect(decoded(values, encoding, whole)).toMatch(reason);
  });

  it('is asked for where numbers without a type look like bytes', () => {
    expect(looksQuantised([12, 0, 255, 7, 8, 9, 1, 2])).toBe(true);
    expect(looksQuantised([-3, 0, 12, 7, 8, 9, 1, 2])).toBe(true);
    for (const floats of [
      [1, 0, 0, 0, 0, 0, 0, 0],
      [1, 2],
      [0.5, 2, 3, 4, 5, 6, 7, 8],
      [300, 1, 1, 1, 1, 1, 1, 1],
    ])
      expect(looksQuantised(floats)).toBe(false);
  });
});

const BYTES = [161, 3, 255, 0, 17, 200, 128, 1];
const signed = BYTES.map((byte) => byte - 128);
const expected = (values: readonly number[]) =>
  Float32Array.from(values.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => ((byte >> bit) & 1 ? 1 : -1))));

function arrowFile(name: string, type: 'uint8' | 'int8' | 'fixed' | 'bytes', values: readonly number[]): string {
  const width = values.length;
  const child =
    type === 'int8'
      ? makeData({ type: new Int8(), length: width, data: Int8Array.from(values) })
      : makeData({ type: new Uint8(), length: width, data: Uint8Array.from(values) });
  const item = new Field('item', child.type, false);
  const vector =
    type === 'bytes'
      ? makeData({ type: new FixedSizeBinary(width), length: 1, nullCount: 0, data: Uint8Array.from(values) })
      : type === 'fixed'
        ? makeData({ type: new FixedSizeList(width, item), length: 1, nullCount: 0, child })
        : makeData({ type: new List(item), length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, width), child });
  const [id] = vectorFromArray(['a'], new Utf8()).data;
  if (id === undefined) throw new TypeError('a column has data');
  const fields = [new Field('id', id.type), new Field('vector', vector.type)];
  const batch = new RecordBatch(
    new Schema(fields),
    makeData({ type: new Struct(fields), length: 1, nullCount: 0, children: [id, vector] }),
  );
  return write(name, tableToIPC(new Table([batch]), 'file'));
}

function parquetFile(name: string, element: object, row: unknown): string {
  const schema = [
    { name: 'root', num_children: 2 },
    { name: 'id', type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'OPTIONAL' as const },
    { name: 'vector', converted_type: 'LIST' as const, repetition_type: 'OPTIONAL' as const, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL' as const, ...element },
  ];
  const columnData = [
    { name: 'id', data: ['a'] },
    { name: 'vector', data: [row] },
  ];
  return write(name, new Uint8Array(parquetWriteBuffer({ columnData, schema: schema as never })));
}

const npyFile = (name: string, type: string, values: readonly number[]) =>
  write(name, npy(header(type, `(1, ${values.length})`), Uint8Array.from(values)));
const ids = write('ids.txt', 'a\n');
const npzIds = npy(header('|S1', '(1,)'), Buffer.from('a'));

const FILES: readonly (readonly [format: string, encoding: 'ubinary' | 'binary', path: string])[] = [
  ['JSONL', 'ubinary', write('u.jsonl', `${JSON.stringify({ id: 'a', vector: BYTES })}\n`)],
  ['JSONL', 'binary', write('b.jsonl', `${JSON.stringify({ id: 'a', vector: signed })}\n`)],
  ['npy', 'ubinary', npyFile('u.npy', '|u1', BYTES)],
  ['npy', 'binary', npyFile('b.npy', '|i1', signed)],
  ['npz', 'ubinary', write('u.npz', zipSync({ 'ids.npy': npzIds, 'vectors.npy': npy(header('|u1', '(1, 8)'), Uint8Array.from(BYTES)) }))],
  ['Arrow list', 'ubinary', arrowFile('u.arrow', 'uint8', BYTES)],
  ['Arrow fixed list', 'ubinary', arrowFile('f.arrow', 'fixed', BYTES)],
  ['Arrow list', 'binary', arrowFile('b.arrow', 'int8', signed)],
  ['Arrow bytes', 'ubinary', arrowFile('x.arrow', 'bytes', BYTES)],
  ['Parquet list', 'ubinary', parquetFile('u.parquet', { type: 'INT32', converted_type: 'UINT_8' }, BYTES)],
  ['Parquet list', 'binary', parquetFile('b.parquet', { type: 'INT32', converted_type: 'INT_8' }, signed)],
  ['Parquet list of INT64, as pandas writes it', 'ubinary', parquetFile('i64.parquet', { type: 'INT64' }, BYTES.map(BigInt))],
  ['Parquet list of floats', 'ubinary', parquetFile('f.parquet', { type: 'FLOAT' }, BYTES)],
  ['npy of floats', 'ubinary', write('f4.npy', npy(header('<f4', `(1, ${BYTES.length})`), bytesOf(Float32Array.from(BYTES))))],
  ['npy of floats', 'binary', write('b4.npy', npy(header('<f4', `(1, ${BYTES.length})`), bytesOf(Float32Array.from(signed))))],
];

test.each(FILES)('%s: %s is read as bits where it is declared, and refused where it is not', async (_, encoding, path) => {
  const file = { path, ids };
  const [row] = await collect(readVectorFile({ ...file, encoding }));
  expect(row?.vector).toEqual(expected(BYTES));
  await expect(collect(readVectorFile(file))).rejects.toMatchObject({
    code: 'VECTOR_FILE_MALFORMED',
    message: expect.stringContaining('`encoding: int8`'),
  });
});

test.each(FILES.filter(([, encoding]) => encoding === 'binary'))('%s: declared int8 stays what it is', async (_, __, path) => {
  const [row] = await collect(readVectorFile({ path, ids, encoding: 'int8' }));
  expect(row?.vector).toEqual(Float32Array.from(signed));
});

test('larger whole numbers in .npy are refused as before', async () => {
  await expect(collect(readVectorFile({ path: npyFile('i4.npy', '<i4', [1, 0, 0, 0]), ids }))).rejects.toMatchObject({
    code: 'NPY_MALFORMED',
  });
});
