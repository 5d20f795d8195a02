import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/model/ledger.ts';
import { NO_SERVER } from '../stores/real-server.ts';
import { PROMOTE, TableProject } from './table-project.ts';

const DOCUMENTS = Array.from({ length: 40 }, (_, n) => ({ id: String(n), text: `note ${n} of the house` }));
const STORE = '{ live: { kind: postgres, urlFrom: DATABASE_URL, table: chunks, columns: { vector: embedding, text: body } } }';

/** A table of 40 rows; the last one has a vector of no version. */
async function tagged(policy = ''): Promise<TableProject> {
  const project = await TableProject.create(
    { store: STORE, policy },
    'CREATE TABLE chunks (id bigint PRIMARY KEY, body text NOT NULL, embedding vector(8))',
  );
  for (const { id, text } of DOCUMENTS)
    await project.pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, text, project.literal(id === '39' ? 'something else' : text)]);
  await project.data(DOCUMENTS);
  await project.pass('tag', 'apply', 'live', '--as', 'old');
  return project;
}

async function cutOver(): Promise<TableProject> {
  const project = await tagged();
  await project.pass('lock', '--init');
  await project.pass('migrate', 'start', 'live', '-q');
  await project.pass('run', '-q');
  await project.promote();
  return project;
}

const NOW = ['migrate', 'rollback', 'live', '--now'];
const FORCED = [...NOW, '--force', '--reason', 'search is down'];

async function entriesOf({ pool }: TableProject): Promise<LedgerEntry[]> {
  return (await pool.query('SELECT entry FROM cutover_migrations ORDER BY seq')).rows.map(({ entry }) => JSON.parse(entry));
}

/** Ids of rows whose vector is proved to be of their text under a version. */
async function proved(project: TableProject, version: 'A' | 'B'): Promise<number> {
  expect(await project.wrong('chunks', 'id', 'body', 'embedding', version, 'cutover_tag = (SELECT live FROM cutover_live)')).toEqual([]);
  return (await project.pool.query('SELECT count(cutover_tag)::int AS n FROM chunks')).rows[0].n;
}

