import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openLite } from '../../shared/lite.ts';
import { lanceApplication } from '../beside/lance-application.ts';
import { startServer } from '../stores/real-server.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';

export const DOCUMENTS = Array.from({ length: 300 }, (_, n) => ({ id: `d${n}`, text: `note ${n} of the house` }));

/** A row as readers find it. */
export interface Row {
  readonly id: string;
  readonly body: string;
  readonly vector: readonly number[] | null;
  readonly tag: string | null;
  readonly hash: string | null;
}

/** A store whose files are on one disk, and its application. */
export interface Kept {
  /** As the configuration has it. */
  readonly store: string;
  readonly env: Readonly<Record<string, string>>;
  rows(): Promise<readonly Row[]>;
  /** Writes another text into every row. */
  change(word: string): Promise<void>;
  /** Drops the index over the column beside. */
  dropIndex(): Promise<void>;
  /** Free bytes of the first try of a step. */
  readonly least: number;
  close(): Promise<void>;
}

const SCHEMA = `CREATE EXTENSION vector; CREATE TABLE chunks (id text PRIMARY KEY, body text NOT NULL, extra text, embedding vector(8));
  CREATE INDEX ON chunks USING hnsw (embedding vector_cosine_ops)`;
const INSERT =
  'INSERT INTO chunks SELECT id, body, extra, embedding::vector FROM json_to_recordset($1) AS r(id text, body text, extra text, embedding text)';
const RECORDS = DOCUMENTS.map(({ id, text }) => ({
  id,
  body: text,
  extra: `own of ${id}`,
  embedding: JSON.stringify([...vectorOf(text, 'A', 8)]),
}));

type Ask = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** What an application of a table of PostgreSQL does, however it is asked. */
function tableApplication(ask: Ask): Pick<Kept, 'rows' | 'change' | 'dropIndex'> {
  return {
    rows: async () => {
      const text = (value: unknown) => (value == null ? null : String(value));
      return (await ask('SELECT to_jsonb(chunks) AS own FROM chunks')).map(({ own }) => {
        const { id, body, embedding, cutover_tag, cutover_text_hash } = own as Record<string, unknown>;
        const vector = embedding == null ? null : (JSON.parse(String(embedding)) as number[]);
        return { id: String(id), body: String(body), vector, tag: text(cutover_tag), hash: text(cutover_text_hash) };
      });
    },
    change: async (word) => void (await ask(`UPDATE chunks SET body = body || ' ' || $1::text`, [word])),
    dropIndex: async () => void (await ask('DROP INDEX chunks_embedding_idx_next')),
  };
}

const COLUMNS = 'columns: { vector: embedding, text: body }';

/** Makes each kind of store in a folder of a disk. */
export const STORES: Readonly<Record<string, (disk: string) => Promise<Kept>>> = {
  pglite: async (disk) => {
    const folder = join(disk, 'lite');
    const ask: Ask = async (sql, values) => {
      const database = await openLite(folder);
      return (await database.query<Record<string, unknown>>(sql, values).finally(() => database.close())).rows;
    };
    const database = await openLite(folder);
    await database.exec(SCHEMA);
    await database.query(INSERT, [JSON.stringify(RECORDS)]);
    await database.close();
    return {
      store: `{ kind: pglite, path: ${folder}, table: chunks, ${COLUMNS} }`,
      env: {},
      // Without room for its lock file it is not opened, and without 32 MiB it begins no transaction.
      least: 16 * 1024,
      ...tableApplication(ask),
      close: async () => undefined,
    };
  },
  postgres: async (disk) => {
    const server = await startServer();
    const pool = new pg.Pool({ connectionString: server.url });
    pool.on('error', () => undefined);
    const ask: Ask = async (sql, values) => (await pool.query(sql, values)).rows;
    const [at] = await ask('SHOW data_directory');
    const { uid, gid } = statSync(String(at?.data_directory));
    const folder = join(disk, 'space');
    mkdirSync(folder);
    chownSync(folder, uid, gid);
    chmodSync(folder, 0o700);
    const name = new URL(server.url.replace(/\?.*/, '').replace(/@[^/]*/, '@host')).pathname.slice(1);
    await ask(`CREATE TABLESPACE ${name} LOCATION '${folder}'`);
    await ask(`ALTER DATABASE ${name} SET default_tablespace = '${name}'`);
    await pool.end();
    const own = new pg.Pool({ connectionString: server.url });
    own.on('error', () => undefined);
    const asked: Ask = async (sql, values) => (await own.query(sql, values)).rows;
    for (const statement of SCHEMA.split(';')) await asked(statement);
    await asked(INSERT, [JSON.stringify(RECORDS)]);
    return {
      store: `{ kind: postgres, urlFrom: DATABASE_URL, table: chunks, ${COLUMNS} }`,
      env: { DATABASE_URL: server.url },
      least: 0,
      ...tableApplication(asked),
      close: async () => {
        await own.end();
        await server.stop();
        const other = await startServer();
        const client = new pg.Client({ connectionString: other.url });
        await client.connect();
        await client.query(`DROP TABLESPACE ${name}`);
        await client.end();
        await other.stop();
      },
    };
  },
  lancedb: async (disk) => {
    const folder = join(disk, 'lance');
    const application = await lanceApplication(folder, 8);
    await application.insert(
      RECORDS.map(({ embedding, ...row }) => ({ ...row, vector: Float32Array.from(JSON.parse(embedding)), tag: null })),
    );
    await application.index();
    return {
      store: `{ kind: lancedb, path: ${folder}, table: chunks, columns: { text: body } }`,
      env: {},
      rows: async () => (await application.rows()).map((row) => ({ ...row, vector: row.vector === null ? null : [...row.vector] })),
      change: (word) => application.suffix(word),
      dropIndex: () => application.dropIndex('vector_next'),
      least: 0,
      close: async () => undefined,
    };
  },
};
