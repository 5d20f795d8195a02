import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Field, FixedSizeList, Float64, List, makeBuilder, Table, tableFromArrays, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrowBytes, type Columns, readArrow, writeArrow } from '../../src/formats/arrow.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { collect, fileWriter } from './files.ts';

const write = fileWriter();
const folder = temporaryFolder();
const table: Columns = {
  hash: { type: 'bytes', width: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  tag: { type: 'label', dictionary: ['unused', 'ü'], indices: Int32Array.of(1, 1, 0) },
  id: { type: 'text', values: ['a', '', 'c€'] },
  tokens: { type: 'integer', values: [7, null, -1] },
  cut: { type: 'flag', values: [true, false, true] },
  score: { type: 'float', data: Float32Array.of(0.5, -1, 3) },
  vector: { type: 'vector', width: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6) },
};

test('every kind of column comes back as written, with the metadata', async () => {
  const file = join(folder, 'deep', 'a.arrow');
  await writeArrow(file, table, { kind: 'test' });
  expect(await collect(readArrow(file))).toEqual([{ firstRow: 0, rows: 3, metadata: { kind: 'test' }, columns: table }]);
});

test('the same columns are the same bytes', () => {
  expect(Buffer.compare(arrowBytes(table, { a: 'b' }), arrowBytes(table, { a: 'b' }))).toBe(0);
});

test('columns of uneven length and empty ones are refused on write', () => {
  const id = { type: 'text', values: ['a', 'b'] } as const;
  expect(() => arrowBytes({ id, score: { type: 'float', data: Float32Array.of(1) } }, {})).toThrow(RangeError);
  expect(() => arrowBytes({ id: { type: 'text', values: [] } }, {})).toThrow(RangeError);
});

test('the head alone is enough for the first columns', async () => {
  const rows = 40_000;
  const bytes = Uint8Array.from({ length: rows * 4 }, (_, i) => i % 251);
  const head: Columns = {
    first: { type: 'bytes', width: 4, data: bytes },
    last: { type: 'vector', width: 8, data: new Float32Array(rows * 8).fill(1) },
  };
  const file = write('head.arrow', arrowBytes(head, {}));
  const [batch] = await collect(readArrow(file, { headBytes: rows * 4 }));
  const first = batch?.columns.first;
  expect(first?.type === 'bytes' && Buffer.compare(first.data, bytes)).toBe(0);
  expect(batch?.columns.last?.type === 'vector' && batch.columns.last.data.at(-1)).toBe(0);
  const [named] = await collect(readArrow(file, { only: ['first'] }));
  expect(Object.keys(named?.columns ?? {})).toEqual(['first']);
});

test('reads what other writers write: several batches, lists of float64, other types left out', async () => {
  const lists = makeBuilder({ type: new List(new Field('item', new Float64())) });
  for (const row of [
    [1, 2],
    [3, 4],
  ])
    lists.append(row as never);
  const fixed = vectorFromArray(
    [
      [5, 6],
      [7, 8],
    ],
    new FixedSizeList(2, new Field('item', new Float64())),
  );
  const one = new Table({ id: vectorFromArray(['a', 'b'], new Utf8()), list: lists.finish().toVector(), fixed });
  const file = write('foreign.arrow', tableToIPC(one.concat(one), 'file'));
  const batches = await collect(readArrow(file));
  expect(batches.map(({ firstRow, rows }) => [firstRow, rows])).toEqual([
    [0, 2],
    [2, 2],
  ]);
  expect(batches[1]?.columns.list).toEqual({ type: 'vector', width: 2, data: Float32Array.of(1, 2, 3, 4) });
  expect(batches[1]?.columns.fixed).toEqual({ type: 'vector', width: 2, data: Float32Array.of(5, 6, 7, 8) });
  const dated = write('dates.arrow', tableToIPC(tableFromArrays({ n: Int32Array.of(1), at: [new Date(0)] }), 'file'));
  expect(Object.keys((await collect(readArrow(dated)))[0]?.columns ?? {})).toEqual(['n']);
});

test('uneven lists and empty cells are refused, naming the column', async () => {
  const lists = makeBuilder({ type: new List(new Field('item', new Float64())) });
  for (const row of [[1, 2], [3]]) lists.append(row as never);
  const uneven = write('uneven.arrow', tableToIPC(new Table({ v: lists.finish().toVector() }), 'file'));
  await expect(collect(readArrow(uneven))).rejects.toThrow('column "v" has lists of 2 and of 1 values');
  const holes = write('holes.arrow', tableToIPC(new Table({ id: vectorFromArray(['a', null], new Utf8()) }), 'file'));
  await expect(collect(readArrow(holes))).rejects.toMatchObject({
    code: 'ARROW_MALFORMED',
    message: expect.stringContaining('"id" has empty cells'),
  });
});

