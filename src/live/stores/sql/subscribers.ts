import type { SqlDatabase, SqlSession } from '../../../databases/connection.ts';
import { literal } from '../../../databases/names.ts';
import type { Place, Refusal } from '../live-store.ts';
import type { TableFacts } from './facts.ts';
import type { Outlook } from './foresee.ts';
import { ledgerStatements } from './ledger.ts';
import type { TableNames } from './names.ts';

/** A server that takes the table by logical replication. */
export interface Subscriber {
  /** The environment variable that holds its connection string. */
  readonly name: string;
  open(): Promise<SqlDatabase>;
}

/** A column that is to be added, and its type. */
export type Added = readonly [name: string, type: string];

/** Tag and hash of a place. */
export function tagColumns({ places }: TableNames, place: Place): Added[] {
  return [
    [places[place].tag, 'text'],
    [places[place].textHash, 'text'],
  ];
}

interface Publication {
  readonly name: string;
  /** It sends every table of a schema, or all: those of the tool, too. */
  readonly isWide: boolean;
  /** It sends the columns that it lists. */
  readonly isListed: boolean;
}

/**
 * What logical replication makes of new columns: a subscriber whose table lacks one stops, and the publisher keeps its log until it
 * goes on. Which columns a subscriber has is known only where it can be asked.
 * @param subscribers null where the configuration says nothing of them
 */
export async function outlookForSubscribers(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  added: readonly Added[],
  subscribers: readonly Subscriber[] | null,
): Promise<Outlook> {
  const all = await publicationsOf(session, facts, names);
  const whole = all.filter(({ isListed }) => !isListed);
  const warnings = all.filter(({ isListed }) => isListed).map(({ name }) => listed(name, names));
  if (whole.length === 0) return { refusals: [], warnings };
  const list = whole.map(({ name }) => name).join(', ');
  warnings.push(
    `Publication ${list} sends every column of the table. A subscriber whose table lacks the new columns stops with "missing replicated columns": add them there first. At the switch, exchange the names there, too.`,
  );
  const slots = await slotsOf(session);
  if (slots.length === 0 && (subscribers ?? []).length === 0) return { refusals: [], warnings };
  if (subscribers === null) return { refusals: [unknown(list, slots)], warnings };
  const tables = whole.some(({ isWide }) => isWide)
    ? ledgerStatements(names).filter((statement) => statement.startsWith('CREATE TABLE'))
    : [];
  const refusals: Refusal[] = [];
  for (const subscriber of subscribers) refusals.push(...(await lackingIn(subscriber, names, added, tables)));
  return { refusals, warnings };
}

function listed(name: string, { places }: TableNames): string {
  return `Publication ${name} sends ${places.current.vector} by its name and no tag. After the switch its subscribers get new vectors of rows that change, beside the old ones that they have: let them copy the table again.`;
}

function unknown(publications: string, slots: readonly string[]): Refusal {
  return {
    reason: `publication ${publications} sends every column, and ${slots.join(', ')} takes changes from this database: a subscriber that lacks the new columns would stop`,
    next: "Name the variables of the subscribers' connection strings under `subscribers:` of the store, so that they are looked at; `subscribers: []` where none of them keeps this table as a table",
  };
}

async function publicationsOf(session: SqlSession, { relations }: TableFacts, { places }: TableNames): Promise<Publication[]> {
  const rows = await session
    .query(
      `SELECT p.pubname AS name, bool_or(p.puballtables OR s.oid IS NOT NULL) AS wide, bool_and(r.prattrs IS NOT NULL AND NOT p.puballtables AND s.oid IS NULL) AS listed
       FROM pg_catalog.pg_publication p LEFT JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid AND r.prrelid IN (${relations.join(', ')})
         LEFT JOIN pg_catalog.pg_publication_namespace s ON s.pnpubid = p.oid AND s.pnnspid = (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = ${relations[0]})
       WHERE p.puballtables OR s.oid IS NOT NULL OR r.oid IS NOT NULL AND (r.prattrs IS NULL
         OR EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY(r.prattrs) AND a.attname = ${literal(places.current.vector)}))
       GROUP BY 1 ORDER BY 1`,
    )
    // Older servers publish no schemas and no lists of columns.
    .catch(() =>
      session.query(
        `SELECT p.pubname AS name, p.puballtables AS wide, false AS listed FROM pg_catalog.pg_publication p
         WHERE p.puballtables OR EXISTS (SELECT 1 FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid IN (${relations.join(', ')})) ORDER BY 1`,
      ),
    );
  return rows.map(({ name, wide, listed: isListed }) => ({ name: String(name), isWide: wide === true, isListed: isListed === true }));
}

/** Logical slots of this database, whoever reads them. */
async function slotsOf(session: SqlSession): Promise<string[]> {
  const rows = await session.query(
    `SELECT slot_name AS name FROM pg_catalog.pg_replication_slots WHERE slot_type = 'logical' AND plugin = 'pgoutput' AND database = current_database() AND NOT temporary ORDER BY 1`,
  );
  return rows.map(({ name }) => `slot ${String(name)}`);
}

async function lackingIn(
  { name, open }: Subscriber,
  names: TableNames,
  added: readonly Added[],
  tables: readonly string[],
): Promise<Refusal[]> {
  const database = await open();
  try {
    const columns = await database.query(
      `SELECT attname AS name FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass(${literal(names.table)}) AND attnum > 0 AND NOT attisdropped`,
    );
    // It subscribes to other tables.
    if (columns.length === 0) return [];
    const there = new Set(columns.map((row) => row.name));
    const lacking = added.filter(([column]) => !there.has(column));
    const [known] = await database.query(
      `SELECT to_regclass(${literal(names.ledger)}) IS NOT NULL AND to_regclass(${literal(names.live)}) IS NOT NULL AS there`,
    );
    const missing = known?.there === true ? [] : tables;
    if (lacking.length === 0 && missing.length === 0) return [];
    const what = [...lacking.map(([column]) => column), ...(missing.length === 0 ? [] : ['the tables of the ledger'])].join(', ');
    const statements = [
      ...missing,
      ...lacking.map(([column, type]) => `ALTER TABLE ${names.table} ADD COLUMN "${column.replaceAll('"', '""')}" ${type}`),
    ];
    return [{ reason: `the subscriber ${name} lacks ${what}, and would stop`, next: `There, first: ${statements.join('; ')}` }];
  } finally {
    await database.close();
  }
}
