import type { Fingerprint } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import { byCodeUnits } from '../../../core/order.ts';
import { plural } from '../../../core/words.ts';
import { type SqlSession, transaction } from '../../../databases/connection.ts';
import { quoted } from '../../../databases/names.ts';
import type { LedgerMove, Sides } from '../column-store.ts';
import { type Dependent, dependentsOf } from './dependents.ts';
import { type TableFacts, tableFacts } from './facts.ts';
import { appendLine, setLive } from './ledger.ts';
import type { TableNames } from './names.ts';
import { nextName } from './names.ts';
import { idOf, keyOf } from './rows.ts';
import { quietLock } from './timeouts.ts';
import { exchangedIndex, indexesOf } from './twins.ts';
import { unwatchStatements, watchStatements } from './watch.ts';

interface Work {
  readonly session: SqlSession;
  readonly names: TableNames;
  /** For messages. */
  readonly store: string;
}

/**
 * Exchanges the names of both columns, of their tags, hashes and indexes, binds again what is bound by column number, and writes
 * the entry: one transaction, all or nothing. Nothing is read or written of the rows.
 * @param after which version each column is to hold afterwards
 * @param isTrial rolled back at the end: everything is tried, nothing stays
 */
export async function exchange({ session, names, store }: Work, after: Sides, move: LedgerMove | null): Promise<void> {
  const work = async () => {
    await session.query(quietLock(names.table));
    await lockLive(session, names);
    await session.query(`LOCK TABLE ${names.table} IN ACCESS EXCLUSIVE MODE`);
    const facts = await tableFacts(session, names, store);
    for (const statement of await exchangeStatements(session, facts, names, after)) await session.query(statement);
    if (move === null) return;
    await session.query(`UPDATE ${names.live} SET live = $2, next = $3, required = $4 WHERE store = $1`, [
      names.store,
      after.current,
      after.next,
      await isRequired(session, facts, names),
    ]);
    await appendLine(session, names, store, move.line, move.seq);
  };
  if (move !== null) return transaction(session, work);
  await trial(session, work);
}

/** Runs statements in a transaction that is rolled back. */
export async function trial(session: SqlSession, work: () => Promise<void>): Promise<void> {
  await session.query('BEGIN');
  try {
    await work();
  } finally {
    await session.query('ROLLBACK');
  }
}

async function lockLive(session: SqlSession, { live, store }: TableNames): Promise<void> {
  await session.query(`SELECT 1 AS one FROM ${live} WHERE store = $1 FOR UPDATE`, [store]);
}

/** Whether the application's column was NOT NULL before the first exchange. */
async function isRequired(session: SqlSession, { columns }: TableFacts, { live, store, places }: TableNames): Promise<boolean> {
  const [row] = await session.query(`SELECT required FROM ${live} WHERE store = $1`, [store]);
  return row?.required === true || columns.get(places.current.vector)?.required === true;
}

/** What an exchange runs, in order. */
export async function exchangeStatements(session: SqlSession, facts: TableFacts, names: TableNames, after: Sides): Promise<string[]> {
  const { table, places } = names;
  const dependents = await dependentsOf(session, facts, names);
  refuseUnmovable(dependents, mirrorsOf(facts, names));
  const remade = dependents.flatMap(({ remake }) => remake ?? []);
  const pairs = (['vector', 'tag', 'textHash'] as const).map((column) => [places.current[column], places.next[column]] as const);
  const indexed = indexesOf(facts, names, 'current').filter(({ name }) => facts.indexes.some((index) => index.name === nextName(name)));
  const required = await isRequired(session, facts, names);
  return [
    // The trigger says what NOT NULL said: rows of which one version is still to be made can't break it.
    ...(facts.columns.get(places.current.vector)?.required === true
      ? [`ALTER TABLE ${table} ALTER COLUMN ${quoted(places.current.vector)} DROP NOT NULL`]
      : []),
    ...pairs.flatMap(([now, then]) => exchangedColumn(table, now, then)),
    ...indexed.flatMap(({ schema, name }) => exchangedIndex(schema, name)),
    ...watchStatements(names, { next: after.next, mirrors: mirrorsOf(facts, names), required }),
    ...remade,
  ];
}

