import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SqlRow, SqlSession } from '../../../src/databases/connection.ts';
import { guardedDatabase } from '../../../src/databases/errors.ts';
import type { PgvectorParams, SearchParams } from '../../../src/model/search.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import { PgvectorStore } from '../../../src/search/databases/pgvector.ts';
import type { ServingStore } from '../../../src/search/databases/serving.ts';
import type { SearchIndex } from '../../../src/search/engine.ts';
import { exact } from '../../../src/search/engines/exact.ts';
import { pgvector } from '../../../src/search/engines/pgvector.ts';
import { openLite } from '../../shared/lite.ts';
import { ask, describeEngine, recallOf } from '../contract.ts';
import { OTHER_FINGERPRINT, params, randomSet } from '../vectors.ts';

const PARAMS: PgvectorParams = { index: 'hnsw', type: 'vector', lists: 10, probes: 1, iterativeScan: 'off', maxScanTuples: 20_000 };

let database: PGlite;
let serving: ServingStore;

beforeAll(async () => {
  database = await openLite();
  await database.exec(
    'CREATE EXTENSION vector; CREATE TABLE chunks (id text); CREATE SCHEMA other; CREATE TABLE other.v_0123456789ab_live (id text)',
  );
  const session: SqlSession = {
    query: async (sql, values) => (await database.query(sql, values === undefined ? undefined : [...values])).rows as SqlRow[],
  };
  const whole = { ...session, session: <T>(work: (of: SqlSession) => Promise<T>) => work(session), close: () => database.close() };
  serving = new PgvectorStore('pglite', 'PGlite in memory', async () => guardedDatabase(whole, 'PGlite in memory', null));
});
afterAll(() => serving.close());

function search(k: number, more: Partial<PgvectorParams> = {}, graph: Partial<SearchParams['hnsw']> = {}): SearchParams {
  const base = params(k);
  return { ...base, hnsw: { ...base.hnsw, ...graph }, pgvector: { ...PARAMS, ...more } };
}

const documents = randomSet('d', 600, 16);
const queries = randomSet('q', 20, 16);

function open(wanted: SearchParams, kept = true, set: VectorSet<'old'> = documents): Promise<SearchIndex<'old'>> {
  return pgvector.open(set, wanted, kept ? 'kept' : null, { seed: 7, serving });
}

const recall = (index: SearchIndex<'old'>, k = 10, efSearch?: number) => recallOf(index, { documents, queries, k, efSearch });

describeEngine(pgvector, 0.97, { serving: () => serving, search: { pgvector: PARAMS }, capped: true });

test('a table is made once for the same vectors and index, and again for others; it is kept apart from what serves', async () => {
  const seen: boolean[] = [];
  const changed = { ...documents, data: documents.data.map((value, i) => (i === 0 ? value + 1 : value)) };
  for (const [wanted, set] of [
    [search(10), documents],
    [search(10), documents],
    [search(5, {}, { efSearch: 60 }), documents],
    [search(10, {}, { m: 8 }), documents],
    [search(10), changed],
    [search(10), { ...documents, fingerprint: OTHER_FINGERPRINT }],
  ] as const) {
    const index = await open(wanted, true, set);
    seen.push(index.loaded ?? false);
    await index.close();
  }
  expect(seen).toEqual([false, true, true, false, false, false]);
  const names = await serving.tables();
  expect(names).toHaveLength(4);
  expect(names.every((name) => /^cutover_scratch\.v_[0-9a-f]{12}_[0-9a-f]{16}$/.test(name))).toBe(true);
  await (await open(search(10), false)).close();
  expect(await serving.drop()).toEqual(names);
  expect(await serving.tables()).toEqual([]);
  const left = await database.query<{ name: string }>(
    "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace >= 16384 OR relname = 'chunks'",
  );
  expect(left.rows.map(({ name }) => name).sort()).toEqual(['chunks', 'other.v_0123456789ab_live']);
});

test('a table that a crash left half made, or emptied, is made again', async () => {
  await (await open(search(10))).close();
  const [name = ''] = await serving.tables();
  for (const damage of [
    `COMMENT ON TABLE ${name} IS NULL`,
    `TRUNCATE ${name}`,
    `UPDATE pg_index SET indisvalid = false WHERE indrelid = '${name}'::regclass`,
  ]) {
    await database.exec(damage);
    const index = await open(search(10));
    expect(index.loaded).toBe(false);
    expect(await recall(index)).toBeGreaterThan(0.9);
    await index.close();
  }
});

