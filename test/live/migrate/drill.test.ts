import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { openLite } from '../../shared/lite.ts';
import { folderApplication } from '../beside/folder-application.ts';
import { lanceApplication } from '../beside/lance-application.ts';
import { DOCUMENTS, teamFolder } from '../beside/project.ts';
import { NO_SERVER } from '../stores/real-server.ts';
import { vectorOf } from '../tables/storm/embedder.mjs';
import { TableProject } from '../tables/table-project.ts';
import { commandsIn } from './folder-store.ts';

const ROWS = DOCUMENTS.map(({ id, text }) => ({ id, body: text, extra: `own of ${id}`, vector: vectorOf(text, 'A', 8), tag: null }));
const STEPS = [
  'tag apply',
  'start, killed',
  'start, again',
  'follow',
  'promote',
  'follow, after it',
  'rollback',
  'promote, again',
  'retire',
];

type Run = (...args: readonly string[]) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;

/** The drill, and then every command of the runbook that it prints, on the store itself. @param isFollowed false for the drill alone */
async function drilled(cutover: Run, sample: number, isFollowed = true): Promise<string> {
  const { code, out, err } = await cutover('migrate', 'drill', 'live', '--sample', String(sample));
  expect([code, code === 0 ? '' : err + out]).toEqual([0, '']);
  const steps = out.split('\n').filter((line) => / s {2}/.test(line));
  expect(steps.map((line) => line.slice(0, 16).trim())).toEqual(STEPS);
  expect(steps[1]).toContain('killed (SIGKILL) in the middle');
  const commands = [...out.matchAll(/^ {2}cutover (.*?) {2}#/gm)].map(([, command = '']) => command.split(' '));
  expect(commands.map(([first, second]) => (first === 'run' ? 'run' : second))).toEqual([
    'apply',
    'plan',
    'start',
    'follow',
    'run',
    'promote',
    'rollback',
    'retire',
  ]);
  if (!isFollowed) return out;
  for (const command of commands) {
    const ended = await cutover(...command);
    expect([command.join(' '), ended.code, ended.code === 0 ? '' : ended.err + ended.out]).toEqual([command.join(' '), 0, '']);
  }
  const audit = await cutover('audit', 'live', '--expect', 'old', '--attest', 'all');
  expect([audit.code, audit.out]).toEqual([0, expect.stringContaining('Pass: 40 rows')]);
  return out;
}

describe('a drill, and its runbook followed on the store itself', () => {
  it.each(['arrow', 'parquet'] as const)(
    'on a folder of %s files, of which it leaves nothing behind',
    async (kind) => {
      const folder = teamFolder(`{ kind: ${kind}, path: store, columns: { text: body } }`);
      const application = folderApplication(kind, join(folder, 'store'));
      await application.insert(ROWS.slice(0, 20));
      await application.insert(ROWS.slice(20));
      const out = await drilled(commandsIn(folder), 40);
      expect(out).toMatch(/^making {5}folder .*cutover_drill_\w+; it is dropped in the end$/m);
      expect(out).toContain('went there and back');
      expect((await readdir(folder)).filter((name) => name.includes('drill'))).toEqual([]);
      expect((await application.rows()).map(({ id, extra }) => `${id} ${extra}`).sort()).toEqual(
        ROWS.map(({ id, extra }) => `${id} ${extra}`).sort(),
      );
    },
    300_000,
  );

  it('on a table of LanceDB', async () => {
    const folder = teamFolder('{ kind: lancedb, path: lance, table: chunks, columns: { text: body } }');
    const application = await lanceApplication(join(folder, 'lance'), 8);
    await application.insert(ROWS);
    await drilled(commandsIn(folder), 40);
    expect(await (await connect(join(folder, 'lance'))).tableNames()).toEqual(['chunks']);
    expect((await readdir(join(folder, 'lance'))).filter((name) => name.includes('drill'))).toEqual([]);
    expect((await application.rows()).map(({ id, extra }) => `${id} ${extra}`).sort()).toEqual(
      ROWS.map(({ id, extra }) => `${id} ${extra}`).sort(),
    );
  }, 300_000);

  it('on a table of PGlite, which one process at a time has', async () => {
    const folder = teamFolder('{ kind: pglite, path: lite, table: chunks, columns: { vector: embedding, text: body } }');
    const path = join(folder, 'lite');
    const database = await openLite(path);
    await database.exec('CREATE EXTENSION vector; CREATE TABLE chunks (id text PRIMARY KEY, body text NOT NULL, embedding vector(8))');
    for (const { id, body, vector } of ROWS)
      await database.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, body, JSON.stringify([...vector])]);
    await database.close();
    // Each command opens the database for itself, which takes most of its time.
    await drilled(commandsIn(folder), 40, process.env.CUTOVER_TEST_STORM !== undefined);
    const after = await openLite(path);
    const { rows } = await after.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cutover_drill%'");
    const { rows: own } = await after.query<{ own: string }>("SELECT id || ' ' || body AS own FROM chunks ORDER BY 1");
    await after.close();
    expect([rows, own.map((row) => row.own)]).toEqual([[], ROWS.map(({ id, body }) => `${id} ${body}`).sort()]);
  }, 300_000);

  it.skipIf(NO_SERVER !== null)(
    `on a table of PostgreSQL${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`,
    async () => {
      const store = '{ live: { kind: postgres, urlFrom: DATABASE_URL, table: chunks, columns: { vector: embedding, text: body } } }';
      const schema =
        'CREATE TABLE chunks (id text PRIMARY KEY, body varchar(40) NOT NULL, n int GENERATED ALWAYS AS IDENTITY, embedding vector(8)); CREATE INDEX ON chunks USING hnsw (embedding vector_cosine_ops)';
      const project = await TableProject.create({ store }, schema);
      try {
        for (const { id, body } of ROWS)
          await project.pool.query('INSERT INTO chunks (id, body, embedding) VALUES ($1, $2, $3)', [id, body, project.literal(body)]);
        await project.data(DOCUMENTS);
        await drilled((...args) => project.run(...args), 40);
        const { rows } = await project.pool.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'cutover_drill%'");
        expect(rows).toEqual([]);
      } finally {
        await project.close();
      }
    },
    300_000,
  );

  it('refuses a sample of nothing, and a store on its way', async () => {
    const folder = teamFolder('{ kind: arrow, path: store, columns: { text: body } }');
    await folderApplication('arrow', join(folder, 'store')).insert(ROWS);
    const cutover = commandsIn(folder);
    expect((await cutover('migrate', 'drill', 'live', '--sample', '0')).code).toBe(2);
    expect((await cutover('tag', 'apply', 'live', '--as', 'old')).code).toBe(0);
    expect((await cutover('migrate', 'start', 'live', '-q')).code).toBe(0);
    const refused = await cutover('migrate', 'drill', 'live');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('a migration is under way')]);
  }, 120_000);
});
