import { existsSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { openVectorStore, type StoreOptions, type VectorStore } from '../../../src/embed/cache/vector-store.ts';
import { arrowBytes } from '../../../src/formats/arrow.ts';
import { readVectorFile } from '../../../src/formats/vector-file.ts';
import { collect } from '../../formats/files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { entryOf, OTHER_TAG, rowOf, TAG, upTo } from './rows.ts';

const root = temporaryFolder();
let folders = 0;
const newFolder = (): string => join(root, `version${++folders}`, 'vectors');

async function filled(folder: string, count: number, options: StoreOptions = {}): Promise<VectorStore> {
  const store = await openVectorStore(folder, TAG, options);
  for (const i of upTo(count)) await store.append(rowOf(i));
  await store.flush();
  return store;
}

const segments = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.arrow'));

test('what was appended is loaded in ascending id order, from this store and a new one', async () => {
  const folder = newFolder();
  const store = await filled(folder, 25, { segmentRows: 10 });
  expect(segments(folder)).toHaveLength(3);
  const entries = upTo(25).map(entryOf);
  for (const opened of [store, await openVectorStore(folder, TAG)]) {
    expect(opened).toMatchObject({ rows: 25, dimension: 3, tag: TAG });
    const { vectors, truncated, meanTokens } = await opened.load('old', 'document', entries);
    expect(vectors).toMatchObject({ side: 'old', fingerprint: TAG, dimension: 3 });
    expect(vectors.ids.slice(0, 4)).toEqual(['d0', 'd1', 'd10', 'd11']);
    for (const [at, id] of vectors.ids.entries())
      expect(vectors.data.subarray(at * 3, at * 3 + 3)).toEqual(rowOf(Number(id.slice(1))).vector);
    // 0, 3, …, 24 are cut; the mean of 0 … 24 is 12.
    expect({ truncated, meanTokens }).toEqual({ truncated: 9, meanTokens: 12 });
    expect(await opened.facts('document', entries)).toMatchObject({ truncated: 9, meanTokens: 12 });
  }
});

test('any rows in any segments: each text comes back with its vector', async () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
  const vector = fc.array(finite, { minLength: 4, maxLength: 4 }).filter((values) => values.some((value) => value !== 0));
  await fc.assert(
    fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 12 }), async (vectors, segmentRows) => {
      const folder = newFolder();
      const writer = await openVectorStore(folder, TAG, { segmentRows });
      for (const [i, values] of vectors.entries()) await writer.append(rowOf(i, { vector: Float32Array.from(values) }));
      await writer.flush();
      const loaded = await (await openVectorStore(folder, TAG)).load(
        'new',
        'document',
        vectors.map((_, i) => entryOf(i)),
      );
      for (const [at, id] of loaded.vectors.ids.entries())
        expect([...loaded.vectors.data.subarray(at * 4, at * 4 + 4)]).toEqual(vectors[Number(id.slice(1))]);
    }),
    { numRuns: 25 },
  );
});

test('roles are kept apart, and missing names each text once', async () => {
  const store = await openVectorStore(newFolder(), TAG);
  await store.append(rowOf(1, { role: 'query' }));
  const [one, two] = [entryOf(1).textHash, entryOf(2).textHash];
  expect(store.missing('document', [two, one, two])).toEqual([two, one]);
  expect(store.missing('query', [two, one])).toEqual([two]);
  await expect(store.load('old', 'document', [entryOf(1)])).rejects.toMatchObject({
    code: 'STORE_VECTOR_MISSING',
    message: expect.stringContaining('1 of the document texts'),
  });
});

test('two ids of one text share its vector; a text appended again is ignored', async () => {
  const store = await filled(newFolder(), 3);
  await store.append(rowOf(1, { vector: Float32Array.of(9, 9, 9) }));
  expect(store.rows).toBe(3);
  const { vectors } = await store.load('old', 'document', [
    { id: 'b', textHash: entryOf(1).textHash },
    { id: 'a', textHash: entryOf(1).textHash },
  ]);
  expect(vectors.ids).toEqual(['a', 'b']);
  expect([...vectors.data]).toEqual([2, -1, 0.5, 2, -1, 0.5]);
});

test('an unknown token count makes the mean unknown', async () => {
  const store = await filled(newFolder(), 2);
  await store.append(rowOf(2, { tokenCount: null }));
  expect((await store.load('old', 'document', upTo(3).map(entryOf))).meanTokens).toBeNull();
  expect((await store.load('old', 'document', upTo(2).map(entryOf))).meanTokens).toBe(0.5);
});

