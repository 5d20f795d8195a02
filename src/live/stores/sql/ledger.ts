import { createHash } from 'node:crypto';
import { CutoverError } from '../../../core/errors.ts';
import { type SqlDatabase, type SqlSession, transaction } from '../../../databases/connection.ts';
import { literal, type SqlNames } from '../../../databases/names.ts';
import type { LedgerStorage } from '../../../model/ledger.ts';
import { LOCK_TIMEOUT, liveView } from './tagging.ts';

/** The table `cutover_migrations` beside the vectors; one row an entry. Several tables of a schema share it, each by its name. */
export function sqlLedger(database: SqlDatabase, names: SqlNames, store: string): LedgerStorage {
  // Two halves of a hash: advisory locks are known by numbers.
  const digest = createHash('sha256').update(names.table).digest();
  const lock = `${digest.readInt32BE(0)}, ${digest.readInt32BE(4)}`;
  return {
    read: async () => {
      const [there] = await database.query(`SELECT to_regclass(${literal(names.ledger)}) IS NOT NULL AS there`);
      if (there?.there !== true) return [];
      const rows = await database.query(`SELECT entry FROM ${names.ledger} WHERE store = $1 ORDER BY seq`, [names.bare]);
      return rows.map(({ entry }) => String(entry));
    },
    append: (line, seq, live) =>
      database.session(async (session) => {
        await createTable(session, names);
        await session.query(LOCK_TIMEOUT);
        await transaction(session, async () => {
          await insert(session, names, store, line, seq);
          for (const statement of liveView(names, live)) await session.query(statement);
        });
      }),
    exclusively: (work) =>
      database.session(async (session) => {
        const [got] = await session.query(`SELECT pg_try_advisory_lock(${lock}) AS locked`);
        if (got?.locked !== true)
          throw new CutoverError('LEDGER_LOCKED', { store, holder: await holderOf(session, digest.readInt32BE(0)), otherwise: '' });
        try {
          return await work();
        } finally {
          await session.query(`SELECT pg_advisory_unlock(${lock})`).catch(() => undefined);
        }
      }),
  };
}

function createTable(session: SqlSession, names: SqlNames): Promise<unknown> {
  return session.query(
    `CREATE TABLE IF NOT EXISTS ${names.ledger} (store text NOT NULL, seq integer NOT NULL, entry text NOT NULL, written timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (store, seq))`,
  );
}

async function insert(session: SqlSession, names: SqlNames, store: string, line: string, seq: number): Promise<void> {
  const moved = new CutoverError('LEDGER_MOVED', { store, seq });
  const [last] = await session.query(`SELECT coalesce(max(seq), 0)::int AS seq FROM ${names.ledger} WHERE store = $1`, [names.bare]);
  if (Number(last?.seq) !== seq - 1) throw moved;
  // Waits for whoever writes the same number at the same time; then it is there, and nothing is inserted.
  const rows = await session.query(
    `INSERT INTO ${names.ledger} (store, seq, entry) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING seq`,
    [names.bare, seq, line],
  );
  if (rows.length === 0) throw moved;
}

async function holderOf(session: SqlSession, classId: number): Promise<string> {
  const [row] = await session
    .query(
      `SELECT a.pid, a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1 LIMIT 1`,
      [classId >>> 0],
    )
    .catch(() => []);
  return row === undefined ? 'another connection' : `the connection of server process ${String(row.pid)} (${String(row.name)})`;
}
