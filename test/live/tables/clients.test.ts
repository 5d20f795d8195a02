import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { NO_SERVER } from '../stores/real-server.ts';
import { TableProject, type Version } from './table-project.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(ROOT, 'docs/guides/clients.md'), 'utf8');
const DOCUMENTS = Array.from({ length: 40 }, (_, n) => ({ id: String(n), text: `note ${n} of the house` }));

interface Row {
  readonly id: unknown;
  readonly score: unknown;
}

/** What each part of the guide exports. */
interface Guard<Db> {
  live(db: Db): Promise<string>;
  search(db: Db, vector: readonly number[], tag: string): Promise<readonly Row[]>;
  write(db: Db, row: { id: number; body: string; vector: readonly number[]; tag: string }): Promise<unknown>;
}

/** A client of the guide, as the test uses it. */
interface Client {
  readonly name: string;
  live(): Promise<string>;
  search(vector: readonly number[], tag: string): Promise<readonly Row[]>;
  write(row: { id: number; body: string; vector: readonly number[]; tag: string }): Promise<unknown>;
}

/** Prisma's raw queries: a template's values become $1, $2, … of a prepared statement, and are sent as text. */
function prismaRaw(pool: pg.Pool) {
  const run = async (parts: TemplateStringsArray, ...values: readonly unknown[]) =>
    pool.query(
      parts.reduce((sql, part, i) => `${sql}$${i}${part}`),
      [...values],
    );
  return {
    $queryRaw: async (parts: TemplateStringsArray, ...values: readonly unknown[]) => (await run(parts, ...values)).rows,
    $executeRaw: async (parts: TemplateStringsArray, ...values: readonly unknown[]) => (await run(parts, ...values)).rowCount,
  };
}

/** What the guide's class uses of `PGVectorStore`: 136 MB of packages come with the real one. */
const LANGCHAIN = `export class PGVectorStore {
  constructor(embeddings, { pool, tableName }) { this.embeddings = embeddings; this.pool = pool; this.tableName = tableName; }
  get computedTableName() { return this.tableName; }
}
`;

