import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { NO_SERVER } from '../stores/real-server.ts';
import { NODE_TEXT, nodeOf } from './llamaindex.ts';
import { TableProject } from './table-project.ts';

/** A table as an application, or a library, has made it. */
interface Layout {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  readonly text: string;
  readonly store: string;
  /** The rows of this store, where there are others. */
  readonly where?: string;
  /** One row more. @param n its number */
  insert(project: TableProject, n: number): Promise<void>;
  readonly dimensions?: readonly [number, number];
  readonly roles?: readonly string[];
  /** What must hold at every stage. */
  readonly always?: (project: TableProject) => Promise<void>;
}

const textOf = (n: number) => `article ${n} about ${['refunds', 'invoices', 'passwords', 'shipping'][n % 4]}, note ${n % 17}`;
const KIND = 'kind: postgres, urlFrom: DATABASE_URL';

const LAYOUTS: readonly Layout[] = [
  {
    name: "LangChain's, with another collection of other dimensions in the same column",
    schema: `CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection(uuid) ON DELETE CASCADE, embedding vector, document varchar, cmetadata jsonb);
      CREATE INDEX ix_cmetadata_gin ON langchain_pg_embedding USING gin (cmetadata jsonb_path_ops);
      CREATE INDEX docs_hnsw ON langchain_pg_embedding USING hnsw ((embedding::vector(8)) vector_cosine_ops) WHERE collection_id = '11111111-1111-4111-a111-111111111111';
      INSERT INTO langchain_pg_collection VALUES ('11111111-1111-4111-a111-111111111111','docs',null), ('22222222-2222-4222-a222-222222222222','tickets',null);
      INSERT INTO langchain_pg_embedding SELECT 't' || n, '22222222-2222-4222-a222-222222222222', '[1,2,3]', 'ticket ' || n, '{}' FROM generate_series(1, 9) n`,
    table: 'langchain_pg_embedding',
    key: 'id',
    text: 'document',
    store: `{ live: { ${KIND}, table: langchain_pg_embedding, columns: { vector: embedding, text: document }, where: "collection_id = (SELECT uuid FROM langchain_pg_collection WHERE name = 'docs')" } }`,
    where: "collection_id = '11111111-1111-4111-a111-111111111111'",
    insert: (project, n) =>
      project.pool
        .query('INSERT INTO langchain_pg_embedding VALUES ($1, $2, $3, $4, $5)', [
          `d${n}`,
          '11111111-1111-4111-a111-111111111111',
          project.literal(textOf(n)),
          textOf(n),
          { source: n },
        ])
        .then(() => undefined),
  },
  {
    // As llama-index-vector-stores-postgres 0.9.0 makes it with `hybrid_search`, and its rows as that writes them.
    name: "LlamaIndex's, with metadata before the text and a generated column",
    schema: `CREATE TABLE data_docs (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ jsonb, node_id varchar, embedding vector(8), text_search_tsv tsvector GENERATED ALWAYS AS (to_tsvector('english', text)) STORED);
      CREATE INDEX docs_idx ON data_docs USING gin (text_search_tsv); CREATE INDEX docs_idx_1 ON data_docs ((metadata_ ->> 'ref_doc_id'));
      CREATE INDEX data_docs_embedding_idx ON data_docs USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64)`,
    table: 'data_docs',
    key: 'id',
    text: NODE_TEXT,
    store: `{ live: { ${KIND}, table: public.data_docs, columns: { vector: embedding, text: { sql: ${JSON.stringify(NODE_TEXT)} } } } }`,
    insert: async (project, n) => {
      const { node, embedded } = nodeOf(n, textOf(n));
      await project.pool.query('INSERT INTO data_docs (text, metadata_, node_id, embedding) VALUES ($1, $2, $3, $4)', [
        textOf(n),
        { ...node.metadata, _node_content: JSON.stringify(node), ref_doc_id: `r${n}` },
        `n${n}`,
        project.literal(embedded),
      ]);
      // One key of the metadata that is embedded, and one that is not.
      if (n === 75)
        await project.pool.query(`UPDATE data_docs SET metadata_ = metadata_ || jsonb_build_object('seen', 1, '_node_content',
          replace(metadata_->>'_node_content', 'Article 2', 'Renamed')) WHERE node_id IN ('n2', 'n20')`);
    },
    always: async ({ pool }) => {
      const { rows } = await pool.query('SELECT count(*)::int AS n FROM data_docs WHERE cutover_tag IS NULL');
      expect(rows).toEqual([{ n: 0 }]);
    },
  },
  {
    name: "Supabase's with an identity column, NOT NULL and a function, and a dimension that changes",
    schema: `CREATE TABLE documents (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, content text NOT NULL, metadata jsonb, embedding vector(8) NOT NULL);
      CREATE INDEX ON documents USING hnsw (embedding vector_ip_ops); ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
      CREATE FUNCTION match_documents(query_embedding vector, match_count int) RETURNS TABLE (id bigint, similarity float) LANGUAGE sql STABLE AS $$ SELECT id, 1 - (embedding <=> query_embedding) FROM documents ORDER BY embedding <=> query_embedding LIMIT match_count $$`,
    table: 'documents',
    key: 'id',
    text: 'content',
    store: `{ live: { ${KIND}, table: documents, columns: { vector: embedding, text: content } } }`,
    insert: (project, n) =>
      project.pool
        .query('INSERT INTO documents (content, metadata, embedding) VALUES ($1, $2, $3)', [textOf(n), { n }, project.literal(textOf(n))])
        .then(() => undefined),
    dimensions: [8, 12],
  },
  {
    name: "Supabase's with bigserial",
    schema: `CREATE TABLE documents (id bigserial PRIMARY KEY, content text, metadata jsonb, embedding vector(8)); CREATE INDEX ON documents USING hnsw (embedding vector_l2_ops)`,
    table: 'documents',
    key: 'id',
    text: 'content',
    store: `{ live: { ${KIND}, table: documents, columns: { vector: embedding, text: content } } }`,
    insert: (project, n) =>
      project.pool
        .query('INSERT INTO documents (content, metadata, embedding) VALUES ($1, $2, $3)', [textOf(n), { n }, project.literal(textOf(n))])
        .then(() => undefined),
  },
  {
    // As pgai 0.12.1 makes it for a destination that is a table.
    name: "pgai's store and its view",
    schema: `CREATE TABLE blog (id serial PRIMARY KEY, contents text NOT NULL); INSERT INTO blog (contents) SELECT 'post ' || n FROM generate_series(1, 200) n;
      CREATE TABLE blog_embedding_store (embedding_uuid uuid NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(), id int NOT NULL, chunk_seq int NOT NULL, chunk text NOT NULL, embedding vector(8) NOT NULL, UNIQUE (id, chunk_seq));
      ALTER TABLE blog_embedding_store ALTER COLUMN embedding SET STORAGE MAIN;
      CREATE VIEW blog_embedding AS SELECT t.embedding_uuid, t.chunk_seq, t.chunk, t.embedding, t.id, s.contents FROM blog_embedding_store t LEFT JOIN blog s ON t.id = s.id`,
    table: 'blog_embedding_store',
    key: `id || '/' || chunk_seq`,
    text: 'chunk',
    store: `{ live: { ${KIND}, table: blog_embedding_store, columns: { id: [id, chunk_seq], vector: embedding, text: chunk } } }`,
    insert: (project, n) =>
      project.pool
        .query('INSERT INTO blog_embedding_store (id, chunk_seq, chunk, embedding) VALUES ($1, $2, $3, $4)', [
          Math.floor(n / 2) + 1,
          n % 2,
          textOf(n),
          project.literal(textOf(n)),
        ])
        .then(() => undefined),
  },
  {
    name: 'a partitioned table with a composite key',
    schema: `CREATE TABLE parts (tenant int NOT NULL, id bigint NOT NULL, title text, body text, embedding vector(8), PRIMARY KEY (tenant, id)) PARTITION BY LIST (tenant);
      CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2); CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
      CREATE INDEX parts_hnsw ON parts USING hnsw (embedding vector_cosine_ops)`,
    table: 'parts',
    key: `tenant || '/' || id`,
    text: `btrim(coalesce(title, '') || ' ' || coalesce(body, ''))`,
    store: `{ live: { ${KIND}, table: parts, columns: { id: [tenant, id], vector: embedding, text: "{title} {body}" } } }`,
    insert: (project, n) =>
      project.pool
        .query('INSERT INTO parts VALUES ($1, $2, $3, $4, $5)', [
          (n % 3) + 1,
          n,
          n % 5 === 0 ? null : `Title ${n}`,
          textOf(n),
          project.literal(n % 5 === 0 ? textOf(n) : `Title ${n} ${textOf(n)}`),
        ])
        .then(() => undefined),
  },
  {
    // With the default that pgai 0.12.1 gives a column that it adds to an application's table.
    name: 'a table that foreign keys point to, with its own triggers and soft deletes',
    schema: `CREATE TABLE chunks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL, content text NOT NULL, embedding vector(8) DEFAULT NULL::vector, title_embedding vector(8), updated_at timestamptz NOT NULL DEFAULT 'epoch', deleted_at timestamptz);
      CREATE INDEX chunks_hnsw ON chunks USING hnsw (embedding vector_cosine_ops) WHERE deleted_at IS NULL; CREATE INDEX chunks_todo ON chunks (id) WHERE embedding IS NULL;
      CREATE TABLE citations (id bigserial PRIMARY KEY, chunk_id uuid NOT NULL REFERENCES chunks(id) ON DELETE CASCADE);
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
      CREATE TRIGGER touch BEFORE UPDATE ON chunks FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE FUNCTION newest() RETURNS SETOF vector LANGUAGE sql BEGIN ATOMIC SELECT embedding FROM chunks LIMIT 1; END`,
    table: 'chunks',
    key: 'id',
    text: 'content',
    store: `{ live: { ${KIND}, table: public.chunks, columns: { vector: embedding, text: content }, where: "deleted_at IS NULL" } }`,
    where: 'deleted_at IS NULL',
    insert: async (project, n) => {
      const { rows } = await project.pool.query(
        'INSERT INTO chunks (tenant_id, content, embedding, title_embedding, deleted_at) VALUES ($1, $2, $3, $4, $5) RETURNING id',
        [
          n % 4,
          textOf(n),
          n % 10 === 3 ? null : project.literal(textOf(n)),
          project.literal(`title ${n}`),
          n % 10 === 7 ? new Date(0) : null,
        ],
      );
      await project.pool.query('INSERT INTO citations (chunk_id) VALUES ($1)', [rows[0].id]);
    },
  },
  {
    name: 'a published table with row-level security, owned by a role that is no superuser',
    roles: ['owner', 'reader'],
    schema: `GRANT CREATE, USAGE ON SCHEMA public TO {owner}; SET ROLE {owner};
      CREATE TABLE notes (id bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, tenant int NOT NULL, body text NOT NULL, embedding vector(8));
      CREATE INDEX notes_hnsw ON notes USING hnsw (embedding vector_cosine_ops);
      ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY of_tenant ON notes USING (tenant = current_setting('app.tenant')::int);
      GRANT SELECT (id, tenant, embedding), UPDATE (body) ON notes TO {reader}; GRANT SELECT (body) ON notes TO {reader}; RESET ROLE;
      CREATE PUBLICATION changes FOR TABLE notes`,
    table: 'notes',
    key: 'id',
    text: 'body',
    store: `{ live: { ${KIND}, table: notes, columns: { vector: embedding, text: body } } }`,
    insert: (project, n) =>
      project.pool
        .query('INSERT INTO notes (tenant, body, embedding) VALUES ($1, $2, $3)', [n % 4, textOf(n), project.literal(textOf(n))])
        .then(() => undefined),
    always: async (project) => {
      const reader = new pg.Client({ connectionString: project.as('reader') });
      await reader.connect();
      try {
        await reader.query("SET app.tenant = '1'");
        const { rows: sides } = await reader.query(`SELECT live FROM cutover_live WHERE store = 'notes.embedding'`);
        const { rows } = await reader.query('SELECT tenant, embedding::text FROM notes WHERE cutover_tag = $1', [sides[0].live]);
        expect([rows.length > 5, [...new Set(rows.map(({ tenant }) => tenant))]]).toEqual([true, [1]]);
        // Published rows of a table with its key can be changed, as before.
        expect((await reader.query('UPDATE notes SET body = body')).rowCount).toBeGreaterThan(5);
      } finally {
        await reader.end();
      }
      const { rows } = await project.pool.query(`SELECT relrowsecurity AS secured FROM pg_class WHERE oid = 'notes'::regclass`);
      expect(rows).toEqual([{ secured: true }]);
    },
  },
];

