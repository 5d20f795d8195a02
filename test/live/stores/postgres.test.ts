import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import type { StoreSpec } from '../../../src/model/store.ts';
import { columnContract, type MadeTable, tableOf } from './column-contract.ts';
import { contents, NEW, OLD } from './contract.ts';
import { NO_SERVER, type RealServer, startServer } from './real-server.ts';

const COLUMNS = { id: 'Id of "it"', vector: 'the vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: 'body', stratum: null };

describe.skipIf(NO_SERVER !== null)(`a PostgreSQL table${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  let server: RealServer;
  let admin: pg.Pool;
  let made = 0;

  beforeAll(async () => {
    server = await startServer();
    admin = new pg.Pool({ connectionString: server.url });
    admin.on('error', () => undefined);
    await admin.query('CREATE EXTENSION IF NOT EXISTS vector');
    await admin.query('CREATE SCHEMA IF NOT EXISTS "My Schema"');
  }, 120_000);
  afterAll(async () => {
    await admin?.end();
    await server?.stop();
  });

  const specOf = (table: string, more: Partial<StoreSpec> = {}): StoreSpec => ({
    name: 'real',
    kind: 'postgres',
    path: null,
    urlFrom: 'TEST_URL',
    table,
    columns: COLUMNS,
    corpus: null,
    ...more,
  });
  const open = async (spec: StoreSpec, url = server.url): Promise<ColumnStore> => {
    const store = await openLiveStore(spec, { env: { TEST_URL: url } });
    return store;
  };

  async function make(type = 'vector(3)'): Promise<MadeTable & { readonly spec: StoreSpec }> {
    const bare = `Chunks ${++made}`;
    const table = `"My Schema"."${bare}"`;
    await admin.query(`CREATE TABLE ${table} ("Id of ""it""" text PRIMARY KEY, body text, extra text, "the vector" ${type})`);
    const spec = specOf(`My Schema.${bare}`);
    const written = tableOf({
      table,
      id: '"Id of ""it"""',
      vector: '"the vector"',
      open: () => open(spec),
      query: async (sql) => (await admin.query(sql)).rows,
      destroy: async () => {
        await admin.query(`DROP TABLE ${table} CASCADE`);
      },
    });
    return { ...written, spec };
  }

  columnContract(() => make());

  const many = (table: string, rows: number) =>
    admin.query(
      `INSERT INTO ${table} SELECT 'd' || n, 'text of d' || n, 'extra of d' || n, ARRAY[n, 0, 0]::vector FROM generate_series(1, ${rows}) n`,
    );

  it('runs the very statements that it shows', async () => {
    const { open: opened, table } = await make();
    await many(table, 1);
    const store = await opened();
    const { statements } = await store.planTagging();
    expect(statements[0]).toContain('lock_timeout');
    for (const sql of statements) await admin.query(sql);
    expect(await store.planTagging()).toMatchObject({ statements: [], ready: true });
    await store.close();
  });

  it('reads one moment while others write', async () => {
    const { open: opened, table } = await make();
    const store = await opened();
    await many(table, 4_500);
    let rows = 0;
    for await (const { ids } of store.read()) {
      if (rows === 0) await admin.query(`DELETE FROM ${table}`);
      rows += ids.length;
    }
    expect(rows).toBe(4_500);
    expect(await contents(store)).toEqual([]);
    await store.close();
  });

  it('stops reading when nobody wants more', async () => {
    const { open: opened, table } = await make();
    const store = await opened();
    await many(table, 4_500);
    for await (const { ids } of store.read()) {
      expect(ids).toHaveLength(2_000);
      break;
    }
    expect((await store.counts()).get(null)).toBe(4_500);
    await store.close();
  });

  it('takes halves, and vectors of any dimension', async () => {
    for (const type of ['halfvec(3)', 'vector']) {
      const { open: opened, table } = await make(type);
      await admin.query(`INSERT INTO ${table} VALUES ('d1', 'text of d1', 'extra of d1', '[0.25,0,1]')`);
      const store = await opened();
      await store.prepareTagging();
      await store.tagRows([{ id: 'd1', textHash: sha256('text of d1') }], OLD);
      expect((await contents(store))[0]).toBe('d1 a 0.25,0,1');
      expect((await store.nearest({ tag: OLD, vector: Float32Array.of(0, 0, 1) }, 3)).hits.map(({ id }) => id)).toEqual(['d1']);
      await store.close();
    }
  });

  it('lets one of two connections append and hold the lock', async () => {
    const { open: opened, spec } = await make();
    const [one, two] = [await opened(), await open(spec)];
    await one.prepareTagging();
    const both = await Promise.allSettled([one.ledger.append('{"by":1}', 1, OLD), two.ledger.append('{"by":2}', 1, NEW)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'LEDGER_MOVED' } });
    await one.ledger.exclusively(async () => {
      await expect(two.ledger.exclusively(async () => 1)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    });
    expect(await two.ledger.exclusively(async () => 2)).toBe(2);
    await Promise.all([one.close(), two.close()]);
  });

  it('waits for nobody for long: a table that others hold is said to be held, and nothing is changed', async () => {
    const { open: opened, table } = await make();
    const store = await opened();
    const other = await admin.connect();
    await other.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
    await expect(store.prepareTagging()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await other.query('ROLLBACK');
    other.release();
    expect((await store.planTagging()).statements.some((sql) => sql.includes('ADD COLUMN'))).toBe(true);
    await store.close();
  });

  /** Three rows, and a column beside that is still empty. */
  async function withNext() {
    const { open: opened, table } = await make();
    await many(table, 3);
    const store = await opened();
    await store.prepareTagging();
    await store.ledger.append('{}', 1, OLD);
    await store.addNext({ current: OLD, next: NEW }, 3, { line: '{}', seq: 2 });
    return { store, table };
  }

  it('holds nobody up while it waits for a vacuum', async () => {
    const { store, table } = await withNext();
    const vacuum = await admin.connect();
    await vacuum.query(`BEGIN; LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`);
    const switched = store.exchange({ current: NEW, next: OLD }, { line: '{}', seq: 3 });
    const waits = `SELECT 1 FROM pg_locks WHERE relation = '${table}'::regclass AND NOT granted`;
    while ((await admin.query(waits)).rowCount === 0) await wait(5);
    const application = await admin.connect();
    await application.query("SET lock_timeout = '1ms'");
    expect((await application.query(`UPDATE ${table} SET body = body || '!'`)).rowCount).toBe(3);
    await vacuum.query('ROLLBACK');
    await switched;
    expect(await store.sides()).toEqual({ current: NEW, next: OLD });
    for (const client of [vacuum, application]) client.release();
    await store.close();
  });

  const idsIn = async (store: ColumnStore, place: 'current' | 'next') => {
    const found: string[] = [];
    for await (const { ids } of store.read({ place })) found.push(...ids);
    return found;
  };

  it('finds nothing to do where the column beside is dropped between a look at the catalogue and the statement', async () => {
    const { store, table } = await withNext();
    expect(await store.pending({ place: 'next', tag: NEW }, null, 9)).toHaveLength(3);
    const other = await admin.connect();
    await other.query(`BEGIN; ALTER TABLE ${table} DROP COLUMN "the vector_next"`);
    const found = idsIn(store, 'next');
    const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cutover' AND wait_event_type = 'Lock'`;
    await expect.poll(async () => (await other.query(waiting)).rows[0].n, { timeout: 20_000 }).toBe(1);
    await other.query('COMMIT');
    other.release();
    expect(await found).toEqual([]);
    expect(await idsIn(store, 'current')).toHaveLength(3);
    expect(await store.pending({ place: 'next', tag: NEW }, null, 9)).toEqual([]);
    expect(await store.pendingCount({ place: 'next', tag: NEW })).toEqual({ rows: 0, withoutText: 0 });
    await store.close();
  });

  it('keeps the vector of a row that leaves the store before its live one is made', async () => {
    await admin.query(`CREATE TABLE left_early (id text PRIMARY KEY, body text, embedding vector(3), gone boolean NOT NULL DEFAULT false)`);
    const store = await open(specOf('left_early', { where: 'NOT gone', columns: { ...COLUMNS, id: 'id', vector: 'embedding' } }));
    await store.prepareTagging();
    await admin.query(`INSERT INTO left_early VALUES ('a', 'text of a', '[1,0,0]')`);
    await store.tagRows([{ id: 'a', textHash: sha256('text of a') }], OLD);
    await store.ledger.append('{}', 1, OLD);
    await store.addNext({ current: OLD, next: NEW }, 3, { line: '{}', seq: 2 });
    await store.exchange({ current: NEW, next: OLD }, { line: '{}', seq: 3 });
    const row = async () =>
      (await admin.query('SELECT embedding::text AS live, cutover_tag AS tag, embedding_next::text AS beside FROM left_early')).rows;
    // To take away what is still to be made changes nothing.
    await admin.query('UPDATE left_early SET embedding = NULL');
    expect(await row()).toEqual([{ live: null, tag: null, beside: '[1,0,0]' }]);
    await admin.query('UPDATE left_early SET gone = true');
    expect(await store.mirror(9)).toBe(1);
    expect(await row()).toEqual([{ live: '[1,0,0]', tag: OLD, beside: '[1,0,0]' }]);
    expect(await store.mirror(9)).toBe(0);
    await store.dropNext(NEW, { line: '{}', seq: 4 });
    await admin.query('UPDATE left_early SET gone = false');
    expect(await store.pending({ place: 'current', tag: NEW }, null, 9)).toHaveLength(1);
    await store.close();
  });

  it('keeps the only vector of a row that nobody has proved, and drops no column with one', async () => {
    await admin.query(`CREATE TABLE unproved (id text PRIMARY KEY, body text, embedding vector(3), gone boolean NOT NULL DEFAULT false)`);
    const store = await open(specOf('unproved', { where: 'NOT gone', columns: { ...COLUMNS, id: 'id', vector: 'embedding' } }));
    const rows = async () =>
      (await admin.query('SELECT id, embedding::text AS live, embedding_next::text AS beside FROM unproved ORDER BY id')).rows.map(
        ({ id, live, beside }) => `${id} ${live} ${beside}`,
      );
    await store.prepareTagging();
    await store.ledger.append('{}', 1, OLD);
    await store.addNext({ current: OLD, next: NEW }, 3, { line: '{}', seq: 2 });
    await admin.query(`INSERT INTO unproved VALUES ('a', 'text of a', '[1,0,0]'), ('b', 'text of b', '[0,1,0]')`);
    await store.exchange({ current: NEW, next: OLD }, { line: '{}', seq: 3 });
    // One leaves the store before its live vector is made, one leaves it with another text; the first comes back.
    await admin.query(`UPDATE unproved SET gone = true WHERE id = 'a'`);
    await admin.query(`UPDATE unproved SET gone = true, body = 'another' WHERE id = 'b'`);
    expect(await rows()).toEqual(['a null [1,0,0]', 'b null [0,1,0]']);
    await admin.query(`UPDATE unproved SET gone = false WHERE id = 'a'`);
    await expect(store.dropNext(NEW, { line: '{}', seq: 4 })).rejects.toMatchObject({
      code: 'MIGRATION_REFUSED',
      message: expect.stringContaining('2 rows (a, b) would lose the vector beside, and have no other one'),
    });
    expect(await store.mirror(9)).toBe(1);
    expect(await rows()).toEqual(['a null [1,0,0]', 'b [0,1,0] [0,1,0]']);
    const [pending] = await store.pending({ place: 'current', tag: NEW }, null, 9);
    expect(pending?.id).toBe('a');
    await store.place('current', { current: NEW, next: OLD }, [
      { key: ['a'], textHash: sha256('text of a'), vector: Float32Array.of(0, 0, 1), isProof: false },
    ]);
    await store.dropNext(NEW, { line: '{}', seq: 4 });
    expect(await contents(store)).toEqual(['a b 0,0,1']);
    await store.close();
  });

  it('reads the strata off partitions', async () => {
    await admin.query(`CREATE TABLE parted (id text, body text, embedding vector(3), day int) PARTITION BY LIST (day)`);
    for (const day of [1, 2]) await admin.query(`CREATE TABLE parted_${day} PARTITION OF parted FOR VALUES IN (${day})`);
    await admin.query(`INSERT INTO parted VALUES ('a', '', '[1,0,0]', 1), ('b', '', '[1,0,0]', 2)`);
    const store = await open(specOf('parted', { columns: { ...COLUMNS, id: 'id', vector: 'embedding' } }));
    const strata: string[] = [];
    for await (const batch of store.read()) strata.push(...batch.strata);
    expect(strata.sort()).toEqual(['parted_1', 'parted_2']);
    await store.close();
  });

  it('says what is wrong with a connection, and never what is in its string', async () => {
    const { spec } = await make();
    const failing = async (url: string): Promise<Error & { code: string }> => {
      const store = await open(spec, url);
      return contents(store).then(
        () => expect.unreachable('it must fail'),
        (error: Error & { code: string }) => error,
      );
    };
    const unreachable = await failing('postgresql://someone:s3cret-word@127.0.0.1:1/none');
    expect(unreachable.code).toBe('STORE_UNREACHABLE');
    expect(JSON.stringify([unreachable.message, unreachable.stack, unreachable.cause ?? null])).not.toMatch(/s3cret-word/);
    await admin.query("CREATE ROLE nobody_here LOGIN PASSWORD 'pw-of-nobody'");
    const forbidden = await failing(server.url.replace('postgres:@', 'nobody_here:pw-of-nobody@'));
    expect(forbidden.code).toBe('STORE_FORBIDDEN');
    expect(forbidden.message).not.toContain('pw-of-nobody');
    await expect(openLiveStore(spec, { env: {} })).rejects.toMatchObject({ code: 'STORE_URL_MISSING' });
  });

  it('says so where the database has no pgvector', async () => {
    await admin.query('CREATE DATABASE bare');
    const url = server.url.replace(/\/\w+\?/, '/bare?');
    expect(url).not.toBe(server.url);
    const store = await open(specOf('chunks'), url);
    await expect(contents(store)).rejects.toMatchObject({ code: 'STORE_EXTENSION_MISSING' });
    await store.close();
  });
});
