import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_SERVER } from '../stores/real-server.ts';
import { TableProject } from './table-project.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guides/tags-and-rollback.md'), 'utf8');
const DOCUMENTS = Array.from({ length: 40 }, (_, n) => ({ id: String(n), text: `note ${n} of the house` }));
const STORE =
  '{ live: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks, columns: { id: id, vector: embedding, text: body } } }';

/** The statement of the guide that holds these words, as a reader copies it. */
function statement(words: string): string {
  const blocks = [...GUIDE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);
  // Code within a line; double backticks around others would make pairs of the wrong ones.
  const inline = GUIDE.split('`').filter((part) => !part.includes('\n\n'));
  const found = [...blocks, ...inline].find((sql) => sql.includes(words));
  if (found === undefined) throw new Error(`The guide has no statement with "${words}".`);
  return found;
}

async function filled(schema: string): Promise<TableProject> {
  const project = await TableProject.create({ store: STORE }, schema);
  for (const { id, text } of DOCUMENTS)
    await project.pool.query('INSERT INTO chunks (id, body, embedding) VALUES ($1, $2, $3)', [id, text, project.literal(text)]);
  await project.data(DOCUMENTS);
  return project;
}

describe.skipIf(NO_SERVER !== null)(`the statements of the guide${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('guard a reader and let a writer prove its vector, through the switch', async () => {
    const project = await filled('CREATE TABLE chunks (id bigint PRIMARY KEY, body text NOT NULL, embedding vector(8))');
    const [search, live, write] = [
      statement('ORDER BY embedding <=> $1'),
      statement('SELECT live FROM'),
      statement('UPDATE chunks SET body'),
    ];
    const nearest = async (text: string, version: 'A' | 'B', tag: string) =>
      (await project.pool.query(search, [project.literal(text, version), tag])).rows as { id: string; score: number }[];
    const tag = async () => (await project.pool.query(live)).rows[0].live as string;
    try {
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      const first = await tag();
      expect((await nearest('note 7 of the house', 'A', first))[0]).toMatchObject({ id: '7', score: expect.closeTo(1, 5) });
      await project.pool.query(write, ['another note', project.literal('another note'), first, 7]);
      expect((await nearest('another note', 'A', first))[0]?.id).toBe('7');
      await project.pass('migrate', 'start', 'live', '-q');
      await project.pass('migrate', 'follow', 'live', '--once');
      await project.pass('run', '-q');
      await project.promote();
      // A reader of before gets no row and asks for the live tag.
      expect(await nearest('note 7 of the house', 'A', first)).toEqual([]);
      expect((await nearest('another note', 'B', await tag()))[0]).toMatchObject({ id: '7', score: expect.closeTo(1, 5) });
      // A writer of before is hidden until it is brought up to date.
      await project.pool.query(write, ['a late note', project.literal('a late note', 'A'), first, 8]);
      expect((await nearest('a late note', 'B', await tag())).map(({ id }) => id)).not.toContain('8');
      await project.pass('migrate', 'follow', 'live', '--once');
      expect((await nearest('a late note', 'B', await tag()))[0]).toMatchObject({ id: '8', score: expect.closeTo(1, 5) });
    } finally {
      await project.close();
    }
  }, 300_000);

  it('lead from two rows a document to one', async () => {
    const project = await filled(
      'CREATE TABLE chunks (id bigint NOT NULL, body text NOT NULL, embedding vector(8), cutover_tag text, cutover_text_hash text)',
    );
    try {
      await project.pool.query(`CREATE UNIQUE INDEX chunks_cutover_key ON chunks (id, cutover_tag) NULLS NOT DISTINCT;
        ALTER TABLE chunks ADD CONSTRAINT chunks_cutover_tag_check CHECK (cutover_tag IS NOT NULL) NOT VALID;
        CREATE VIEW chunks_live AS SELECT id, body, embedding FROM chunks;
        CREATE TABLE cutover_migrations (store text NOT NULL, seq integer NOT NULL, entry text NOT NULL, written timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (store, seq))`);
      const before = await project.run('tag', 'plan', 'live');
      expect([before.code, before.out]).toEqual([1, expect.stringContaining('two rows a document')]);
      const statements = statement('CREATE UNIQUE INDEX CONCURRENTLY')
        .split(';')
        .map((sql) => sql.trim());
      const client = await project.pool.connect();
      for (const sql of statements.filter((own) => own !== '')) await client.query(sql);
      client.release();
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      await project.pass('migrate', 'plan', 'live', '--dry-run');
    } finally {
      await project.close();
    }
  });
});
