import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { openEmbedder } from '../../../src/embed/registry.ts';
import { parquetRowBytes } from '../../../src/formats/parquet.ts';
import type { VersionSpec } from '../../../src/model/version.ts';
import { bytesOf, header, npy as npyBytes } from '../../formats/npy-files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { embedderContract, TEXTS } from '../contract.ts';
import { context, embedAll, itemsOf, refusal, spec, vectorsOf } from '../support.ts';

const folder = temporaryFolder();
let count = 0;

interface Row {
  readonly id: string;
  readonly vector: readonly number[];
  readonly tag?: string;
  readonly text_hash?: string;
}

function jsonl(rows: readonly Row[]): { path: string } {
  const path = join(folder, `${count++}.jsonl`);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return { path };
}

function matrix(rows: readonly (readonly number[])[]): Uint8Array {
  return npyBytes(header('<f4', `(${rows.length}, ${rows[0]?.length})`), bytesOf(Float32Array.from(rows.flat())));
}

function npy(rows: readonly (readonly number[])[]): { path: string; ids: string } {
  const path = join(folder, `${count++}.npy`);
  writeFileSync(path, matrix(rows));
  writeFileSync(`${path}.ids`, rows.map((_, i) => `t${i}\n`).join(''));
  return { path, ids: `${path}.ids` };
}

/** Ids are padded with zero bytes to the longest, as NumPy does. */
function npz(rows: readonly (readonly number[])[]): { path: string } {
  const path = join(folder, `${count++}.npz`);
  const ids = Buffer.concat(rows.map((_, i) => Buffer.from(`t${i}`.padEnd(3, '\0'))));
  writeFileSync(path, zipSync({ 'ids.npy': npyBytes(header('|S3', `(${rows.length},)`), ids), 'vectors.npy': matrix(rows) }));
  return { path };
}

function parquet(rows: readonly (readonly number[])[]): { path: string } {
  const path = join(folder, `${count++}.parquet`);
  const vectors = rows.map((row) => Float32Array.from(row));
  writeFileSync(path, parquetRowBytes({ id: rows.map((_, i) => `t${i}`) }, 'vector', vectors));
  return { path };
}

function precomputed(rows: readonly Row[], changes: Partial<VersionSpec> = {}): VersionSpec {
  const file = jsonl(rows);
  return spec({ embedder: 'precomputed', vectors: { query: file, document: file }, normalize: false, ...changes });
}

const open = (version: VersionSpec) => openEmbedder(version, context());
const TAG = 'ada 3, 2024-06';

/** Real vectors: those of the bundled model. */
let real: Row[] = [];
let realSpec: VersionSpec;
beforeAll(async () => {
  const embedder = await openEmbedder(spec(), context());
  const vectors = await vectorsOf(embedder, itemsOf(TEXTS));
  await embedder.close();
  real = vectors.map((vector, i) => ({ id: `t${i}`, vector: [...vector], tag: TAG }));
  realSpec = precomputed(real);
});

const NOT_FINITE = [
  [1, 2],
  [Number.NaN, 1],
  [2, 2],
];

/** A version whose vectors of both roles stand in one file without tags. */
function of(file: { path: string; ids?: string }): VersionSpec {
  return spec({ embedder: 'precomputed', vectors: { query: file, document: file }, tag: TAG, normalize: false });
}

embedderContract('precomputed as JSONL', {
  open: (_, kept) => open({ ...realSpec, ...kept }),
  dimension: 384,
  openBroken: () => open(precomputed([{ id: 't0', vector: [1e60, 1], tag: TAG }])),
  brokenCode: 'VECTOR_FILE_MALFORMED',
});

const files: Record<string, { path: string; ids?: string }> = {};
for (const [name, write] of Object.entries({ '.npy': npy, '.npz': npz, Parquet: parquet }))
  embedderContract(`precomputed as ${name}`, {
    open: (_, kept) => {
      files[name] ??= write(real.map(({ vector }) => vector));
      return open({ ...of(files[name]), ...kept });
    },
    dimension: 384,
    openBroken: () => open(of(write(NOT_FINITE))),
    brokenCode: 'VECTOR_FILE_MALFORMED',
  });