describe.skipIf(NO_SERVER !== null)(`rows that lag, and the way back${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('follow brings a row up to date that was written before any switch, and leaves what was never of the version', async () => {
    const project = await tagged();
    const { pool } = project;
    try {
      expect(await proved(project, 'A')).toBe(39);
      const follow = () => project.pass('migrate', 'follow', 'live', '--once');
      for (const isStarted of [false, true]) {
        if (isStarted) await project.pass('migrate', 'start', 'live', '-q');
        const [text, both] = [`rewritten ${isStarted}`, `rewritten with its vector ${isStarted}`];
        await pool.query('UPDATE chunks SET body = $1 WHERE id = 3', [text]);
        await pool.query('UPDATE chunks SET body = $1, embedding = $2 WHERE id = 4', [both, project.literal(both)]);
        await pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [50 + Number(isStarted), 'a new one', project.literal('of a draft')]);
        expect(await proved(project, 'A')).toBe(37 + Number(isStarted));
        await follow();
        expect(await proved(project, 'A')).toBe(40 + Number(isStarted));
      }
      const { rows } = await pool.query('SELECT embedding::text AS vector, cutover_tag AS tag FROM chunks WHERE id = 39');
      expect(JSON.parse(rows[0].vector)).toEqual([...project.vector('something else', 'A')].map((value) => expect.closeTo(value, 5)));
      expect(rows[0].tag).toBeNull();
      expect((await project.pass('migrate', 'status', 'live')).split('\n')).toContain(
        'lagging    1 row has no proved vector of the live version',
      );
    } finally {
      await project.close();
    }
  });

  it('the drift of the store from what was evaluated is a figure, and a limit in the policy', async () => {
    const project = await tagged(', storeDrift: 0.1');
    const { pool } = project;
    const verified = async () => {
      const { code, out } = await project.run('verify', 'report/certificate.json', '--store', 'live', '--allow-unsigned');
      return [code, out.split('\n').find((line) => line.includes('Drift'))];
    };
    const found = (text: string) => expect.stringContaining(`${text}; the policy allows 10 %`);
    try {
      await project.pass('migrate', 'start', 'live', '-q');
      await project.pass('run', '-q');
      expect(await verified()).toEqual([
        0,
        found('0.0 % of the documents are not those that were evaluated: 0 added, 0 changed, 0 removed'),
      ]);
      await pool.query(`DELETE FROM chunks WHERE id = 0; UPDATE chunks SET body = 'rewritten' WHERE id IN (1, 2)`);
      for (const id of [40, 41])
        await pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, 'a new one', project.literal('a new one')]);
      await project.pass('migrate', 'follow', 'live', '--once');
      expect(await verified()).toEqual([
        1,
        found('11.9 % of the documents are not those that were evaluated: 2 added, 2 changed, 1 removed'),
      ]);
      expect(await project.run(...PROMOTE)).toMatchObject({ code: 1, err: expect.stringContaining('11.9 % of the documents') });
      await pool.query('DELETE FROM chunks WHERE id = 40');
      expect(await verified()).toEqual([
        0,
        found('9.8 % of the documents are not those that were evaluated: 1 added, 2 changed, 1 removed'),
      ]);
      await project.promote();
    } finally {
      await project.close();
    }
  });

  it('rollback --now reads no row before it has exchanged the columns', async () => {
    const project = await cutOver();
    try {
      await project.pool.query(`UPDATE chunks SET body = body || '!' WHERE id < 3`);
      const before = await entriesOf(project);
      const out = await project.pass(...NOW);
      expect(out).toContain('3 rows have no vector of the old version yet');
      const last = (await entriesOf(project)).at(-1);
      expect(last).toMatchObject({ event: { state: 'rolled-back' }, forced: false, reason: null });
      expect(last?.snapshot).toEqual({ ...before.at(-1)?.snapshot, asOf: before.length });
      expect(await proved(project, 'A')).toBe(37);
      const verified = await project.run('migrate', 'verify', 'live');
      expect([verified.code, verified.out]).toEqual([
        1,
        expect.stringContaining(`at entry ${before.length}, when the rows were last read, `),
      ]);
      await project.pass('migrate', 'follow', 'live', '--once');
      expect(await proved(project, 'A')).toBe(40);
      await project.promote();
      expect(await proved(project, 'B')).toBe(40);
    } finally {
      await project.close();
    }
  });

  it('goes back over a ledger whose end is gone, or that was edited, and says so in it', async () => {
    const project = await cutOver();
    const { pool } = project;
    try {
      const whole = await entriesOf(project);
      await pool.query('DELETE FROM cutover_migrations WHERE seq > 2');
      for (const args of [['migrate', 'rollback', 'live'], NOW, ['migrate', 'rollback', 'live', '--force', '--reason', 'x']]) {
        const { code, err } = await project.run(...args);
        expect([code, err]).toEqual([2, expect.stringContaining('cutover.lock names an entry there, and there is none')]);
        expect(err).toContain('cutover migrate rollback --now --force --reason');
      }
      expect(await project.run(...NOW, '--force')).toMatchObject({ code: 1, err: expect.stringContaining('--force needs a reason') });
      expect(await proved(project, 'B')).toBe(40);
      await pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [60, 'since the cutover', project.literal('since the cutover', 'B')]);
      await project.pass(...FORCED);
      expect(await proved(project, 'A')).toBe(40);
      await project.pass('migrate', 'follow', 'live', '--once');
      expect(await proved(project, 'A')).toBe(41);
      const last = (await entriesOf(project)).at(-1);
      expect(last).toMatchObject({ seq: 3, forced: true, from: whole.at(-1)?.from, to: whole.at(-1)?.to, live: whole.at(-1)?.from });
      expect(last?.reason).toMatch(
        new RegExp(`^search is down\\. The ledger of .* line ${whole.length}: cutover\\.lock names an entry there`),
      );
      // It is a chain again; the certificate of before names an entry that is gone, so that a new evaluation is asked for.
      const refused = await project.run(...PROMOTE);
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('the ledger was rewritten')]);
      await project.pass('run', '-q');
      await project.promote();

      const [edited] = await entriesOf(project);
      await pool.query(`UPDATE cutover_migrations SET entry = replace(entry, '"rows":', '"rows":1') WHERE seq = 1`);
      expect(await project.run(...NOW)).toMatchObject({ code: 2, err: expect.stringContaining('its hash is not that of what it says') });
      await pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [61, 'since then', project.literal('since then', 'B')]);
      await project.pass(...FORCED);
      expect(await proved(project, 'A')).toBe(41);
      await project.pass('migrate', 'follow', 'live', '--once');
      expect(await proved(project, 'A')).toBe(42);
      expect(await project.run('migrate', 'history', 'live')).toMatchObject({ code: 2 });
      const again = await project.run(...FORCED);
      expect([again.code, again.err]).toEqual([1, expect.stringContaining('The old version is live already')]);
      const { hash: _hash, ...rest } = edited as LedgerEntry;
      await pool.query('UPDATE cutover_migrations SET entry = $1 WHERE seq = 1', [JSON.stringify({ ...rest, hash: edited?.hash })]);
      expect(await project.pass('migrate', 'history', 'live')).toContain('forced: search is down');
    } finally {
      await project.close();
    }
  });
});
