import { describe, expect, it } from 'vitest';
import { commandsOf, shellBlocks } from '../../docs/shell-blocks.ts';
import { NO_SERVER } from '../stores/real-server.ts';
import { TableProject } from './table-project.ts';

const PAGE = 'docs/guides/tags-and-rollback.md';
const KIND = 'kind: postgres, urlFrom: DATABASE_URL';
const DOCS = '11111111-1111-4111-a111-111111111111';
const [NEW, REWRITTEN] = ['a brand new article', 'completely rewritten text about zebras'];
const textOf = (n: number) => `article ${n} about ${['refunds', 'invoices', 'passwords', 'shipping'][n % 4]}, note ${n % 17}`;

interface Layout {
  readonly name: string;
  readonly schema: string;
  readonly store: string;
  readonly table: string;
  readonly text: string;
  readonly where?: string;
  insert(project: TableProject, text: string, n: number): Promise<unknown>;
  /** What must hold at every stage. */
  readonly always?: (project: TableProject) => Promise<void>;
}

/** On such a table searches were once emptied, what was written was dropped, and what was deleted came back. */
const LAYOUTS: readonly Layout[] = [
  {
    name: "an application's, with tenants, soft deletes, foreign keys, a publication and a view chunks_live of its own",
    schema: `CREATE TABLE chunks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL, content text NOT NULL, metadata jsonb NOT NULL DEFAULT '{}', embedding vector(8), title_embedding vector(8), created_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz);
      CREATE INDEX chunks_embedding_idx ON chunks USING hnsw (embedding vector_cosine_ops); CREATE INDEX chunks_tenant_idx ON chunks (tenant_id);
      CREATE TABLE citations (id bigserial PRIMARY KEY, chunk_id uuid NOT NULL REFERENCES chunks(id) ON DELETE CASCADE);
      CREATE PUBLICATION p FOR TABLE chunks; CREATE VIEW chunks_live AS SELECT id, tenant_id, content FROM chunks WHERE deleted_at IS NULL`,
    store: `{ chunks: { ${KIND}, table: public.chunks, columns: { id: id, vector: embedding, text: content }, where: "deleted_at IS NULL" } }`,
    table: 'chunks',
    text: 'content',
    where: 'deleted_at IS NULL',
    insert: (project, text, n) =>
      project.pool.query(
        `WITH made AS (INSERT INTO chunks (tenant_id, content, metadata, embedding, title_embedding, deleted_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id)
         INSERT INTO citations (chunk_id) SELECT id FROM made`,
        [
          (n % 4) + 1,
          text,
          { source: `kb/${n}.md` },
          n % 20 === 13 ? null : project.literal(text),
          project.literal(`title ${n}`),
          n % 20 === 7 ? new Date(0) : null,
        ],
      ),
    always: async ({ pool }) => {
      // Each tenant sees its rows, the view is the application's, and published rows can be changed.
      const { rows } = await pool.query('SELECT tenant_id, count(*)::int AS n FROM chunks_live GROUP BY 1 ORDER BY 1');
      expect(rows.every(({ n }) => n >= 14)).toBe(true);
      expect(rows).toHaveLength(4);
      expect((await pool.query('UPDATE chunks SET metadata = metadata WHERE tenant_id = 1')).rowCount).toBeGreaterThanOrEqual(14);
      expect((await pool.query(`SELECT count(*)::int AS n FROM chunks WHERE title_embedding IS NULL OR metadata = '{}'`)).rows).toEqual([
        { n: 0 },
      ]);
    },
  },
  {
    name: "LangChain's, one collection of two",
    schema: `CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection(uuid) ON DELETE CASCADE, embedding vector, document varchar, cmetadata jsonb);
      CREATE INDEX docs_hnsw ON langchain_pg_embedding USING hnsw ((embedding::vector(8)) vector_cosine_ops) WHERE collection_id = '${DOCS}';
      INSERT INTO langchain_pg_collection VALUES ('${DOCS}','docs',null), ('22222222-2222-4222-a222-222222222222','tickets',null);
      INSERT INTO langchain_pg_embedding SELECT 't' || n, '22222222-2222-4222-a222-222222222222', '[1,2,3]', 'ticket ' || n, '{}' FROM generate_series(1, 9) n`,
    store: `{ chunks: { ${KIND}, table: langchain_pg_embedding, columns: { vector: embedding, text: document }, where: "collection_id = '${DOCS}'" } }`,
    table: 'langchain_pg_embedding',
    text: 'document',
    where: `collection_id = '${DOCS}'`,
    insert: (project, text, n) =>
      project.pool.query(
        'INSERT INTO langchain_pg_embedding VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET document = EXCLUDED.document',
        [`d${n}`, DOCS, project.literal(text), text, { source: n }],
      ),
    always: async ({ pool }) => {
      const { rows } = await pool.query(
        `SELECT count(*)::int AS n FROM langchain_pg_embedding WHERE NOT (collection_id = '${DOCS}') AND embedding::text = '[1,2,3]'`,
      );
      expect(rows).toEqual([{ n: 9 }]);
    },
  },
  {
    name: "Supabase's, with an identity column and NOT NULL",
    schema: `CREATE TABLE documents (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, content text NOT NULL, metadata jsonb, embedding vector(8) NOT NULL);
      CREATE INDEX ON documents USING hnsw (embedding vector_ip_ops); ALTER TABLE documents ENABLE ROW LEVEL SECURITY`,
    store: `{ chunks: { ${KIND}, table: documents, columns: { id: id, vector: embedding, text: content } } }`,
    table: 'documents',
    text: 'content',
    insert: (project, text, n) =>
      project.pool.query('INSERT INTO documents (content, metadata, embedding) VALUES ($1, $2, $3)', [text, { n }, project.literal(text)]),
    always: async ({ pool }) => {
      // As the application's schema says, whether the catalogue enforces it or the trigger.
      await expect(pool.query(`INSERT INTO documents (content, embedding) VALUES ('none', NULL)`)).rejects.toMatchObject({ code: '23502' });
    },
  },
];

