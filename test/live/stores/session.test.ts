import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../../src/databases/postgres.ts';
import { NO_SERVER, type RealServer, startServer } from './real-server.ts';

describe.skipIf(NO_SERVER !== null)('a session on PostgreSQL', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('that idles in a transaction for longer than an answer may take is ended, and holds up nobody', async () => {
    const database = await openPostgres({ url: server.url } as never, 500);
    await database.query('CREATE TABLE held (id int)');
    await expect(
      database.session(async (session) => {
        await session.query('BEGIN');
        await session.query('INSERT INTO held VALUES (1)');
        // As a process that is stopped here: it asks again long after its time.
        await wait(1_500);
        await session.query('COMMIT');
      }),
    ).rejects.toThrow();
    expect(await database.query('SELECT count(*)::int AS rows FROM held')).toEqual([{ rows: 0 }]);
    await database.query('DROP TABLE held');
    await database.close();
  });
});
