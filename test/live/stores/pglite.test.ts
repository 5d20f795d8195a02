import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlRow, SqlSession } from '../../../src/databases/connection.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import { SqlStore } from '../../../src/live/stores/sql/store.ts';
import type { StoreSpec } from '../../../src/model/store.ts';
import { openLite } from '../../shared/lite.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { columnContract, tableOf } from './column-contract.ts';
import { contents, OLD } from './contract.ts';

const COLUMNS = { id: 'id', vector: 'embedding', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: 'body', stratum: null };

async function withDatabase(folder: string, sql: string): Promise<void> {
  const database = await openLite(folder);
  await database.exec(sql);
  await database.close();
}

function specOf(folder: string, more: Partial<StoreSpec> = {}): StoreSpec {
  return { name: 'lite', kind: 'pglite', path: folder, urlFrom: null, table: 'chunks', columns: COLUMNS, corpus: null, ...more };
}

async function make() {
  const root = temporaryFolder();
  const folder = join(root, 'data');
  await withDatabase(folder, 'CREATE EXTENSION vector; CREATE TABLE chunks (id text PRIMARY KEY, body text, embedding vector(3))');
  return {
    folder,
    open: () => openTable(specOf(folder)),
    destroy: async () => rmSync(root, { recursive: true, force: true }),
  };
}

async function openTable(spec: StoreSpec): Promise<ColumnStore> {
  const store = await openLiveStore(spec, { env: {} });
  return store;
}

describe('a PGlite table', () => {
  let lite: PGlite;
  let made = 0;
  beforeAll(async () => {
    lite = await openLite();
    await lite.exec('CREATE EXTENSION vector');
  });
  afterAll(() => lite.close());

  // In this process, where the test is the other program that writes.
  columnContract(async () => {
    const table = `chunks_${++made}`;
    await lite.exec(`CREATE TABLE ${table} (id text PRIMARY KEY, body text, extra text, embedding vector(3))`);
    const session: SqlSession = {
      query: async (sql, values) => (await lite.query(sql, values === undefined ? undefined : [...values])).rows as SqlRow[],
    };
    const database = { ...session, session: <T>(work: (own: SqlSession) => Promise<T>) => work(session), close: async () => undefined };
    return tableOf({
      table,
      id: 'id',
      vector: 'embedding',
      open: async () => new SqlStore(specOf('', { table }), `PGlite table ${table}`, database, null),
      query: async (sql) => (await lite.query<Record<string, unknown>>(sql)).rows,
      destroy: () => lite.exec(`DROP TABLE ${table}`).then(() => undefined),
    });
  });

  it('belongs to one process at a time', async () => {
    const { folder, open, destroy } = await make();
    const store = await open();
    await expect(openLiveStore(specOf(folder), { env: {} })).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    await store.close();
    await destroy();
  });

  it('says what is missing: table, column, extension; and what the database complains of', async () => {
    const { folder, destroy } = await make();
    const failing = async (more: Partial<StoreSpec>, code: string) => {
      const store = await openLiveStore(specOf(folder, more), { env: {} });
      await expect(contents(store)).rejects.toMatchObject({ code });
      await store.close();
    };
    await failing({ table: 'nowhere' }, 'STORE_TABLE_MISSING');
    await failing({ columns: { ...COLUMNS, vector: 'nothing' } }, 'STORE_COLUMN_MISSING');
    const odd = await openLiveStore(specOf(folder, { columns: { ...COLUMNS, tag: 'id', textHash: 'id' } }), { env: {} });
    const empty = { tag: OLD, vector: new Float32Array() };
    await expect(odd.nearest(empty, 1)).rejects.toMatchObject({
      code: 'STORE_STATEMENT_FAILED',
      message: expect.stringContaining('dimension'),
    });
    await odd.close();
    await withDatabase(folder, 'DROP TABLE chunks; DROP EXTENSION vector');
    await failing({}, 'STORE_EXTENSION_MISSING');
    await destroy();
  });
});
