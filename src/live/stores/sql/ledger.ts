import { createHash } from 'node:crypto';
import { CutoverError } from '../../../core/errors.ts';
import { type SqlDatabase, type SqlSession, transaction } from '../../../databases/connection.ts';
import { literal } from '../../../databases/names.ts';
import type { LedgerStorage } from '../../../model/ledger.ts';
import type { TableNames } from './names.ts';
import { LOCK_TIMEOUT } from './timeouts.ts';

/** Two tables beside the vectors: every entry, and for readers one row a store with the live tag. Tables of a schema share them. */
export function sqlLedger(database: SqlDatabase, names: TableNames, store: string): LedgerStorage {
  // Two halves of a hash: advisory locks are known by numbers. Stores that share a column share the lock.
  const digest = createHash('sha256').update(`${names.table}.${names.column}`).digest();
  const lock = `${digest.readInt32BE(0)}, ${digest.readInt32BE(4)}`;
  return {
    read: async () => {
      const [there] = await database.query(`SELECT to_regclass(${literal(names.ledger)}) IS NOT NULL AS there`);
      if (there?.there !== true) return [];
      const rows = await database.query(`SELECT entry FROM ${names.ledger} WHERE store = $1 ORDER BY seq`, [names.store]);
      return rows.map(({ entry }) => String(entry));
    },
    append: (line, seq, live) =>
      database.session(async (session) => {
        await createLedger(session, names);
        await session.query(LOCK_TIMEOUT);
        await transaction(session, async () => {
          await setLive(session, names, live);
          await appendLine(session, names, store, line, seq);
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

/**
 * The statements that make both tables. Nobody but their owner writes them, whatever a schema grants by default; everybody who may
 * use the schema may read which tag is live.
 */
export function ledgerStatements({ ledger, live }: TableNames): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${ledger} (store text NOT NULL, seq integer NOT NULL, entry text NOT NULL, written timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (store, seq))`,
    `CREATE TABLE IF NOT EXISTS ${live} (store text PRIMARY KEY, live text, next text, required boolean NOT NULL DEFAULT false)`,
    ...[ledger, live].map((table) => `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`),
    `DROP POLICY IF EXISTS cutover_read ON ${live}`,
    `CREATE POLICY cutover_read ON ${live} FOR SELECT USING (true)`,
    `GRANT SELECT ON ${live} TO PUBLIC`,
  ];
}

export async function createLedger(session: SqlSession, names: TableNames): Promise<void> {
  const [there] = await session.query(
    `SELECT to_regclass(${literal(names.ledger)}) IS NOT NULL AND to_regclass(${literal(names.live)}) IS NOT NULL AS there`,
  );
  if (there?.there === true) return;
  await transaction(session, async () => {
    for (const statement of ledgerStatements(names)) await session.query(statement);
  });
}

/** Within a transaction: the row of the live tag first, then the entry. Whoever moves columns takes them in this order, too. */
export async function setLive(session: SqlSession, { live: table, store }: TableNames, live: string | null): Promise<void> {
  await session.query(`INSERT INTO ${table} (store, live) VALUES ($1, $2) ON CONFLICT (store) DO UPDATE SET live = EXCLUDED.live`, [
    store,
    live,
  ]);
}

export async function appendLine(session: SqlSession, names: TableNames, store: string, line: string, seq: number): Promise<void> {
  const moved = new CutoverError('LEDGER_MOVED', { store, seq });
  const [last] = await session.query(`SELECT coalesce(max(seq), 0)::int AS seq FROM ${names.ledger} WHERE store = $1`, [names.store]);
  if (Number(last?.seq) !== seq - 1) throw moved;
  // Waits for whoever writes the same number at the same time; then it is there, and nothing is inserted.
  const rows = await session.query(
    `INSERT INTO ${names.ledger} (store, seq, entry) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING seq`,
    [names.store, seq, line],
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
