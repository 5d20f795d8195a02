import { readdirSync } from 'node:fs';
import { connect } from '@lancedb/lancedb';
import { afterAll, expect, test } from 'vitest';
import type { LancedbParams, SearchParams } from '../../../src/model/search.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import { servingStore } from '../../../src/search/databases/registry.ts';
import type { ServingStore } from '../../../src/search/databases/serving.ts';
import type { SearchIndex } from '../../../src/search/engine.ts';
import { lancedb } from '../../../src/search/engines/lancedb.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { describeEngine, recallOf } from '../contract.ts';
import { params, randomSet, vectorSet } from '../vectors.ts';

const folder = temporaryFolder();
const columns = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: null, stratum: null };
const spec = { name: 'lance', kind: 'lancedb', path: folder, urlFrom: null, table: 'chunks', columns, corpus: null };
const serving: ServingStore = servingStore(spec, { env: {} }) ?? expect.unreachable('LanceDB serves');
afterAll(() => serving.close());

const documents = randomSet('d', 1000, 16);
const queries = randomSet('q', 20, 16);

function search(k: number, more: Partial<LancedbParams> = {}, graph: Partial<SearchParams['hnsw']> = {}): SearchParams {
  const base = params(k);
  return { ...base, hnsw: { ...base.hnsw, ...graph }, lancedb: { index: 'none', nprobes: 20, ...more } };
}

function open(wanted: SearchParams, kept = true, set: VectorSet<'old'> = documents): Promise<SearchIndex<'old'>> {
  return lancedb.open(set, wanted, kept ? 'kept' : null, { seed: 7, serving });
}

const recall = (index: SearchIndex<'old'>, allowed?: Uint8Array) => recallOf(index, { documents, queries, k: 10, allowed });

describeEngine(lancedb, 1, { serving: () => serving, search: { lancedb: { index: 'none', nprobes: 20 } } });

test('each kind of index is built and loses what it loses: more with fewer probes, less with whole vectors compared again', async () => {
  const measured = async (more: Partial<LancedbParams>): Promise<number> => {
    const index = await open(search(10, more));
    const found = await recall(index);
    expect(index.bytes).toBeGreaterThan(1000);
    await index.close();
    return found;
  };
  expect(await measured({ index: 'ivf_flat', partitions: 20, nprobes: 1 })).toBeLessThan(0.8);
  expect(await measured({ index: 'ivf_flat', partitions: 20, nprobes: 20 })).toBe(1);
  const rough = await measured({ index: 'ivf_pq', partitions: 2, subVectors: 4, nprobes: 2 });
  expect(rough).toBeLessThan(0.9);
  expect(await measured({ index: 'ivf_pq', partitions: 2, subVectors: 4, nprobes: 2, refineFactor: 20 })).toBeGreaterThan(rough + 0.05);
  expect(await measured({ index: 'ivf_hnsw_sq', partitions: 1 })).toBeGreaterThan(0.9);
  expect(await measured({ index: 'ivf_hnsw_pq', partitions: 1, subVectors: 4 })).toBeLessThan(0.95);
});

test('says which library served and with which parameters, and how long a query takes', async () => {
  const index = await open(search(10, { index: 'ivf_hnsw_sq', partitions: 1 }, { m: 16, efConstruction: 100, efSearch: 64 }));
  expect(index.servedBy).toEqual({
    library: expect.stringMatching(/^LanceDB 0\.\d+\.\d+$/),
    parameters: { index: 'ivf_hnsw_sq', num_partitions: 1, m: 16, ef_construction: 100, ef: 64, nprobes: 20 },
  });
  expect([...((await index.latencies?.(queries, 10)) ?? [])].filter((milliseconds) => milliseconds > 0)).toHaveLength(20);
  await index.close();
});

test('a table is made once for the same vectors and index, again for others or where it is half made; it is kept apart from what serves', async () => {
  const connection = await connect(folder);
  await connection.createTable('chunks', [{ id: 'd1', vector: [1, 2] }]);
  await serving.drop();
  const flat = { index: 'ivf_flat', partitions: 2 } as const;
  const loaded = async (wanted: SearchParams, set = documents): Promise<boolean | undefined> => {
    const index = await open(wanted, true, set);
    expect((await index.search(queries, 3)).k).toBe(3);
    await index.close();
    return index.loaded;
  };
  const changed = { ...documents, data: documents.data.map((value, i) => (i === 0 ? value + 1 : value)) };
  expect(await loaded(search(10, flat))).toBe(false);
  expect(await loaded(search(5, { ...flat, nprobes: 1 }))).toBe(true);
  expect(await loaded(search(10, { ...flat, partitions: 3 }))).toBe(false);
  expect(await loaded(search(10, flat), changed)).toBe(false);
  const names = await serving.tables();
  expect(names).toHaveLength(3);
  for (const name of names) await (await connection.openTable(name)).delete('row_number = 5');
  expect(await loaded(search(10, flat))).toBe(false);
  await (await open(search(10), false)).close();
  expect(await serving.drop()).toEqual(names);
  expect(readdirSync(folder).filter((name) => name.endsWith('.lance'))).toEqual(['chunks.lance']);
});

test('a filter holds before the search: as many results as match', async () => {
  const few = Uint8Array.from(documents.ids, (_, row) => (row % 40 === 3 ? 1 : 0));
  const most = few.map((bit) => 1 - bit);
  const index = await open(search(10, { index: 'ivf_flat', partitions: 4 }));
  for (const [allowed, rest] of [
    [few, 3],
    [most, null],
  ] as const) {
    const found = (await index.search(queries, 10, undefined, allowed)).neighbours.filter((row) => row >= 0);
    expect(found).toHaveLength(200);
    expect(found.every((row) => (row % 40 === 3) === (rest === 3))).toBe(true);
    expect(await recall(index, allowed)).toBe(1);
  }
  expect((await index.search(queries, 10, undefined, few.fill(0))).neighbours.every((row) => row === -1)).toBe(true);
  await index.close();
});

test('an index that LanceDB does not build is an error of the catalogue, and leaves no table', async () => {
  const before = await serving.tables();
  const refused = { code: 'SEARCH_INDEX_REFUSED', message: expect.stringContaining('ivf_pq') };
  await expect(open(search(1, { index: 'ivf_pq', subVectors: 7 }))).rejects.toMatchObject(refused);
  await expect(open(search(1, { index: 'ivf_pq' }), true, vectorSet('d', [[1, 0]]))).rejects.toMatchObject({
    code: 'SEARCH_INDEX_REFUSED',
    message: expect.stringMatching(/trained on 256 vectors at least, and there are 1; ivf_flat and none take fewer/),
  });
  const enough = await open(search(1, { index: 'ivf_pq', subVectors: 4 }), false, randomSet('d', 256, 16));
  await enough.close();
  expect(await serving.tables()).toEqual(before);
});
