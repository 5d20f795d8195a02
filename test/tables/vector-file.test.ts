import { expect, test } from 'vitest';
import { arrowBytes, type Columns } from '../../src/tables/arrow.ts';
import { readVectorFile } from '../../src/tables/vector-file.ts';
import { collect, fileWriter } from './files.ts';
import { bytesOf, header, npy } from './npy-files.ts';

const write = fileWriter();
const expected = [
  { id: 'a', tag: null, textHash: null, vector: Float32Array.of(1, 2) },
  { id: 'b', tag: null, textHash: null, vector: Float32Array.of(3, 4) },
];
const columns = {
  id: { type: 'text', values: ['a', 'b'] },
  vector: { type: 'vector', width: 2, data: Float32Array.of(1, 2, 3, 4) },
} as const satisfies Columns;
const matrix = npy(header('<f4', '(2, 2)'), bytesOf(Float32Array.of(1, 2, 3, 4)));

test('JSONL, .npy and Arrow give the same vectors', async () => {
  const jsonl = write('v.jsonl', '{"id":"a","vector":[1,2]}\n{"id":"b","vector":[3,4],"more":true}\n');
  expect(await collect(readVectorFile({ path: jsonl }))).toEqual(expected);
  const ids = write('ids.txt', 'a\nb\n');
  expect(await collect(readVectorFile({ path: write('v.npy', matrix), ids }))).toEqual(expected);
  expect(await collect(readVectorFile({ path: write('v.arrow', arrowBytes(columns, {})) }))).toEqual(expected);
});

test('tags and text hashes are taken where a file has them', async () => {
  const jsonl = write('tagged.jsonl', '{"id":"a","vector":[1],"tag":"t","text_hash":"0102"}');
  expect(await collect(readVectorFile({ path: jsonl }))).toEqual([{ id: 'a', tag: 't', textHash: '0102', vector: Float32Array.of(1) }]);
  const tagged: Columns = {
    ...columns,
    version: { type: 'label', dictionary: ['t', 'u'], indices: Int32Array.of(0, 1) },
    text_hash: { type: 'bytes', width: 2, data: Uint8Array.of(1, 2, 3, 4) },
  };
  const rows = await collect(readVectorFile({ path: write('tagged.arrow', arrowBytes(tagged, {})) }));
  expect(rows.map(({ tag, textHash }) => [tag, textHash])).toEqual([
    ['t', '0102'],
    ['u', '0304'],
  ]);
});

test.each([
  ['no object', '3', ':1: the line is not an object'],
  ['no id', '{"vector":[1]}', ':1: "id" is not a text'],
  ['an empty id', '{"id":"","vector":[1]}', ':1: the id is empty'],
  ['a vector of texts', '{"id":"a","vector":["1"]}', ':1: "vector" is not a list of numbers'],
  ['no values', '{"id":"a","vector":[]}', ':1: the vector is empty'],
  ['a null', '{"id":"a","vector":[null]}', ':1: "vector" is not a list of numbers'],
  ['what float32 cannot hold', '{"id":"a","vector":[1e39]}', ':1: the vector has a value that is not a finite float32'],
  ['only zeros', '{"id":"a","vector":[0,-0]}', ':1: the vector is all zero'],
  ['another dimension', '{"id":"a","vector":[1,2]}\n\n{"id":"b","vector":[1]}', ':3: the vector has 1 values, those before it 2'],
  ['an id twice', '{"id":"a","vector":[1]}\n{"id":"a","vector":[2]}', ':2: the id "a" stands here a second time'],
  ['a tag that is no text', '{"id":"a","vector":[1],"tag":1}', ':1: "tag" is not a text'],
  ['a hash that is no text', '{"id":"a","vector":[1],"text_hash":1}', ':1: "text_hash" is not a text'],
])('JSONL with %s is refused at its line', async (_, text, reason) => {
  const path = write('bad.jsonl', text);
  await expect(collect(readVectorFile({ path }))).rejects.toMatchObject({
    code: 'VECTOR_FILE_MALFORMED',
    message: expect.stringContaining(path + reason),
  });
});

test('malformed JSON is refused at its line', async () => {
  const path = write('broken.jsonl', '{"id":"a","vector":[1]}\n{"id":"b","vector":[NaN]}');
  await expect(collect(readVectorFile({ path }))).rejects.toMatchObject({
    code: 'JSON_MALFORMED',
    message: expect.stringContaining(`${path}:2`),
  });
});

test('.npy without ids, or with another count of them, is refused before the first vector', async () => {
  const path = write('m.npy', matrix);
  await expect(collect(readVectorFile({ path }))).rejects.toThrow('name a text file of one id a line');
  const ids = write('short.txt', 'a\n');
  await expect(readVectorFile({ path, ids }).next()).rejects.toThrow('1 ids for the 2 rows');
});

test('.npy with NaN is refused, naming the row and the line of its id', async () => {
  const path = write('nan.npy', npy(header('<f4', '(2, 1)'), bytesOf(Float32Array.of(1, NaN))));
  const ids = write('two.txt', 'a\n\nb\n');
  await expect(collect(readVectorFile({ path, ids }))).rejects.toThrow(`${path}: row 1 (${ids}:3)`);
});

test('Arrow without the columns is refused', async () => {
  const { id, vector } = columns;
  await expect(collect(readVectorFile({ path: write('noid.arrow', arrowBytes({ vector }, {})) }))).rejects.toThrow('no text column "id"');
  await expect(collect(readVectorFile({ path: write('novec.arrow', arrowBytes({ id }, {})) }))).rejects.toThrow('no column "vector"');
});

test('other kinds of file and missing ones are refused', async () => {
  await expect(async () => collect(readVectorFile({ path: 'v.csv' }))).rejects.toMatchObject({ code: 'VECTOR_FILE_FORMAT' });
  await expect(collect(readVectorFile({ path: '/nowhere/v.jsonl' }))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