test('efSearch takes effect, and no query finds more than it', async () => {
  const index = await open(search(10, {}, { m: 4, efConstruction: 16, efSearch: 10 }));
  const [low, high] = [await recall(index), await recall(index, 10, 1000)];
  expect(high).toBeGreaterThan(low + 0.1);
  const { neighbours } = await index.search(queries, 50, 20);
  expect(neighbours.subarray(0, 50).filter((row) => row >= 0)).toHaveLength(20);
  expect(index.bytes).toBeGreaterThan(documents.ids.length * 16 * 4);
  expect(index.servedBy?.library).toMatch(/^pgvector 0\.\d+\.\d+, PostgreSQL \d+\.\d+$/);
  expect(index.servedBy?.parameters).toEqual({ index: 'hnsw', type: 'vector', m: 4, ef_construction: 16, ef_search: 10 });
  expect([...((await index.latencies?.(queries, 10)) ?? [])].filter((milliseconds) => milliseconds > 0)).toHaveLength(20);
  await index.close();
});

test('ivfflat loses what is in lists that are not looked into; without an index nothing is lost', async () => {
  const few = await open(search(10, { index: 'ivfflat', lists: 30, probes: 1 }));
  const all = await open(search(10, { index: 'ivfflat', lists: 30, probes: 30 }));
  const none = await open(search(10, { index: 'none' }));
  expect([few.loaded, all.loaded]).toEqual([false, true]);
  expect(await recall(few)).toBeLessThan(0.8);
  expect(await recall(all)).toBe(1);
  expect(await recall(none)).toBe(1);
  expect([few.servedBy?.parameters, none.servedBy?.parameters]).toEqual([
    { index: 'ivfflat', type: 'vector', lists: 30, probes: 1 },
    { index: 'none', type: 'vector' },
  ]);
  expect(none.bytes).toBeNull();
  for (const index of [few, all, none]) await index.close();
});

test('half precision is rounded in the table, and scores are those of the whole vectors', async () => {
  const index = await open(search(10, { type: 'halfvec', index: 'none' }));
  const full = await exact.open(documents, params(10), null, { seed: 7 });
  expect((await index.search(queries, 10)).scores[0]).toBe((await full.search(queries, 10)).scores[0]);
  expect(await recall(index)).toBeGreaterThan(0.95);
  await index.close();
  await full.close();
});

test('a filter holds as WHERE: the graph leaves a search short, an iterative scan goes on', async () => {
  const allowed = Uint8Array.from(documents.ids, (_, row) => (row % 40 === 3 ? 1 : 0));
  const count = async (more: Partial<PgvectorParams>): Promise<number> => {
    const index = await open(search(10, more));
    const { neighbours } = await index.search(queries, 10, undefined, allowed);
    await index.close();
    const found = neighbours.filter((row) => row >= 0);
    expect(found.every((row) => row % 40 === 3)).toBe(true);
    return found.length;
  };
  expect(await count({})).toBeLessThan(120);
  expect(await count({ iterativeScan: 'strict_order' })).toBe(200);
  expect(await count({ index: 'none' })).toBe(200);
});

test('too many dimensions for the index are refused; half precision and no index take more', async () => {
  const wide = randomSet('d', 3, 2001);
  await expect(open(search(1), true, wide)).rejects.toMatchObject({
    code: 'SEARCH_DIMENSION_LIMIT',
    message: expect.stringContaining('2000'),
  });
  for (const more of [{ type: 'halfvec' }, { index: 'none' }] as const) {
    const index = await open(search(1, more), false, wide);
    expect([...(await index.search({ ...wide, ids: wide.ids.slice(0, 1), data: wide.data.slice(0, 2001) }, 1)).neighbours]).toEqual([0]);
    await index.close();
  }
});

test('parameters that pgvector refuses are an error of the catalogue, and leave no table that counts', async () => {
  const before = (await serving.tables()).length;
  await expect(open(search(1, {}, { m: 50, efConstruction: 20 }))).rejects.toMatchObject({
    code: 'SEARCH_INDEX_REFUSED',
    message: expect.stringContaining('ef_construction'),
  });
  expect((await serving.tables()).length).toBe(before);
});

test('without a database, or with one of another kind, the engine says what it needs', async () => {
  await expect(ask(pgvector, documents, queries, search(1))).rejects.toMatchObject({ code: 'SEARCH_STORE_UNFIT' });
});

test('a server whose planner may not use the index, that lacks the kind of index, or the extension', async () => {
  await (await open(search(10))).close();
  await database.exec('SET enable_indexscan = off');
  await expect(open(search(10))).rejects.toMatchObject({ code: 'SEARCH_INDEX_UNUSED' });
  await database.exec('RESET enable_indexscan');
  await database.exec("UPDATE pg_am SET amname = 'gone' WHERE amname = 'hnsw'");
  await expect(open(search(10))).rejects.toMatchObject({ code: 'SEARCH_ENGINE_LACKS' });
  await database.exec(
    "UPDATE pg_am SET amname = 'hnsw' WHERE amname = 'gone'; UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'",
  );
  for (const more of [{ type: 'halfvec' }, { iterativeScan: 'strict_order' }] as const)
    await expect(open(search(10, more))).rejects.toMatchObject({ code: 'SEARCH_ENGINE_LACKS' });
  await database.exec('DROP EXTENSION vector CASCADE');
  await expect(open(search(10))).rejects.toMatchObject({ code: 'STORE_EXTENSION_MISSING' });
});