test('a segment is written when it is full, and when its first row has waited long enough', async () => {
  const folder = newFolder();
  let now = 0;
  const store = await openVectorStore(folder, TAG, { segmentRows: 4, flushAfterMs: 1000, clock: () => now });
  const appendAt = async (i: number, time: number): Promise<number> => {
    now = time;
    await store.append(rowOf(i));
    return existsSync(folder) ? segments(folder).length : 0;
  };
  expect(await appendAt(0, 5000)).toBe(0);
  expect(await appendAt(1, 5999)).toBe(0);
  expect(await appendAt(2, 6000)).toBe(1);
  for (const i of [3, 4, 5]) expect(await appendAt(i, 6001)).toBe(1);
  expect(await appendAt(6, 6001)).toBe(2);
  await store.flush();
  expect(segments(folder)).toHaveLength(2);
});

test('segments carry id, role, text hash, tag, token count, truncated and vector, readable as a table of vectors', async () => {
  const folder = newFolder();
  await filled(folder, 2);
  const [name = ''] = segments(folder);
  expect(await collect(readVectorFile({ path: join(folder, name) }))).toEqual(
    [0, 1].map((i) => ({ id: `d${i}`, tag: TAG, textHash: rowOf(i).textHash, vector: rowOf(i).vector })),
  );
});

test.each([
  ['NaN', { vector: Float32Array.of(1, Number.NaN, 0) }, 'VECTOR_UNUSABLE'],
  ['infinity', { vector: Float32Array.of(1, Infinity, 0) }, 'VECTOR_UNUSABLE'],
  ['all zero', { vector: new Float32Array(3) }, 'VECTOR_UNUSABLE'],
  ['nothing', { vector: new Float32Array() }, 'VECTOR_UNUSABLE'],
  ['another dimension', { vector: Float32Array.of(1, 2) }, 'STORE_DIMENSION_MISMATCH'],
  ['another tag', { tag: OTHER_TAG }, 'STORE_TAG_MISMATCH'],
])('a row of %s is refused on write and leaves nothing', async (_, more, code) => {
  const store = await filled(newFolder(), 1);
  await expect(store.append(rowOf(5, more))).rejects.toMatchObject({ code });
  expect(store.missing('document', [entryOf(5).textHash])).toHaveLength(1);
});

test('no entries, and an id twice, are programming errors', async () => {
  const store = await filled(newFolder(), 2);
  await expect(store.load('old', 'document', [])).rejects.toThrow(RangeError);
  await expect(store.load('old', 'document', [entryOf(1), entryOf(1)])).rejects.toThrow(RangeError);
  await expect(openVectorStore(newFolder(), TAG, { segmentRows: 0 })).rejects.toThrow(RangeError);
  await expect(openVectorStore(newFolder(), TAG, { segmentRows: 100_000 })).rejects.toThrow(RangeError);
});

test('a segment of another version is refused, naming the file', async () => {
  const folder = newFolder();
  await filled(folder, 2);
  const [name = ''] = segments(folder);
  await expect(openVectorStore(folder, OTHER_TAG)).rejects.toMatchObject({
    code: 'STORE_TAG_MISMATCH',
    message: expect.stringContaining(join(folder, name)),
    next: expect.stringContaining('cutover embed'),
  });
});

test('a segment whose rows have another tag than it says is refused on load', async () => {
  const folder = newFolder();
  await filled(folder, 1);
  const { textHash } = rowOf(7);
  const bytes = arrowBytes(
    {
      text_hash: { type: 'bytes', width: 32, data: Buffer.from(textHash, 'hex') },
      role: { type: 'label', dictionary: ['document'], indices: Int32Array.of(0) },
      tag: { type: 'label', dictionary: [OTHER_TAG], indices: Int32Array.of(0) },
      token_count: { type: 'integer', values: [1] },
      truncated: { type: 'flag', values: [false] },
      id: { type: 'text', values: ['x'] },
      vector: { type: 'vector', width: 3, data: Float32Array.of(1, 2, 3) },
    },
    { kind: 'cutover.vectors', schemaVersion: '1', tag: TAG, dimension: '3' },
  );
  writeFileSync(join(folder, `${sha256(bytes).slice(0, 32)}.arrow`), bytes);
  const store = await openVectorStore(folder, TAG);
  await expect(store.load('old', 'document', [entryOf(7)])).rejects.toMatchObject({ code: 'STORE_TAG_MISMATCH' });
});

