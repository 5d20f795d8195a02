import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { NO_SERVER } from '../stores/real-server.ts';
import { TableProject, type TableSpec } from './table-project.ts';

const COLUMNS = 'columns: { vector: embedding, text: body }';
const STORE = `{ live: { kind: postgres, urlFrom: DATABASE_URL, table: docs, ${COLUMNS} } }`;
const TABLE = `CREATE TABLE docs (id bigint PRIMARY KEY, body text NOT NULL, embedding vector(8)); CREATE INDEX docs_hnsw ON docs USING hnsw (embedding vector_cosine_ops);`;
const DOCUMENTS = Array.from({ length: 40 }, (_, n) => ({ id: String(n), text: `note ${n} of the house` }));

/** A table of 40 rows with whatever else the schema makes. */
async function withTable(
  schema: string,
  work: (project: TableProject) => Promise<void>,
  { table = TABLE, ...spec }: Partial<TableSpec> & { readonly table?: string } = {},
): Promise<void> {
  const project = await TableProject.create({ store: STORE, ...spec }, table);
  try {
    for (const { id, text } of DOCUMENTS)
      await project.pool.query('INSERT INTO docs (id, body, embedding) VALUES ($1, $2, $3)', [id, text, project.literal(text)]);
    await project.data(DOCUMENTS);
    await project.pool.query(project.named(schema));
    await work(project);
  } finally {
    await project.close();
  }
}

