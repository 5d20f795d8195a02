import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { postgres } from '../../shared/postgres.ts';
import { NO_SERVER } from '../stores/real-server.ts';
import { TableProject } from './table-project.ts';

const DOCUMENTS = Array.from({ length: 40 }, (_, n) => ({ id: String(n), text: `note ${n} of the house` }));
const TABLE = 'CREATE TABLE chunks (id bigint PRIMARY KEY, body text NOT NULL, embedding vector(8))';
const store = (more = '') =>
  `{ live: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks, columns: { vector: embedding, text: body }${more} } }`;

/** Publisher and subscriber: two databases of one server that writes its log for both. */
class Pair {
  readonly project: TableProject;
  readonly there: pg.Pool;
  readonly url: string;

  private constructor(project: TableProject, url: string) {
    this.project = project;
    this.url = url;
    this.there = new pg.Pool({ connectionString: url });
  }

  static async create(publication: string): Promise<Pair> {
    const { value, stop } = await postgres('wal_level = logical');
    const server = String(value);
    const project = await TableProject.create({ store: store() }, TABLE, { url: server, stop: async () => stop?.() });
    for (const { id, text } of DOCUMENTS)
      await project.pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, text, project.literal(text)]);
    await project.data(DOCUMENTS);
    await project.pool.query('CREATE DATABASE reports');
    const pair = new Pair(project, server.replace(/\/postgres\?/, '/reports?'));
    await pair.there.query(`CREATE EXTENSION vector; ${TABLE}`);
    await project.pool.query(`CREATE PUBLICATION p ${publication}`);
    // In one server a subscription can't make its own slot: that waits for itself.
    await project.pool.query(`SELECT pg_create_logical_replication_slot('reports', 'pgoutput')`);
    await pair.there.query(`CREATE SUBSCRIPTION s CONNECTION '${server}' PUBLICATION p WITH (create_slot = false, slot_name = 'reports')`);
    await pair.caughtUp();
    return pair;
  }

  /** Waits until every row is there as it is here. */
  async caughtUp(columns = 'id, body, embedding'): Promise<void> {
    const rows = async (pool: pg.Pool) =>
      (await pool.query(`SELECT md5(string_agg(ROW(${columns})::text, ',' ORDER BY id)) AS sum FROM chunks`)).rows[0].sum;
    while ((await rows(this.there)) !== (await rows(this.project.pool))) await wait(50);
  }

  async close(): Promise<void> {
    await this.there.query('ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE)');
    await this.there.query('DROP SUBSCRIPTION s');
    await this.there.end();
    await this.project.close();
  }
}

const BESIDE = ['embedding', 'cutover_tag', 'cutover_text_hash'] as const;
/** As the guide says it. */
const EXCHANGE = `BEGIN; ${BESIDE.flatMap((name) => [
  `ALTER TABLE chunks RENAME COLUMN ${name} TO aside`,
  `ALTER TABLE chunks RENAME COLUMN ${name}_next TO ${name}`,
  `ALTER TABLE chunks RENAME COLUMN aside TO ${name}_next`,
]).join('; ')}; COMMIT`;

describe.skipIf(NO_SERVER !== null)(`a table with a subscriber${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('refuses while the subscriber lacks a column, and takes it along once it has them all', async () => {
    const pair = await Pair.create('FOR TABLE chunks');
    const { project, there } = pair;
    try {
      project.env = { REPORTS_URL: pair.url };
      const refused = async (...args: string[]) => {
        const { code, out, err } = await project.run(...args);
        expect(code).toBe(1);
        return out + err;
      };
      // Nothing says who takes the slot.
      expect(await refused('tag', 'plan', 'live')).toContain('slot reports takes changes from this database');
      expect(await refused('tag', 'apply', 'live', '--as', 'old')).toContain('a subscriber that lacks the new columns would stop');
      await project.configure(store(', subscribers: [REPORTS_URL]'));
      const plan = await refused('tag', 'plan', 'live');
      expect(plan).toContain('the subscriber REPORTS_URL lacks cutover_tag, cutover_text_hash, and would stop');
      const statements = /There, first: (.*)/.exec(plan)?.[1] ?? '';
      await there.query(statements);
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      await pair.caughtUp('id, body, embedding, cutover_tag, cutover_text_hash');

      const next = await refused('migrate', 'plan', 'live');
      expect(next).toContain('the subscriber REPORTS_URL lacks embedding_next, cutover_tag_next, cutover_text_hash_next');
      expect(await refused('migrate', 'start', 'live')).toContain('REPORTS_URL lacks embedding_next');
      await there.query(/There, first: (.*)/.exec(next)?.[1] ?? '');
      await project.pass('migrate', 'start', 'live', '-q');
      const all = 'id, body, embedding, cutover_tag, cutover_text_hash, embedding_next, cutover_tag_next, cutover_text_hash_next';
      await pair.caughtUp(all);

      await project.pass('run', '-q');
      await project.promote();
      const live = (await project.pool.query('SELECT live FROM cutover_live')).rows[0].live as string;
      // Between the two exchanges a row comes to the wrong side, with its tag: the guard hides it until it is sent again.
      await project.pool.query('UPDATE chunks SET body = body WHERE id = 7');
      const late = `SELECT count(*)::int AS n FROM chunks WHERE id = 7 AND cutover_tag = '${live}'`;
      while ((await there.query(late)).rows[0].n === 0) await wait(50);
      await there.query(EXCHANGE);
      const guarded = async () => (await there.query('SELECT id FROM chunks WHERE cutover_tag = $1', [live])).rows.length;
      expect(await guarded()).toBe(39);
      await project.pool.query('UPDATE chunks SET body = body WHERE id = 7');
      await pair.caughtUp(all);
      expect(await guarded()).toBe(40);
    } finally {
      await pair.close();
    }
  }, 120_000);

  it('asks for the tables of the ledger, too, where every table is published; without them the subscriber stops', async () => {
    const pair = await Pair.create('FOR ALL TABLES');
    const { project, there } = pair;
    try {
      project.env = { REPORTS_URL: pair.url };
      await there.query('ALTER TABLE chunks ADD COLUMN cutover_tag text, ADD COLUMN cutover_text_hash text');
      await project.configure(store(', subscribers: [REPORTS_URL]'));
      const plan = await project.run('tag', 'plan', 'live');
      expect([plan.code, plan.out]).toEqual([1, expect.stringContaining('REPORTS_URL lacks the tables of the ledger, and would stop')]);
      // Who says that nobody minds gets no refusal, and what was foreseen.
      await project.configure(store(', subscribers: []'));
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      const errors = async () =>
        (await there.query('SELECT apply_error_count::int AS n FROM pg_stat_subscription_stats')).rows[0].n as number;
      while ((await errors()) === 0) await wait(50);
      await there.query(/There, first: (.*)/.exec(plan.out)?.[1] ?? '');
      await pair.caughtUp('id, body, embedding, cutover_tag, cutover_text_hash');
    } finally {
      await pair.close();
    }
  }, 120_000);
});