/** What was made since the migration was planned. @throws CutoverError MIGRATION_REFUSED */
function refuseUnmovable(dependents: readonly Dependent[], mirrors: boolean): void {
  const bound = dependents.find(({ remake, isTyped, owner }) => remake === null || owner !== null || (isTyped && !mirrors));
  if (bound === undefined) return;
  const reason = `${bound.title} is bound to the column that is exchanged, and can't be made again${bound.owner === null ? '' : `: it belongs to ${bound.owner}`}`;
  throw new CutoverError('MIGRATION_REFUSED', {
    step: 'The switch',
    reason,
    next: `First ${bound.next || 'drop it before the switch and make it again after it'}`,
  });
}

export function mirrorsOf({ columns }: TableFacts, { places }: TableNames): boolean {
  return columns.get(places.current.vector)?.type === columns.get(places.next.vector)?.type;
}

function exchangedColumn(table: string, now: string, then: string): string[] {
  const aside = quoted(nextName(`${now}_cutover`));
  return [
    `ALTER TABLE ${table} RENAME COLUMN ${quoted(now)} TO ${aside}`,
    `ALTER TABLE ${table} RENAME COLUMN ${quoted(then)} TO ${quoted(now)}`,
    `ALTER TABLE ${table} RENAME COLUMN ${aside} TO ${quoted(then)}`,
  ];
}

/** Drops the column beside with its tag and hash, and writes the entry, in one transaction. */
export async function dropNext({ session, names, store }: Work, live: Fingerprint, move: LedgerMove): Promise<void> {
  const { table, places } = names;
  const before = await tableFacts(session, names, store);
  if (before.columns.has(places.next.vector)) await refuseToBare(session, names);
  const required = await isRequired(session, before, names);
  const vector = quoted(places.current.vector);
  const check = quoted(nextName(`${names.bare}_cutover_not_null`));
  if (required && before.columns.get(places.current.vector)?.required === false) {
    // Proved without a long lock; NOT NULL then reads no row.
    await session.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${check}`);
    await session.query(`ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${vector} IS NOT NULL) NOT VALID`);
    await session.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${check}`);
  }
  await transaction(session, async () => {
    await session.query(quietLock(table));
    await setLive(session, names, live);
    await session.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    if (required) {
      await session.query(`ALTER TABLE ${table} ALTER COLUMN ${vector} SET NOT NULL`);
      await session.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${check}`);
    }
    for (const statement of unwatchStatements(names, 'next')) await session.query(statement);
    for (const column of Object.values(places.next)) await session.query(`ALTER TABLE ${table} DROP COLUMN IF EXISTS ${quoted(column)}`);
    for (const statement of watchStatements(names, { next: null, mirrors: false, required: false })) await session.query(statement);
    await session.query(`UPDATE ${names.live} SET next = NULL, required = false WHERE store = $1`, [names.store]);
    await appendLine(session, names, store, move.line, move.seq);
  });
}

/**
 * Rows of which the vector beside is all that they have. After an exchange there can only be fewer of them, so that none comes between
 * this look and the drop. @throws CutoverError MIGRATION_REFUSED
 */
async function refuseToBare(session: SqlSession, { table, places, key }: TableNames): Promise<void> {
  const rows = await session.query(
    `SELECT ${key.map((column, i) => `${quoted(column)}::text AS k${i}`).join(', ')}, count(*) OVER ()::float8 AS rows
     FROM ${table} WHERE ${quoted(places.current.vector)} IS NULL AND ${quoted(places.next.vector)} IS NOT NULL LIMIT 3`,
  );
  if (rows.length === 0) return;
  const count = Number(rows[0]?.rows);
  const ids = rows.map((row) => idOf(keyOf(row, key.length))).sort(byCodeUnits);
  throw new CutoverError('MIGRATION_REFUSED', {
    step: 'Retire',
    reason: `${plural(count, 'row')} (${ids.join(', ')}${count > ids.length ? ', …' : ''}) would lose the vector beside, and have no other one`,
    next: 'Run `cutover migrate follow --once`, then retire',
  });
}