const columnsOf = async ({ pool }: TableProject) =>
  (await pool.query(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'docs' ORDER BY 1`)).rows.map(
    ({ name }) => name as string,
  );

describe.skipIf(NO_SERVER !== null)(`what the plans foresee${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('makes again what binds to the column by its number, in the transaction of the switch', async () => {
    const schema = `CREATE VIEW recent AS SELECT id, embedding FROM docs;
      ALTER TABLE docs ENABLE ROW LEVEL SECURITY; CREATE POLICY embedded ON docs USING (embedding IS NOT NULL);
      CREATE FUNCTION newest() RETURNS SETOF vector LANGUAGE sql BEGIN ATOMIC SELECT embedding FROM docs ORDER BY id DESC LIMIT 1; END;
      CREATE TABLE events (id bigint); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO events VALUES (NEW.id); RETURN NULL; END $$;
      CREATE TRIGGER moved AFTER UPDATE OF embedding ON docs FOR EACH ROW EXECUTE FUNCTION note();
      CREATE PUBLICATION listed FOR TABLE docs (id, embedding)`;
    await withTable(schema, async (project) => {
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      const plan = await project.pass('migrate', 'plan', 'live', '--dry-run');
      for (const title of [
        'view public.recent',
        'policy embedded of docs',
        'function newest()',
        'trigger moved',
        'list of columns in publication listed',
      ])
        expect(plan).toContain(`${title} is bound to the column by its number: the switch makes it again`);
      await project.pass('migrate', 'start', 'live', '-q');
      await project.pass('run', '-q');
      // A connection that has prepared its statements before the switch.
      const client = new pg.Client({ connectionString: project.url });
      await client.connect();
      const named = () =>
        client.query({ name: 'named', text: 'SELECT id, body, embedding::text AS vector FROM docs WHERE id = $1', values: [7] });
      const before = await named();
      expect(before.rows[0].vector).toBe(
        (await project.pool.query('SELECT embedding::text AS vector FROM docs WHERE id = 7')).rows[0].vector,
      );
      await project.promote();
      const now = (await project.pool.query('SELECT embedding::text AS vector FROM docs WHERE id = 39')).rows[0].vector as string;
      expect(JSON.parse(now)).toEqual([...project.vector('note 39 of the house', 'B')].map((value) => expect.closeTo(value, 5)));
      expect((await project.pool.query('SELECT embedding::text AS vector FROM recent WHERE id = 39')).rows[0].vector).toBe(now);
      expect((await project.pool.query('SELECT newest::text AS vector FROM newest()')).rows[0].vector).toBe(now);
      expect((await project.pool.query(`SELECT qual FROM pg_policies WHERE policyname = 'embedded'`)).rows).toEqual([
        { qual: '(embedding IS NOT NULL)' },
      ]);
      expect((await project.pool.query('SELECT attnames::text AS names FROM pg_publication_tables')).rows).toEqual([
        { names: '{id,embedding}' },
      ]);
      await project.pool.query(
        `DELETE FROM events; UPDATE docs SET embedding = NULL WHERE id = 3; UPDATE docs SET body = body || '!' WHERE id = 4`,
      );
      expect((await project.pool.query('SELECT id FROM events')).rows).toEqual([{ id: '3' }]);
      expect((await named()).rows[0].vector).not.toBe(before.rows[0].vector);
      await client.end();
    });
  });

  it('says of prepared statements that select everything that they fail once a connection, and no more on a new one', async () => {
    await withTable('ALTER TABLE docs ALTER COLUMN embedding SET NOT NULL', async (project) => {
      const client = new pg.Client({ connectionString: project.url });
      await client.connect();
      const everything = (to: pg.Client) => to.query({ name: 'all', text: 'SELECT * FROM docs WHERE id = $1', values: [7] });
      await everything(client);
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      await expect(everything(client)).rejects.toThrow('cached plan must not change result type');
      await client.end();
      const next = new pg.Client({ connectionString: project.url });
      await next.connect();
      expect((await everything(next)).rows[0].cutover_tag).toMatch(/^[0-9a-f]{64}$/);
      await next.end();
      const warned = await project.run('migrate', 'plan', 'live');
      expect(warned.out).toContain('prisma db push');
      expect(warned.out).toContain('embedding is NOT NULL: from the switch until retire, the trigger enforces that');
      // Rows, hours at the rate that was measured here, and bytes of column and index.
      expect(warned.out).toMatch(/^rows +40 to embed$/m);
      expect(warned.out).toMatch(/^time +0\.00 hours at \d+ texts\/s, measured on 16 of them here/m);
      const planned = JSON.parse(await project.pass('migrate', 'plan', 'live', '--json'));
      // 8 values of 4 bytes and a head of 8, for each row; an index of a few pages.
      expect(planned).toMatchObject({ rows: 40, disk: { column: 1600 }, estimate: { rows: 40, measured: 16 } });
      expect(planned.disk.indexes).toBeGreaterThanOrEqual(16_384);
    });
  });

  it.each([
    [
      'vectors of another type',
      'DROP INDEX docs_hnsw; ALTER TABLE docs ALTER COLUMN embedding TYPE real[] USING embedding::real[]',
      /column embedding is of type real\[\]/,
    ],
    [
      'vectors that the database generates',
      `ALTER TABLE docs DROP COLUMN embedding; ALTER TABLE docs ADD COLUMN embedding vector(8) GENERATED ALWAYS AS (ARRAY[id,1,1,1,1,1,1,1]::real[]::vector(8)) STORED`,
      /column embedding is generated by the database/,
    ],
    ['a column of tags of another type', 'ALTER TABLE docs ADD COLUMN cutover_tag int', /column cutover_tag is there already, as integer/],
    [
      'a column beside of another type',
      'ALTER TABLE docs ADD COLUMN embedding_next vector(3)',
      /embedding_next is there already, as vector\(3\)/,
    ],
    [
      'a rule',
      'CREATE TABLE gone (embedding vector); CREATE RULE kept AS ON DELETE TO docs DO ALSO INSERT INTO gone VALUES (OLD.embedding)',
      /rule of public\.docs is bound/,
    ],
    ['a view in place of a table', 'ALTER TABLE docs RENAME TO base; CREATE VIEW docs AS SELECT * FROM base', /"docs" is not a table/],
    ['a materialized view', 'CREATE MATERIALIZED VIEW best AS SELECT id, embedding FROM docs', /materialized view public\.best is bound/],
    [
      'a generated column',
      'ALTER TABLE docs ADD COLUMN size int GENERATED ALWAYS AS (vector_dims(embedding)) STORED',
      /generated column size is bound/,
    ],
    ['a check', 'ALTER TABLE docs ADD CONSTRAINT whole CHECK (vector_dims(embedding) = 8)', /constraint whole is bound/],
    ['a default', `ALTER TABLE docs ALTER COLUMN embedding SET DEFAULT '[1,0,0,0,0,0,0,0]'`, /column embedding has a default/],
    [
      'a trigger that would fire later',
      'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER "~~last" BEFORE UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION f()',
      /trigger ~~last would fire after/,
    ],
    ['a key that is not one', 'ALTER TABLE docs DROP CONSTRAINT docs_pkey', /nothing makes id unique/],
    [
      'a published table without identity',
      'ALTER TABLE docs REPLICA IDENTITY NOTHING; CREATE PUBLICATION p FOR TABLE docs',
      /published without a replica identity/,
    ],
    [
      'forced row-level security',
      'ALTER TABLE docs OWNER TO {owner}; GRANT CREATE ON SCHEMA public TO {owner}; ALTER TABLE docs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
      /row-level security is forced/,
    ],
    ['a table of somebody else', 'GRANT SELECT ON docs TO {owner}', /does not own/],
    [
      'a schema that it may not create in',
      'ALTER TABLE docs OWNER TO {owner}; REVOKE CREATE ON SCHEMA public FROM PUBLIC',
      /may not create in schema public/,
    ],
    [
      'a publication of somebody else',
      'ALTER TABLE docs OWNER TO {owner}; GRANT CREATE ON SCHEMA public TO {owner}; CREATE PUBLICATION p FOR TABLE docs (id, embedding)',
      /list of columns in publication p has to be made again at the switch, and belongs to postgres/,
    ],
  ] as const)('refuses %s, and changes nothing', async (_, schema, reason) => {
    await withTable(
      schema,
      async (project) => {
        const before = await columnsOf(project);
        const plan = await project.run('migrate', 'plan', 'live');
        expect([plan.code, plan.out]).toEqual([1, expect.stringMatching(reason)]);
        expect(plan.out).toMatch(/next \S/);
        expect(await columnsOf(project)).toEqual(before);
      },
      { roles: schema.includes('{owner}') ? ['owner'] : [] },
    );
  });

  it('refuses an expression of the text that can not be evaluated, or that reads what a trigger sees too late', async () => {
    await withTable('ALTER TABLE docs ADD COLUMN shown text GENERATED ALWAYS AS (upper(body)) STORED', async (project) => {
      const plan = async (sql: string) => {
        await project.configure(
          `{ live: { kind: postgres, urlFrom: DATABASE_URL, table: docs, columns: { vector: embedding, text: { sql: ${JSON.stringify(sql)} } } } }`,
        );
        const { code, out } = await project.run('tag', 'plan', 'live');
        return [code, out];
      };
      expect(await plan('body || heading')).toEqual([1, expect.stringContaining('column "heading" does not exist')]);
      expect(await plan("concat('x', shown)")).toEqual([1, expect.stringContaining('built from a generated column')]);
      expect(await plan('left(embedding::text, 9)')).toEqual([1, expect.stringContaining('from a column of vectors or tags')]);
      expect(await plan("concat(body, 'shown embedding') -- said")).toEqual([0, expect.any(String)]);
    });
  });

  it('refuses two vector columns that share a column of tags', async () => {
    await withTable(
      'ALTER TABLE docs ADD COLUMN title_embedding vector(8); UPDATE docs SET title_embedding = embedding',
      async (project) => {
        await project.pass('tag', 'apply', 'live', '--as', 'old');
        const other = (columns: string) =>
          project.configure(`{ live: { kind: postgres, urlFrom: DATABASE_URL, table: docs, ${columns} } }`);
        await other('columns: { vector: title_embedding, text: body }');
        const before = await columnsOf(project);
        const plan = await project.run('tag', 'plan', 'live');
        expect([plan.code, plan.out]).toEqual([1, expect.stringContaining('already those of another vector column, embedding')]);
        expect((await project.run('tag', 'apply', 'live', '--as', 'old')).code).toBe(1);
        expect(await columnsOf(project)).toEqual(before);
        await other('columns: { vector: title_embedding, text: body, tag: title_tag, textHash: title_hash }');
        await project.pass('tag', 'apply', 'live', '--as', 'old');
        expect((await project.pool.query('SELECT count(cutover_tag)::int AS a, count(title_tag)::int AS b FROM docs')).rows).toEqual([
          { a: 40, b: 40 },
        ]);
      },
    );
  });

  it('takes half precision above 2,000 dimensions, refuses views of another type and more than 4,000', async () => {
    await withTable(
      '',
      async (project) => {
        await project.pass('tag', 'apply', 'live', '--as', 'old');
        await project.pass('migrate', 'start', 'live', '-q');
        await project.pass('run', '-q');
        await project.promote();
        const { rows } = await project.pool.query(
          `SELECT format_type(atttypid, atttypmod) AS type, pg_get_indexdef('docs_hnsw'::regclass) AS index FROM pg_attribute WHERE attrelid = 'docs'::regclass AND attname = 'embedding'`,
        );
        expect(rows).toEqual([{ type: 'halfvec(2001)', index: expect.stringContaining('(embedding halfvec_cosine_ops)') }]);
        await project.pass('audit', 'live', '--expect', 'new', '--attest', 'all');
        await project.pool.query('CREATE VIEW v AS SELECT embedding FROM docs');
        const back = await project.run('migrate', 'rollback', 'live');
        expect([back.code, back.err]).toEqual([1, expect.stringContaining('view public.v')]);
      },
      { dimensions: [8, 2001] },
    );
    await withTable(
      '',
      async (project) => {
        const plan = await project.run('migrate', 'plan', 'live');
        expect([plan.code, plan.out]).toEqual([1, expect.stringContaining("vectors of 4001 dimensions can't be indexed")]);
      },
      { dimensions: [8, 4001] },
    );
  });
});
