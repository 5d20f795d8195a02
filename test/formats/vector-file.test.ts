import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { arrowBytes, type Columns } from '../../src/formats/arrow.ts';
import { parquetRowBytes } from '../../src/formats/parquet.ts';
import { readVectorFile } from '../../src/formats/vector-file.ts';
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

const matrixFile = () => Buffer.from(matrix);
const idArray = (type: string, texts: Buffer) => npy(header(type, '(2,)'), texts);
const wide = Buffer.from(Uint32Array.from(['a', 'b'], (text) => text.codePointAt(0) ?? 0).buffer);

test('.npz and Parquet give the same vectors', async () => {
  const files = [
    zipSync({ 'ids.npy': idArray('<U1', wide), 'vectors.npy': matrixFile() }),
    zipSync({ 'vectors.npy': matrixFile(), 'ids.npy': idArray('|S1', Buffer.from('ab')), 'more.npy': matrixFile() }, { level: 9 }),
  ];
  for (const bytes of files) expect(await collect(readVectorFile({ path: write('v.npz', bytes) }))).toEqual(expected);
  const rows = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
  expect(await collect(readVectorFile({ path: write('v.parquet', parquetRowBytes({ id: ['a', 'b'] }, 'vector', rows)) }))).toEqual(
    expected,
  );
  const tagged = parquetRowBytes({ id: ['a', 'b'], tag: ['t', null], text_hash: ['01', null] }, 'vector', rows);
  const found = await collect(readVectorFile({ path: write('t.parquet', tagged) }));
  expect(found.map(({ tag, textHash }) => [tag, textHash])).toEqual([
    ['t', '01'],
    [null, null],
  ]);
});

test('ids of several characters, padded by NumPy, are taken whole', async () => {
  const texts = ['zürich', 'a😀'];
  const cells = texts.map((text) => {
    const points = [...text].map((character) => character.codePointAt(0) ?? 0);
    return Buffer.from(Uint32Array.from({ length: 6 }, (_, i) => points[i] ?? 0).buffer);
  });
  const bytes = zipSync({ 'ids.npy': idArray('<U6', Buffer.concat(cells)), 'vectors.npy': matrixFile() });
  expect((await collect(readVectorFile({ path: write('wide.npz', bytes) }))).map(({ id }) => id)).toEqual(texts);
});

test.each<[string, string, Uint8Array, string, RegExp]>([
  ['no zip file', 'bad.npz', Buffer.from('not a zip'), 'NPY_MALFORMED', /no \.npz file/],
  ['no array of ids', 'bad.npz', zipSync({ 'vectors.npy': matrixFile() }), 'VECTOR_FILE_MALFORMED', /no array "ids"; it has vectors/],
  [
    'ids that are numbers',
    'bad.npz',
    zipSync({ 'ids.npy': matrixFile(), 'vectors.npy': matrixFile() }),
    'NPY_MALFORMED',
    /ids\.npy.*not a list of texts/,
  ],
  [
    'too few ids',
    'bad.npz',
    zipSync({ 'ids.npy': npy(header('|S1', '(1,)'), Buffer.from('a')), 'vectors.npy': matrixFile() }),
    'VECTOR_FILE_MALFORMED',
    /1 ids for 2 vectors/,
  ],
  [
    'a vector that is missing',
    'bad.parquet',
    parquetRowBytes({ id: ['a', 'b'] }, 'vector', [Float32Array.of(1), null]),
    'VECTOR_FILE_MALFORMED',
    /row 1: the vector is empty/,
  ],
  [
    'no column of vectors',
    'bad.parquet',
    parquetRowBytes({ id: ['a'] }, 'embedding', [Float32Array.of(1)]),
    'VECTOR_FILE_MALFORMED',
    /no column "vector"/,
  ],
  ['no Parquet file', 'bad.parquet', Buffer.from('PAR0'), 'PARQUET_MALFORMED', /bad\.parquet/],
])('a file with %s is refused', async (_, name, bytes, code, message) => {
  await expect(collect(readVectorFile({ path: write(name, bytes) }))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
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
  ['an id twice', '{"id":"a","vector":[1]}\n{"id":"a","vector":[2]}', ':2: the id "a" is here a second time'],
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
