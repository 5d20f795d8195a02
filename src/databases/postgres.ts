import type pg from 'pg';
import type { SqlDatabase, SqlSession } from './connection.ts';
import type { Connection } from './connection-string.ts';

/** How long to wait for a server before it counts as unreachable, unless the connection string says. */
const CONNECT_MS = 10_000;

/** By `connect_timeout`, in seconds, as libpq has it; the driver doesn't read it. */
function connectMs(url: string): number {
  const seconds = Number(/[?&]connect_timeout=(\d+)/.exec(url)?.[1] ?? 0);
  return seconds > 0 ? 1000 * seconds : CONNECT_MS;
}

/**
 * A pool of connections; the first query opens one.
 * @param answerMs milliseconds after which a query counts as unanswered; without it, there is no end
 */
export async function openPostgres({ url }: Connection, answerMs?: number): Promise<SqlDatabase> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: connectMs(url),
    query_timeout: answerMs,
    // A process that is stopped in the middle of a transaction holds up nobody for longer: the server ends it.
    idle_in_transaction_session_timeout: answerMs,
    application_name: 'cutover',
    max: 4,
  });
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
      // What ends a session between two statements is an event; the next statement says so.
      const ended = () => undefined;
      client.on('error', ended);
      try {
        const result = await work(sessionOf(client));
        broken = false;
        return result;
      } finally {
        client.off('error', ended);
        // Settings and locks of a session that failed must not reach the next one.
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
