import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SearchParams } from '../../src/model/search.ts';
import { servingStore } from '../../src/search/databases/registry.ts';
import type { ServingStore } from '../../src/search/databases/serving.ts';
import { pgvector } from '../../src/search/engines/pgvector.ts';
import { NO_SERVER, type RealServer, startServer } from '../live/stores/real-server.ts';
import { OTHER_FINGERPRINT, params, randomSet } from './vectors.ts';

const columns = { id: 'id', vector: 'embedding', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: null, stratum: null };
const documents = randomSet('d', 1200, 32);
const queries = randomSet('q', 20, 32);
const SEARCH: SearchParams = {
  ...params(10),
  pgvector: { index: 'hnsw', type: 'vector', lists: 10, probes: 1, iterativeScan: 'off', maxScanTuples: 20_000 },
};

describe.skipIf(NO_SERVER !== null)(`pgvector of a server${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  let server: RealServer;
  let admin: pg.Pool;
  const opened: ServingStore[] = [];

  beforeAll(async () => {
    server = await startServer();
    admin = new pg.Pool({ connectionString: server.url });
    admin.on('error', () => undefined);
    await admin.query('CREATE EXTENSION vector');
  });
  afterAll(async () => {
    for (const store of opened) await store.close();
    await admin?.end();
    await server?.stop();
  });

  const open = (url = server.url): ServingStore => {
    const spec = { name: 'real', kind: 'postgres', path: null, urlFrom: 'TEST_URL', table: 'chunks', columns, corpus: null };
    const store = servingStore(spec, { env: { TEST_URL: url } }) ?? expect.unreachable('PostgreSQL serves');
    opened.push(store);
    return store;
  };
  const index = (serving: ServingStore, set = documents) => pgvector.open(set, SEARCH, 'kept', { seed: 7, serving });

  test('both versions find the schema missing at the same moment, and both get their table', async () => {
    const serving = open();
    const versions = [documents, { ...documents, fingerprint: OTHER_FINGERPRINT }];
    const made = await Promise.all(versions.map((set) => index(serving, set)));
    expect(made.map(({ loaded }) => loaded)).toEqual([false, false]);
    expect(await serving.drop()).toHaveLength(2);
  });

  test('of two runs at the same time one makes the table, the other waits for it; both find the same', async () => {
    const [one, two] = await Promise.all([index(open()), index(open())]);
    expect([one.loaded, two.loaded].sort()).toEqual([false, true]);
    expect((await one.search(queries, 10)).neighbours).toEqual((await two.search(queries, 10)).neighbours);
    expect(one.servedBy?.library).toContain('PostgreSQL');
    const { rows } = await admin.query(
      "SELECT relpersistence FROM pg_class WHERE relnamespace = 'cutover_scratch'::regnamespace AND relkind = 'r'",
    );
    expect(rows).toEqual([{ relpersistence: 'u' }]);
  });

  test('the settings of one search do not reach the next', async () => {
    const found = await index(open());
    const short = await found.search(queries, 10, 3);
    expect(short.neighbours.filter((row) => row >= 0)).toHaveLength(60);
    expect((await found.search(queries, 10)).neighbours.filter((row) => row >= 0)).toHaveLength(200);
    await found.close();
  });

  test('a user who may not create is told so; the schema alone is enough for one who may create in it', async () => {
    await admin.query("CREATE ROLE searcher LOGIN PASSWORD 'pw-of-searcher'; DROP SCHEMA cutover_scratch CASCADE");
    const url = server.url.replace('postgres:@', 'searcher:pw-of-searcher@');
    await expect(index(open(url))).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
    await admin.query('CREATE SCHEMA cutover_scratch; GRANT USAGE, CREATE ON SCHEMA cutover_scratch TO searcher');
    const serving = open(url);
    const found = await index(serving);
    expect(found.loaded).toBe(false);
    expect(await serving.drop()).toHaveLength(1);
  });
});
