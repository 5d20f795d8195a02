import { randomUUID } from 'node:crypto';
import type { SqlDatabase, SqlSession } from '../../databases/connection.ts';
import { literal, quoted } from '../../databases/names.ts';
import { buildTable, isWhole } from './pgvector-build.ts';
import { requireIndexable, serverOf } from './pgvector-server.ts';
import { PgvectorTable } from './pgvector-table.ts';
import type { ServingStore, ServingTable, TableRequest } from './serving.ts';

/** Where the tables go: a schema of their own, so that no live one can be meant. */
const SCHEMA = 'cutover_scratch';
const PREFIX = 'v_';

/** Tables of pgvector beside the live ones, in a schema of their own. */
export class PgvectorStore implements ServingStore {
  readonly kind: string;
  readonly #store: string;
  readonly #database: () => Promise<SqlDatabase>;
  #opened: Promise<SqlDatabase> | null = null;

  /** @param store for people, without credentials. @param database guarded; opened once */
  constructor(kind: string, store: string, database: () => Promise<SqlDatabase>) {
    this.kind = kind;
    this.#store = store;
    this.#database = database;
  }

  #open(): Promise<SqlDatabase> {
    this.#opened ??= this.#database();
    return this.#opened;
  }

  async table(request: TableRequest): Promise<ServingTable> {
    const database = await this.#open();
    const server = await serverOf(database, this.#store);
    requireIndexable(request, server, this.#store);
    const name = `${PREFIX}${request.fingerprint.slice(0, 12)}_${request.key?.slice(0, 16) ?? randomUUID().slice(0, 8)}`;
    const table = `${quoted(SCHEMA)}.${quoted(name)}`;
    const loaded = await database.session((session) =>
      locked(session, name, async () => {
        await requireSchema(session);
        if (request.key !== null && (await isWhole(session, table, request))) return true;
        await buildTable(session, { table, name, store: this.#store, request });
        return false;
      }),
    );
    const drop = () => database.query(`DROP TABLE IF EXISTS ${table}`).then(() => undefined);
    try {
      return await PgvectorTable.open(
        database,
        { table, name, store: this.#store, request, server, loaded },
        request.key === null ? drop : null,
      );
    } catch (error) {
      if (request.key === null) await drop();
      throw error;
    }
  }

  async tables(): Promise<readonly string[]> {
    const rows = await (await this.#open()).query(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace(${literal(SCHEMA)}) AND relkind = 'r' AND relname ~ '^${PREFIX}[0-9a-f]{12}_' ORDER BY 1`,
    );
    return rows.map(({ name }) => `${SCHEMA}.${String(name)}`);
  }

  async drop(): Promise<readonly string[]> {
    const names = await this.tables();
    const database = await this.#open();
    for (const name of names) await database.query(`DROP TABLE IF EXISTS ${quoted(SCHEMA)}.${quoted(name.slice(SCHEMA.length + 1))}`);
    return names;
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await (await opened?.catch(() => null))?.close();
  }
}

/** Of two runs that want the same table, the second waits and finds it made. */
async function locked<T>(session: SqlSession, name: string, work: () => Promise<T>): Promise<T> {
  const key = `hashtextextended(${literal(`cutover ${name}`)}, 0)`;
  await session.query(`SELECT pg_advisory_lock(${key})`);
  try {
    return await work();
  } finally {
    // A connection that broke has lost its lock already.
    await session.query(`SELECT pg_advisory_unlock(${key})`).catch(() => undefined);
  }
}

/** Only made where it is missing: whoever may create in it need not be allowed to create schemas. */
async function requireSchema(session: SqlSession): Promise<void> {
  const [found] = await session.query(`SELECT 1 AS one FROM pg_namespace WHERE nspname = ${literal(SCHEMA)}`);
  // IF NOT EXISTS alone fails in one of two sessions that come at the same moment.
  if (found === undefined) await locked(session, SCHEMA, () => session.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(SCHEMA)}`));
}
