import type { Fingerprint } from '../../../core/brand.ts';
import { type SqlSession, transaction } from '../../../databases/connection.ts';
import { literal, quoted } from '../../../databases/names.ts';
import type { Sides } from '../column-store.ts';
import type { ColumnFacts, TableFacts } from './facts.ts';
import { createLedger, ledgerStatements } from './ledger.ts';
import type { TableNames } from './names.ts';
import { quietLock } from './timeouts.ts';
import { type Watched, watchBody, watchStatements } from './watch.ts';

/** What is missing before rows can have tags: columns, the ledger's tables, function and triggers. */
export async function taggingStatements(session: SqlSession, { columns }: TableFacts, names: TableNames): Promise<string[]> {
  const { vector, tag, textHash } = names.places.current;
  const [there] = await session.query(
    `SELECT to_regclass(${literal(names.ledger)}) IS NOT NULL AND to_regclass(${literal(names.live)}) IS NOT NULL AS there`,
  );
  return [
    ...(there?.there === true ? [] : ledgerStatements(names)),
    ...[tag, textHash].filter((name) => !columns.has(name)).flatMap((name) => added(columns.get(vector), names, name)),
    ...((await isWatched(session, names)) ? [] : watchStatements(names, UNWATCHED_NEXT)),
  ];
}

/** A column beside the vector, for those who may read or write the vector: a reader under the guard names it. */
function added(vector: ColumnFacts | undefined, { table }: TableNames, name: string): string[] {
  const grants = (vector?.kept ?? []).filter((statement) => statement.startsWith('GRANT '));
  return [
    `ALTER TABLE ${table} ADD COLUMN ${quoted(name)} text`,
    ...grants.map((statement) => statement.replaceAll('{table}', table).replaceAll('{column}', quoted(name))),
  ];
}

const UNWATCHED_NEXT: Watched = { next: null, mirrors: false, required: false };

/** Whether the trigger is that of this configuration. While a migration runs, it is its business. */
async function isWatched(session: SqlSession, names: TableNames): Promise<boolean> {
  const [row] = await session.query(
    `SELECT p.prosrc AS source, EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t WHERE t.tgrelid = to_regclass(${literal(names.table)}) AND t.tgfoid = p.oid AND t.tgenabled = 'A') AS fires
     FROM pg_catalog.pg_proc p WHERE p.oid = to_regproc(${literal(names.watch.function)})`,
  );
  if (row?.fires !== true) return false;
  return (await openColumns(session, names)).length > 0 || String(row.source).trim() === watchBody(names, UNWATCHED_NEXT).trim();
}

/** Stores that share the vector column and have a column beside now. */
export async function openColumns(session: SqlSession, names: TableNames): Promise<string[]> {
  const [there] = await session.query(`SELECT to_regclass(${literal(names.live)}) IS NOT NULL AS there`);
  if (there?.there !== true) return [];
  const rows = await session.query(
    `SELECT store FROM ${names.live} WHERE next IS NOT NULL AND (store = $1 OR starts_with(store, $2)) ORDER BY 1`,
    [names.column, `${names.column}@`],
  );
  return rows.map(({ store }) => String(store));
}

/** One transaction: columns that nobody watches would be worse than none. */
export async function prepare(session: SqlSession, facts: TableFacts, names: TableNames): Promise<void> {
  await createLedger(session, names);
  const statements = await taggingStatements(session, facts, names);
  if (statements.length === 0) return;
  await transaction(session, async () => {
    await session.query(quietLock(names.table));
    for (const statement of statements) await session.query(statement);
  });
}

/** Which version each column is to hold; null before there is any tag. */
export async function sidesOf(session: SqlSession, { live, store }: TableNames): Promise<Sides | null> {
  const [there] = await session.query(`SELECT to_regclass(${literal(live)}) IS NOT NULL AS there`);
  if (there?.there !== true) return null;
  const [row] = await session.query(`SELECT live, next FROM ${live} WHERE store = $1`, [store]);
  if (typeof row?.live !== 'string') return null;
  return { current: row.live as Fingerprint, next: typeof row.next === 'string' ? (row.next as Fingerprint) : null };
}