describe('the version of precomputed vectors', () => {
  const rows = [
    { id: 'a', vector: [3, 4], tag: TAG },
    { id: 'b', vector: [0, 2], tag: TAG },
  ];
  const untagged = rows.map(({ id, vector }) => ({ id, vector }));

  it('is decided by the tag, from the file or from the spec', async () => {
    const [fromFile, fromSpec, other] = await Promise.all([
      open(precomputed(rows)),
      open(precomputed(untagged, { tag: TAG })),
      open(precomputed(untagged, { tag: 'another' })),
    ]);
    expect(fromFile.version.fingerprint).toBe(fromSpec.version.fingerprint);
    expect(fromFile.version.fingerprint).not.toBe(other.version.fingerprint);
    expect(fromFile.version.verifiable).toBe(false);
    expect(fromFile.version.decides).toEqual({ embedder: 'precomputed', tag: TAG, dimension: 2, normalize: false, dimensions: null });
  });

  it('is the tag itself where that is a fingerprint, unless the vectors are changed on the way', async () => {
    const tag = 'ab'.repeat(32);
    const tagged = [{ id: 'a', vector: [0.6, 0.8], tag }];
    expect((await open(precomputed(tagged))).version.fingerprint).toBe(tag);
    expect((await open(precomputed(tagged, { normalize: true }))).version.fingerprint).toBe(tag);
    expect((await open(precomputed(tagged, { dimensions: 1 }))).version.fingerprint).not.toBe(tag);
    expect((await open(precomputed([{ id: 'a', vector: [3, 4], tag }], { normalize: true }))).version.fingerprint).not.toBe(tag);
  });

  it('is kept apart in the cache when the bytes of a file change', async () => {
    const [before, same, after] = await Promise.all([
      open(precomputed(rows)),
      open(precomputed(rows)),
      open(precomputed([{ id: 'a', vector: [3, 5], tag: TAG }, ...rows.slice(1)])),
    ]);
    expect(before.version.cacheKey).toBe(same.version.cacheKey);
    expect(before.version.fingerprint).toBe(after.version.fingerprint);
    expect(before.version.cacheKey).not.toBe(after.version.cacheKey);
  });

  it('needs a tag, and says what to write', async () => {
    const error = await refusal(open(precomputed(untagged)), 'VECTORS_UNTAGGED');
    expect(error.next).toBe('Write `tag: <name of the version>` into version "v" in /project/version.yaml, or a `tag` beside each vector.');
  });

  it('refuses mixed tags: against the spec, between files, within a file, tagged beside untagged', async () => {
    const other = rows.map((row) => ({ ...row, tag: 'other' }));
    expect((await refusal(open(precomputed(rows, { tag: 'other' })), 'VECTORS_MIXED')).message).toContain(`"a" has tag "${TAG}"`);
    await refusal(open(precomputed([], { vectors: { query: jsonl(rows), document: jsonl(other) } })), 'VECTORS_MIXED');
    for (const [stranger, said] of [
      [other[1], 'tag "other"'],
      [untagged[1], 'no tag'],
    ] as const) {
      const embedder = await open(precomputed([...rows.slice(0, 1), ...(stranger ? [stranger] : [])]));
      const asked = embedAll(embedder, [{ id: 'a', text: 'x' }]);
      expect((await refusal(asked, 'VECTORS_MIXED')).message).toContain(`"b" has ${said}`);
    }
  });

  it('refuses an empty file, no files, and roles of two dimensions', async () => {
    await refusal(open(precomputed([])), 'VECTORS_EMPTY');
    expect((await refusal(open(spec({ embedder: 'precomputed' })), 'VERSION_INCOMPLETE')).message).toContain('vectors');
    const flat = [{ id: 'a', vector: [1], tag: TAG }];
    const vectors = { query: jsonl(flat), document: jsonl(rows) };
    const widths = await refusal(open(precomputed([], { vectors })), 'VECTORS_OF_TWO_WIDTHS');
    expect(widths.message).toContain(`${vectors.query.path} has vectors of 1 dimensions`);
    expect(widths.message).toContain(`${vectors.document.path} of 2`);
    expect(widths.next).toContain('version "v" in /project/version.yaml');
    await refusal(open(precomputed(rows, { dimensions: 3 })), 'VERSION_INVALID');
    await refusal(open(precomputed([], { vectors: { query: { path: join(folder, 'no.jsonl') }, document: jsonl(rows) } })), 'FILE_MISSING');
  });
});

