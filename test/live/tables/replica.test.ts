import { describe, expect, it } from 'vitest';
import { commandLine } from '../../cli/command-line.ts';
import { postgres } from '../../shared/postgres.ts';
import { NO_SERVER } from '../stores/real-server.ts';
import { Replica } from './replica.ts';
import { TableProject } from './table-project.ts';

const DOCUMENTS = Array.from({ length: 120 }, (_, n) => ({ id: String(n), text: `note ${n} of the house` }));

describe.skipIf(NO_SERVER !== null)(`a table with a streaming replica${NO_SERVER === null ? '' : ` (${NO_SERVER})`}`, () => {
  it('writes nothing while the replica is too far behind, and goes on once it has caught up', async () => {
    // A server of its own: tests that share one would wait, too.
    const { value: url, stop } = await postgres();
    const project = await TableProject.create(
      {
        store: '{ live: { kind: postgres, urlFrom: DATABASE_URL, table: chunks, columns: { vector: embedding, text: body } } }',
        roles: ['owner'],
      },
      `GRANT CREATE, USAGE ON SCHEMA public TO {owner}; SET ROLE {owner};
       CREATE TABLE chunks (id bigint PRIMARY KEY, body text NOT NULL, embedding vector(8)); RESET ROLE`,
      { url: String(url), stop: async () => stop?.() },
    );
    let replica: Replica | null = null;
    try {
      replica = await Replica.of(project.pool);
      for (const { id, text } of DOCUMENTS)
        await project.pool.query('INSERT INTO chunks VALUES ($1, $2, $3)', [id, text, project.literal(text)]);
      await project.data(DOCUMENTS);
      const blind = 'a replica, whose lag this role may not see';
      expect((await project.run('tag', 'plan', 'live')).out).toContain(blind);
      await project.pool.query(project.named('GRANT pg_monitor TO {owner}'));
      expect((await project.run('tag', 'plan', 'live')).out).not.toContain(blind);
      await project.pass('tag', 'apply', 'live', '--as', 'old');
      await replica.caughtUp(project.pool);
      await replica.pool.query('SELECT pg_wal_replay_pause()');

      let tell: () => void = () => undefined;
      const told = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const run = commandLine(project.folder, {
        env: { DATABASE_URL: project.as('owner'), HOME: project.folder },
        now: () => new Date().toISOString(),
        clock: () => performance.now(),
        stderr: { write: (text) => (/waiting +a replica is \d+ s behind/.test(text) ? tell() : undefined) },
      });
      const started = run('migrate', 'start', 'live', '--max-lag', '1', '--batch', '2', '--rate', '20');
      await Promise.race([told, started]);
      const filled = async (pool = project.pool) =>
        (await pool.query('SELECT count(embedding_next)::int AS n FROM chunks')).rows[0].n as number;
      const [first, second] = [await filled(), await new Promise((resolve) => setTimeout(resolve, 1_500)).then(() => filled())];
      expect(first).toBeGreaterThan(0);
      expect([second, second < DOCUMENTS.length]).toEqual([first, true]);

      await replica.pool.query('SELECT pg_wal_replay_resume()');
      expect((await started).code).toBe(0);
      expect(await filled()).toBe(DOCUMENTS.length);
      await replica.caughtUp(project.pool);
      expect(await filled(replica.pool)).toBe(DOCUMENTS.length);
    } finally {
      await replica?.stop();
      await project.close();
    }
  }, 120_000);
});