/** The blocks of the guide, as commands: the night's, the way, the end. */
function blocks(): readonly [night: readonly string[], way: readonly string[], end: readonly string[]] {
  const [night = [], way = [], end = []] = shellBlocks(PAGE).map(commandsOf);
  expect([night[0], way[0], end[0]]).toEqual([
    expect.stringContaining('rollback chunks --now'),
    expect.stringContaining('tag plan'),
    expect.stringContaining('retire'),
  ]);
  return [night, way, end];
}

const argumentsOf = (command: string) => (command.match(/"[^"]*"|\S+/g) ?? []).slice(2).map((part) => part.replaceAll('"', ''));

describe.skipIf(NO_SERVER !== null)(`the guide, to the letter${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('%s', async (_, layout) => {
    const { schema, store, table, text, where = 'true', insert, always = async () => undefined } = layout;
    const project = await TableProject.create({ store, output: 'reports/cutover' }, schema);
    const { pool } = project;
    const [night, way, end] = blocks();
    const run = async (command: string) => {
      await project.pass(...argumentsOf(command));
      await always(project);
    };
    const count = async (condition: string) =>
      (await pool.query(`SELECT count(*)::int AS n FROM ${table} WHERE ${where} AND ${condition}`)).rows[0].n as number;
    /** Of every row: what was written is there once, what was deleted is not, and each vector is that of its text and the live version. */
    const holds = async (version: 'A' | 'B', removed: string) => {
      expect([await count(`${text} = '${NEW}'`), await count(`${text} = '${REWRITTEN}'`), await count(`id::text = '${removed}'`)]).toEqual([
        1, 1, 0,
      ]);
      expect(await project.wrong(table, 'id', text, 'embedding', version, where)).toEqual([]);
      expect(await count('embedding IS NOT NULL AND cutover_tag IS NULL')).toBe(0);
    };
    try {
      for (let n = 0; n < 80; n++) await insert(project, textOf(n), n);
      const { rows } = await pool.query(
        `SELECT id::text, ${text} AS text FROM ${table} WHERE ${where} AND embedding IS NOT NULL ORDER BY 1`,
      );
      await project.data(rows);
      const [changed, removed] = rows.slice(-2).map(({ id }) => id as string);
      const promote = way.find((command) => command.includes('promote')) ?? '';
      for (const command of way) {
        // Writers that know of no tag, after the backfill: an article more, one rewritten with the old model's vector, one deleted.
        if (command.includes('follow')) {
          await insert(project, NEW, 100);
          await pool.query(`UPDATE ${table} SET ${text} = $1, embedding = $2 WHERE id::text = $3`, [
            REWRITTEN,
            project.literal(REWRITTEN),
            changed,
          ]);
          await pool.query(`DELETE FROM ${table} WHERE id::text = $1`, [removed]);
        }
        await run(command);
        if (command.includes('promote')) await holds('B', String(removed));
      }
      await holds('A', String(removed));
      await run(promote);
      for (const command of night) await run(command);
      await holds('A', String(removed));
      await run(promote);
      // Killed while it waits for the table; then the guide's command finishes it.
      const reader = await pool.connect();
      await reader.query(`BEGIN; SELECT 1 FROM ${table} LIMIT 1`);
      const waits = async () =>
        (
          await pool.query(
            `SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
          )
        ).rows.length > 0;
      expect(await project.kill(waits, ...argumentsOf(end[0] ?? ''))).toBe('SIGKILL');
      await reader.query('COMMIT');
      reader.release();
      const alive = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'cutover' AND datname = current_database()`;
      await expect.poll(async () => (await pool.query(alive)).rows[0].n, { timeout: 30_000 }).toBe(0);
      for (const command of end) await run(command);
      await holds('B', String(removed));
      await project.pass('migrate', 'verify', 'chunks');
      expect(
        (await pool.query(`SELECT 1 FROM information_schema.columns WHERE table_name = '${table}' AND column_name LIKE '%\\_next'`)).rows,
      ).toEqual([]);
    } finally {
      await project.close();
    }
  });
});