describe('precomputed vectors', () => {
  const rows = [
    { id: 'a', vector: [3, 4], tag: TAG },
    { id: 'b', vector: [0, 2], tag: TAG },
  ];

  it('are found by id, cut and normalised as the version says', async () => {
    const items = [
      { id: 'b', text: '' },
      { id: 'a', text: '' },
    ];
    expect(await vectorsOf(await open(precomputed(rows)), items)).toEqual([Float32Array.of(0, 2), Float32Array.of(3, 4)]);
    expect(await vectorsOf(await open(precomputed(rows, { normalize: true })), items)).toEqual([
      Float32Array.of(0, 1),
      Float32Array.of(0.6, 0.8),
    ]);
    expect(await vectorsOf(await open(precomputed(rows, { dimensions: 1 })), items.slice(1))).toEqual([Float32Array.of(3)]);
  });

  it('are checked without a vector being kept, as embedding them would', async () => {
    const item = (id: string) => ({ id, text: 'x' });
    const embedder = await open(precomputed(rows));
    await embedder.check?.([item('a')], 'document');
    await refusal(Promise.resolve(embedder.check?.([item('a'), item('c')], 'document')), 'VECTORS_MISSING');
    const stale = await open(precomputed(rows.map((row) => ({ ...row, text_hash: sha256('other') }))));
    await refusal(Promise.resolve(stale.check?.([item('a')], 'query')), 'VECTORS_STALE');
    const broken = await open(of(npy(NOT_FINITE)));
    await refusal(Promise.resolve(broken.check?.(itemsOf(['']), 'query')), 'VECTOR_FILE_MALFORMED');
  });

  it('come as they are in a file of which most is wanted, the same ones, and what is wrong is still seen', async () => {
    const item = (id: string, text = id) => ({ id, text });
    const all = [...'abcdef'].map((id, i) => ({ id, vector: [i + 1, 2, 3], tag: TAG, text_hash: sha256(id) }));
    const wanted = [...'fbdac'].map((id) => item(id));
    const version = precomputed(all, { normalize: true });
    const [looked, loaded] = [await open(version), await open(version)];
    await looked.check?.(wanted, 'document');
    const order: number[] = [];
    for await (const { index } of looked.embed(wanted, 'document')) order.push(index);
    expect(order).toEqual([3, 1, 4, 2, 0]);
    expect(await embedAll(looked, wanted, 'document', undefined, [2])).toEqual(await embedAll(loaded, wanted, 'document', undefined, [2]));
    await refusal(embedAll(looked, [...wanted, item('x')]), 'VECTORS_MISSING');
    await refusal(embedAll(looked, [...wanted.slice(1), item('f', 'edited')]), 'VECTORS_STALE');
    await refusal(embedAll(looked, wanted, 'document', AbortSignal.abort()), 'INTERRUPTED');
  });

  it('come from .npy with a file of ids', async () => {
    const file = npy([
      [3, 4],
      [0, 2],
    ]);
    const embedder = await open(spec({ embedder: 'precomputed', vectors: { query: file, document: file }, tag: TAG, normalize: false }));
    expect(await vectorsOf(embedder, itemsOf(['', '']))).toEqual([Float32Array.of(3, 4), Float32Array.of(0, 2)]);
  });

  it('that are missing are counted and named', async () => {
    const items = ['a', 'x1', 'x2', 'x3', 'x4'].map((id) => ({ id, text: '' }));
    const error = await refusal(embedAll(await open(precomputed(rows)), items), 'VECTORS_MISSING');
    expect(error.message).toContain('4 texts, among them "x1", "x2", "x3".');
  });

  it('of another text are refused', async () => {
    const embedder = await open(precomputed(rows.map((row) => ({ ...row, text_hash: sha256('as it was') }))));
    expect(await embedAll(embedder, [{ id: 'a', text: 'as it was' }])).toHaveLength(1);
    expect((await refusal(embedAll(embedder, [{ id: 'a', text: 'edited' }]), 'VECTORS_STALE')).message).toContain('1 text, among them "a"');
  });

  it('that lose everything when cut are refused', async () => {
    const error = await refusal(embedAll(await open(precomputed(rows, { dimensions: 1 })), [{ id: 'b', text: '' }]), 'EMBEDDING_INVALID');
    expect(error.message).toBe('The embedding of document "b" by v is all zero.');
  });
});