/** The guide's files, where its imports find their packages. */
function write(folder: string): void {
  const files = [...GUIDE.matchAll(/```js\n\/\/ (\S+\.mjs)\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => [name, code] as const);
  expect(files.map(([name]) => name)).toEqual(['pg', 'drizzle', 'kysely', 'prisma', 'langchain'].map((client) => `${client}-guard.mjs`));
  for (const [name, code] of files) writeFileSync(join(folder, name), code);
  const langchain = join(folder, 'node_modules', '@langchain', 'community');
  mkdirSync(join(langchain, 'vectorstores'), { recursive: true });
  for (const name of ['drizzle-orm', 'kysely'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  writeFileSync(
    join(langchain, 'package.json'),
    '{ "name": "@langchain/community", "type": "module", "exports": { "./vectorstores/pgvector": "./vectorstores/pgvector.js" } }',
  );
  writeFileSync(join(langchain, 'vectorstores', 'pgvector.js'), LANGCHAIN);
}

async function clientsOf({ folder, pool }: TableProject): Promise<Client[]> {
  write(folder);
  const load = async <T>(name: string) => (await import(pathToFileURL(join(folder, `${name}-guard.mjs`)).href)) as T;
  const using = async <Db>(name: string, db: Db): Promise<Client> => {
    const guard = await load<Guard<Db>>(name);
    return {
      name,
      live: () => guard.live(db),
      search: (vector, tag) => guard.search(db, vector, tag),
      write: (row) => guard.write(db, row),
    };
  };
  return [
    await using('pg', pool),
    await using('drizzle', drizzle({ client: pool })),
    await using('kysely', new Kysely({ dialect: new PostgresDialect({ pool }) })),
    await using('prisma', prismaRaw(pool)),
    await langChain(pool, await load('langchain')),
  ];
}

interface LangChain {
  live(store: { readonly pool: pg.Pool }): Promise<string>;
  readonly GuardedStore: new (
    embeddings: null,
    config: { readonly pool: pg.Pool; readonly tableName: string },
  ) => {
    tag: string | null;
    readonly pool: pg.Pool;
    similaritySearchVectorWithScore(query: readonly number[], k: number): Promise<[{ id: unknown }, number][]>;
    addVectors(
      vectors: readonly (readonly number[])[],
      documents: readonly { pageContent: string; metadata: object }[],
      options: { ids: readonly number[] },
    ): Promise<void>;
  };
}

function langChain(pool: pg.Pool, { live, GuardedStore }: LangChain): Client {
  const store = new GuardedStore(null, { pool, tableName: 'chunks' });
  return {
    name: 'langchain',
    live: () => live(store),
    search: async (vector, tag) => {
      store.tag = tag;
      return (await store.similaritySearchVectorWithScore(vector, 10)).map(([{ id }, distance]) => ({ id, score: 1 - distance }));
    },
    write: async ({ id, body, vector, tag }) => {
      store.tag = tag;
      await pool.query('DELETE FROM chunks WHERE id = $1', [id]);
      await store.addVectors([vector], [{ pageContent: body, metadata: {} }], { ids: [id] });
    },
  };
}

describe.skipIf(NO_SERVER !== null)(`the guide to clients${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('guards reads and proves writes with pg, Drizzle, Kysely, Prisma and LangChain.js, through the switch', async () => {
    const project = await TableProject.create(
      {
        store:
          '{ live: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks, columns: { id: id, vector: embedding, text: body } } }',
      },
      "CREATE TABLE chunks (id bigint PRIMARY KEY, body text NOT NULL, metadata jsonb NOT NULL DEFAULT '{}', embedding vector(8))",
    );
    try {
      for (const { id, text } of DOCUMENTS)
        await project.pool.query('INSERT INTO chunks (id, body, embedding) VALUES ($1, $2, $3)', [id, text, project.literal(text)]);
      await project.data(DOCUMENTS);
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      const clients = await clientsOf(project);
      const vector = (text: string, version: Version) => [...project.vector(text, version)];
      /** Each client writes a row of its own and finds it first, at once: nothing has to follow. */
      const all = async (version: Version, tag: string) => {
        for (const [i, client] of clients.entries()) {
          const body = `${client.name} wrote under ${version}`;
          expect([client.name, await client.live()]).toEqual([client.name, tag]);
          await client.write({ id: i, body, vector: vector(body, version), tag });
          const [first, ...others] = await client.search(vector(body, version), tag);
          expect([client.name, String(first?.id), others.length]).toEqual([client.name, String(i), 9]);
          expect(Number(first?.score)).toBeCloseTo(1, 5);
        }
      };
      const live = async () => (await project.pool.query('SELECT live FROM cutover_live')).rows[0].live as string;
      const old = await live();
      await all('A', old);
      await project.pass('migrate', 'start', 'live', '-q');
      await project.pass('run', '-q');
      // Statements that a connection has prepared before the switch.
      const connection = await project.pool.connect();
      const everything = () => connection.query({ name: 'all', text: 'SELECT * FROM chunks WHERE id = $1', values: [7] });
      const named = () =>
        connection.query({ name: 'named', text: 'SELECT id, embedding FROM chunks WHERE cutover_tag = $1', values: [old] });
      expect([(await everything()).rows.length, (await named()).rows.length]).toEqual([1, 40]);
      await project.promote();
      expect((await named()).rows).toEqual([]);
      for (const attempt of ['first', 'second']) {
        const failed = await everything().catch(({ message }: Error) => `${attempt}: ${message}`);
        expect(failed).toBe(`${attempt}: cached plan must not change result type`);
      }
      connection.release(true);
      expect((await project.pool.query('SELECT * FROM chunks WHERE id = $1', [7])).rows).toHaveLength(1);
      for (const client of clients) expect(await client.search(vector('note 7 of the house', 'A'), old)).toEqual([]);
      await all('B', await live());
    } finally {
      await project.close();
    }
  }, 120_000);
});