test('segments of two dimensions in one folder are refused', async () => {
  const [a, b] = [newFolder(), newFolder()];
  await filled(a, 2);
  const other = await openVectorStore(b, TAG);
  await other.append(rowOf(9, { vector: Float32Array.of(1, 2) }));
  await other.flush();
  for (const name of segments(b)) renameSync(join(b, name), join(a, name));
  await expect(openVectorStore(a, TAG)).rejects.toMatchObject({ code: 'STORE_DIMENSION_MISMATCH', message: expect.stringContaining(a) });
});

test.each([
  ['cut in half', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['something else', () => Buffer.from('not an Arrow file, but long enough to be one')],
])('a segment that is %s is refused on open, naming the file', async (_, damage) => {
  const folder = newFolder();
  await filled(folder, 5);
  const file = join(folder, segments(folder)[0] ?? '');
  writeFileSync(file, damage(readFileSync(file)));
  const error = await openVectorStore(folder, TAG).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'STORE_SEGMENT_CORRUPT', message: expect.stringMatching(/[^.]\.$/) });
  expect(error.message.split(file)).toHaveLength(2);
});

test('one flipped bit anywhere never gives a wrong vector', async () => {
  const folder = newFolder();
  await filled(folder, 20);
  const file = join(folder, segments(folder)[0] ?? '');
  const whole = readFileSync(file);
  for (let byte = 0; byte < whole.length; byte += 97) {
    const damaged = Buffer.from(whole);
    damaged[byte] = (damaged[byte] ?? 0) ^ 4;
    writeFileSync(file, damaged);
    const loading = openVectorStore(folder, TAG).then((store) => store.load('old', 'document', upTo(20).map(entryOf)));
    await expect(loading, `byte ${byte}`).rejects.toMatchObject({ code: expect.stringMatching(/^STORE_/) });
  }
});

test('left-overs of killed writers are swept, younger ones and other files stay', async () => {
  const folder = newFolder();
  await filled(folder, 1);
  const [old, young] = ['0d9c3a52', '1d9c3a52'].map((start) => `.a.arrow.${start}-6f0e-4c1b-9a57-2f1f6f2b7c11.part`) as [string, string];
  for (const name of [old, young, 'notes.txt']) writeFileSync(join(folder, name), 'x');
  utimesSync(join(folder, old), 0, 0);
  const store = await openVectorStore(folder, TAG);
  expect(store.rows).toBe(1);
  expect(readdirSync(folder).sort()).toEqual([young, 'notes.txt', ...segments(folder)].sort());
});

test('two stores write the same folder at once and lose nothing', async () => {
  const folder = newFolder();
  const stores = await Promise.all([openVectorStore(folder, TAG, { segmentRows: 7 }), openVectorStore(folder, TAG, { segmentRows: 7 })]);
  await Promise.all(
    stores.map(async (store, s) => {
      for (const i of upTo(40)) await store.append(rowOf(i + 20 * s));
      await store.flush();
    }),
  );
  const store = await openVectorStore(folder, TAG);
  expect(store.rows).toBe(60);
  const { vectors } = await store.load('old', 'document', upTo(60).map(entryOf));
  for (const [at, id] of vectors.ids.entries()) expect(vectors.data[at * 3]).toBe(Number(id.slice(1)) + 1);
});

test('a store sees what another has written since, once asked to look again', async () => {
  const folder = newFolder();
  const store = await filled(folder, 3);
  await filled(folder, 5);
  expect(store.rows).toBe(3);
  await store.refresh();
  expect(store.rows).toBe(5);
  await store.refresh();
  expect((await store.load('old', 'document', upTo(5).map(entryOf))).vectors.data.length).toBe(15);
});

test('a folder that cannot be made is a clear error; once it can, the rows that waited are written', async () => {
  const blocked = join(root, 'blocked');
  const folder = join(blocked, 'vectors');
  const store = await openVectorStore(folder, TAG);
  await store.append(rowOf(1));
  writeFileSync(blocked, 'a file where a folder should be');
  await expect(store.flush()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', next: expect.stringContaining('disk space') });
  await expect(openVectorStore(folder, TAG)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  rmSync(blocked);
  await store.flush();
  expect((await openVectorStore(folder, TAG)).rows).toBe(1);
});