describe.skipIf(NO_SERVER !== null)(`tables that nobody here made${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))(
    '%s: tag, start, kill, resume, live writes, promote, rollback, promote, retire',
    async (_, { schema, table, key, text, store, where = 'true', insert, dimensions, roles = [], always = async () => undefined }) => {
      const project = await TableProject.create({ store, roles, ...(dimensions === undefined ? {} : { dimensions }) }, schema);
      try {
        for (let n = 0; n < 60; n++) await insert(project, n);
        const all = `SELECT ${key} AS id, ${text} AS text FROM ${table} WHERE ${where}`;
        await project.data(
          (await project.pool.query(`${all} AND embedding IS NOT NULL ORDER BY 1`)).rows.map((row) => ({
            id: String(row.id),
            text: row.text,
          })),
        );
        const others = async () => {
          const { rows } = await project.pool.query(
            `SELECT (to_jsonb(t) - ARRAY['embedding', 'embedding_next', 'cutover_tag', 'cutover_tag_next', 'cutover_text_hash', 'cutover_text_hash_next'])::text AS row FROM ${table} t ORDER BY 1`,
          );
          return rows.map(({ row }) => row as string);
        };
        const outside = async () => (await project.pool.query(`SELECT embedding::text FROM ${table} WHERE NOT (${where}) ORDER BY 1`)).rows;
        const [before, beforeOutside] = [await others(), await outside()];
        await project.pass('tag', 'apply', 'live', '--as', 'old');
        await project.pass('migrate', 'plan', 'live', '--dry-run');
        await always(project);
        const some = async () => {
          const { rows } = await project.pool.query(
            `SELECT 1 FROM information_schema.columns WHERE table_name = $1 AND column_name = 'embedding_next'`,
            [table],
          );
          if (rows.length === 0) return false;
          return (await project.pool.query(`SELECT count(embedding_next) >= 10 AS some FROM ${table} WHERE ${where}`)).rows[0].some;
        };
        expect(await project.kill(some, 'migrate', 'start', 'live', '-q', '--batch', '5', '--pause', '100')).toBe('SIGKILL');
        expect(await others()).toEqual(before);
        await project.pass('migrate', 'start', 'live', '-q');
        expect(await others()).toEqual(before);
        await always(project);
        for (let n = 60; n < 80; n++) await insert(project, n);
        await project.pool.query(
          `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE ${where} AND embedding IS NOT NULL LIMIT 3)`,
        );
        await project.pass('migrate', 'follow', 'live', '--once');
        await project.pass('run', '-q');
        const wanted = (await project.pool.query(`${all} AND embedding IS NOT NULL`)).rows.length;
        const served = async (column: string, version: 'A' | 'B') => {
          const { rows } = await project.pool.query(`SELECT count(${column})::int AS n FROM ${table} WHERE ${where}`);
          expect([column, version, rows[0].n, await project.wrong(table, key, text, column, version, where)]).toEqual([
            column,
            version,
            wanted,
            [],
          ]);
        };
        const [kept, beside] = [await others(), beforeOutside.length];
        await project.promote();
        await served('embedding', 'B');
        await served('embedding_next', 'A');
        await always(project);
        await project.pass('migrate', 'rollback', 'live');
        await served('embedding', 'A');
        await project.promote();
        await served('embedding', 'B');
        expect((await project.pass('audit', 'live', '--expect', 'new', '--attest', 'all')).split('\n')).toContainEqual(
          expect.stringMatching(/^Pass/),
        );
        await project.pass('migrate', 'retire', 'live', '--yes');
        await project.pass('migrate', 'verify', 'live');
        await served('embedding', 'B');
        await always(project);
        expect(await others()).toEqual(kept);
        if (where !== 'true') expect((await outside()).slice(0, beside)).toHaveLength(beside);
        const columns = (
          await project.pool.query('SELECT column_name FROM information_schema.columns WHERE table_name = $1', [table])
        ).rows.map((row) => row.column_name as string);
        expect(columns.filter((name) => name.endsWith('_next'))).toEqual([]);
      } finally {
        await project.close();
      }
    },
  );
});