test('a file cut at any place is refused', async () => {
  const bytes = arrowBytes(table, {});
  for (let length = 0; length < bytes.length; length += 61) {
    const file = write('cut.arrow', bytes.subarray(0, length));
    await expect(collect(readArrow(file)), `cut at ${length}`).rejects.toMatchObject({ code: 'ARROW_MALFORMED' });
  }
});

test('the stream format, other formats and missing files are refused', async () => {
  const stream = write('stream.arrow', tableToIPC(tableFromArrays({ n: Int32Array.of(1) }), 'stream'));
  await expect(collect(readArrow(stream))).rejects.toThrow('does not start with ARROW1');
  const source = write('text.arrow', readFileSync(import.meta.filename));
  await expect(collect(readArrow(source))).rejects.toMatchObject({ code: 'ARROW_MALFORMED' });
  await expect(collect(readArrow('/nowhere/a.arrow'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});

test('a stretch of the file overwritten: read, or refused at once', async () => {
  const whole = Buffer.from(arrowBytes(table, { kind: 'test' }));
  const damaged = (start: number, length: number, byte: number) =>
    Buffer.from(whole).fill(byte, start, Math.min(start + length, whole.length));
  const read = async (bytes: Buffer): Promise<string> => {
    const file = write('damaged.arrow', bytes);
    return collect(readArrow(file)).then(
      () => 'read',
      (error: { code?: string }) => error.code ?? String(error),
    );
  };
  const stretch = fc.record({
    start: fc.nat({ max: whole.length - 1 }),
    length: fc.integer({ min: 1, max: 400 }),
    byte: fc.constantFrom(0xff, 0x7f, 0),
  });
  const refused = (start: number, length: number, byte: number) => read(damaged(start, length, byte));
  // The size of the list of a table's fields: believed, it keeps the reader busy for ever.
  const batch = whole.indexOf(Buffer.from([12, 0, 22, 0]));
  expect(batch).toBeGreaterThan(0);
  expect(await refused(batch + 1, 1, 0xff)).toBe('ARROW_MALFORMED');
  await fc.assert(
    fc.asyncProperty(stretch, async ({ start, length, byte }) => {
      expect(['read', 'ARROW_MALFORMED']).toContain(await read(damaged(start, length, byte)));
    }),
    { numRuns: 400 },
  );
});

test.each([
  ['rows of a batch', (bytes: Buffer) => bytes.indexOf(lengthsOf(3, 0))],
  ['values of a column', (bytes: Buffer) => bytes.lastIndexOf(lengthsOf(3, 0))],
])('a damaged count of the %s is told before anything is counted', async (_, place) => {
  const bytes = Buffer.from(arrowBytes({ score: { type: 'float', data: Float32Array.of(1, 2, 3) } }, {}));
  bytes.writeBigInt64LE(2n ** 40n, place(bytes));
  await expect(collect(readArrow(write('counts.arrow', bytes)))).rejects.toMatchObject({
    code: 'ARROW_MALFORMED',
    message: expect.stringContaining('more rows than it has bits'),
  });
});

test.each([
  ['begins before the batch', -8n, 12n],
  ['has less than no bytes', 0n, -12n],
  ['begins where the batch ends', 1n << 20n, 12n],
  ['is longer than the batch', 0n, 1n << 20n],
  ['begins inside of the batch and ends outside', 8n, 16n],
])('a column that %s is told before anything is read', async (_, start, length) => {
  const bytes = Buffer.from(arrowBytes({ score: { type: 'float', data: Float32Array.of(1, 2, 3) } }, {}));
  // The values of the only column: three floats, padded to 16 bytes, which are the whole body.
  const place = bytes.indexOf(lengthsOf(0, 16));
  expect(place).toBeGreaterThan(0);
  bytes.writeBigInt64LE(start, place);
  bytes.writeBigInt64LE(length, place + 8);
  await expect(collect(readArrow(write('outside.arrow', bytes)))).rejects.toMatchObject({
    code: 'ARROW_MALFORMED',
    message: expect.stringContaining('a column leads out of it'),
  });
});

/** A field node: rows, then how many of them are null. A buffer: where it starts, then its bytes. */
function lengthsOf(rows: number, nulls: number): Buffer {
  const node = Buffer.alloc(16);
  node.writeBigInt64LE(BigInt(rows), 0);
  node.writeBigInt64LE(BigInt(nulls), 8);
  return node;
}
