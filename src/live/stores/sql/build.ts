import { setTimeout as wait } from 'node:timers/promises';
import type { SqlSession } from '../../../databases/connection.ts';
import { tableFacts } from './facts.ts';
import type { TableNames } from './names.ts';
import { nextColumn } from './next.ts';
import { twinsOf } from './twins.ts';

/** Milliseconds between two looks at a build that a killed run left behind. */
const POLL = 500;

/**
 * Builds what the column beside lacks of indexes, each without blocking writers: a partition at a time where there are any. One that
 * was interrupted is dropped and built again.
 */
export async function build(
  session: SqlSession,
  names: TableNames,
  store: string,
  dimension: number,
  onBuild: (index: string) => void,
): Promise<void> {
  // Waiting for others, a build blocks nobody; and a server should notice that this process is gone.
  await session.query('SET lock_timeout = 0');
  await session.query("SET client_connection_check_interval = '1s'").catch(() => undefined);
  await othersDone(session, names, store);
  const facts = await tableFacts(session, names, store);
  for (const { name, qualified, create, attach } of twinsOf(facts, names, nextColumn(facts, names, dimension))) {
    const there = facts.indexes.find((index) => index.name === name);
    const isDone = there?.isValid === true;
    if (there !== undefined && !isDone && !there.isPartitioned) await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`);
    if (!isDone && (there === undefined || !there.isPartitioned)) {
      onBuild(name);
      await session.query(create);
    }
    if (attach !== null && (!isDone || there?.parent === null)) await session.query(attach);
  }
}

/** A build goes on for a while after the process that asked for it was killed. */
async function othersDone(session: SqlSession, names: TableNames, store: string): Promise<void> {
  const { relations } = await tableFacts(session, names, store);
  for (;;) {
    const rows = await session
      .query(
        `SELECT 1 AS one FROM pg_catalog.pg_stat_progress_create_index WHERE relid IN (${relations.join(', ')}) AND pid <> pg_backend_pid()`,
      )
      .catch(() => []);
    if (rows.length === 0) return;
    await wait(POLL);
  }
}
