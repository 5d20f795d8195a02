import type pg from 'pg';
import type { StoreAdapter, StoreContext, StoreSpec } from '../../contract/live-store.ts';
import { CutoverError } from '../../errors.ts';
import type { SqlDatabase, SqlSession } from '../sql/connection.ts';
import { secretsOf } from '../sql/connection-string.ts';
import { SqlStore } from '../sql/store.ts';

/** How long to wait for a server before it counts as unreachable. */
const CONNECT_MS = 10_000;

/** A table of a PostgreSQL server with pgvector. */
export const postgres: StoreAdapter = {
  id: 'postgres',
  title: 'PostgreSQL with pgvector',
  needs: ['urlFrom', 'table'],
  open: async (spec, { env }) => {
    const title = `PostgreSQL table ${spec.table ?? ''}`;
    const { database, hide } = await openPostgres(spec, title, env);
    return new SqlStore(spec, title, database, hide);
  },
};

/** @returns the database, and what must not stand in an error. @throws CutoverError STORE_URL_MISSING */
export async function openPostgres(
  { urlFrom }: Pick<StoreSpec, 'urlFrom'>,
  store: string,
  env: StoreContext['env'],
): Promise<{ readonly database: SqlDatabase; readonly hide: readonly string[] }> {
  const url = env[urlFrom ?? ''] ?? '';
  if (url === '') throw new CutoverError('STORE_URL_MISSING', { store, variable: urlFrom ?? '' });
  return { database: await poolOf(url), hide: [url, ...secretsOf(url)] };
}

async function poolOf(connectionString: string): Promise<SqlDatabase> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString, max: 4, connectionTimeoutMillis: CONNECT_MS, application_name: 'cutover' });
  // An idle connection that breaks is an event; the next query says what is wrong.
  pool.on('error', () => undefined);
  const sessionOf = (client: pg.Pool | pg.PoolClient): SqlSession => ({
    query: async (sql, values) =>
      (await client.query(sql, values === undefined ? undefined : [...values])).rows as Record<string, unknown>[],
  });
  return {
    ...sessionOf(pool),
    session: async (work) => {
      const client = await pool.connect();
      let broken = true;
      try {
        const result = await work(sessionOf(client));
        broken = false;
        return result;
      } finally {
        // Settings and locks of a session that failed must not reach the next one.
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
