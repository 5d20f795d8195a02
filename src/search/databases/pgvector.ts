import { randomUUID } from 'node:crypto';
import { CutoverError } from '../../core/errors.ts';
import { type SqlDatabase, type SqlSession, transaction } from '../../databases/connection.ts';
import { literal, quoted } from '../../databases/names.ts';
import { vectorText } from '../../databases/vector-text.ts';
import type { ServedBy } from '../../model/search.ts';
import { type Building, buildTable, indexName, isWhole, operatorOf } from './pgvector-build.ts';
import { type PgvectorServer, requireIndexable, requirePgvector, serverOf } from './pgvector-server.ts';
import type { ServingStore, ServingTable, TableQuery, TableRequest } from './serving.ts';
import { type EachQuery, rowsFound, timesTaken } from './serving.ts';

interface Opened extends Building {
  readonly server: PgvectorServer;
  readonly loaded: boolean;
}

/** A table of vectors with an index of pgvector. */
class PgvectorTable implements ServingTable {
  readonly loaded: boolean;
  readonly bytes: number | null;
  readonly servedBy: ServedBy;
  readonly #database: SqlDatabase;
  readonly #of: Opened;
  readonly #drop: (() => Promise<void>) | null;

  private constructor(database: SqlDatabase, of: Opened, bytes: number | null, drop: (() => Promise<void>) | null) {
    this.#database = database;
    this.#of = of;
    this.#drop = drop;
    this.loaded = of.loaded;
    this.bytes = bytes;
    this.servedBy = { library: of.server.library, parameters: parametersOf(of) };
  }

  /** @param drop removes the table when it is closed; null keeps it. @throws CutoverError SEARCH_INDEX_UNUSED */
  static async open(database: SqlDatabase, of: Opened, drop: (() => Promise<void>) | null): Promise<PgvectorTable> {
    if (requirePgvector(of.request.pgvector).index === 'none') return new PgvectorTable(database, of, null, drop);
    const index = literal(of.table.replace(/"[^"]*"$/, `"${indexName(of.name)}"`));
    const [size] = await database.query(`SELECT pg_relation_size(to_regclass(${index}))::text AS bytes`);
    const table = new PgvectorTable(database, of, Number(size?.bytes), drop);
    await table.#requireIndex();
    return table;
  }

  /** The planner may think a scan of all rows cheaper; then it would not be the index that is measured. */
  async #requireIndex(): Promise<void> {
    const { request, name, store } = this.#of;
    const data = request.data.subarray(0, request.dimension);
    const plan = await this.#searching({ data, k: 1, efSearch: request.graph.efSearch }, (session, query) =>
      session.query(`EXPLAIN ${query.sql}`, [vectorText(data), ...query.values]),
    );
    if (!JSON.stringify(plan).includes(indexName(name))) throw new CutoverError('SEARCH_INDEX_UNUSED', { store, index: indexName(name) });
  }

  search(query: TableQuery): Promise<Int32Array> {
    return rowsFound(query, this.#of.request.dimension, (asked, work) => this.#each(asked, work));
  }

  time(query: TableQuery): Promise<Float64Array> {
    return timesTaken(query, this.#of.request.dimension, (asked, work) => this.#each(asked, work));
  }

  /** One query after the other, in one session with the engine's settings. */
  async #each(query: TableQuery, work: Parameters<EachQuery>[1]): Promise<void> {
    const { dimension, signal } = this.#of.request;
    await this.#searching(query, async (session, { sql, values }) => {
      for (let i = 0; i < query.data.length / dimension; i++) {
        if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
        const vector = vectorText(query.data.subarray(i * dimension, (i + 1) * dimension));
        await work(() => session.query(sql, [vector, ...values]), i);
      }
    });
  }

  #searching<T>(query: TableQuery, work: (session: SqlSession, statement: Statement) => Promise<T>): Promise<T> {
    return this.#database.session((session) =>
      transaction(session, async () => {
        for (const setting of this.#settings(query)) await session.query(`SET LOCAL ${setting}`);
        return work(session, this.#statement(query));
      }),
    );
  }

  #settings({ efSearch }: TableQuery): string[] {
    const { index, probes, iterativeScan, maxScanTuples } = requirePgvector(this.#of.request.pgvector);
    if (index === 'none') return [];
    const scan = iterativeScan === 'off' ? [] : [`${index}.iterative_scan = ${iterativeScan}`];
    const limit = iterativeScan === 'off' || index === 'ivfflat' ? [] : [`hnsw.max_scan_tuples = ${maxScanTuples}`];
    // A small sample of the corpus would be scanned whole, where production has an index.
    return ['enable_seqscan = off', index === 'hnsw' ? `hnsw.ef_search = ${efSearch}` : `ivfflat.probes = ${probes}`, ...scan, ...limit];
  }

  #statement({ k, allowed }: TableQuery): Statement {
    const { table, request } = this.#of;
    const { type } = requirePgvector(request.pgvector);
    const where = allowed === undefined ? '' : 'WHERE get_bit($2::bytea, row_number) = 1 ';
    const sql = `SELECT row_number FROM ${table} ${where}ORDER BY embedding ${operatorOf(request.similarity).operator} $1::${type}(${request.dimension}) LIMIT ${k}`;
    return { sql, values: allowed === undefined ? [] : [bits(allowed)] };
  }

  async close(): Promise<void> {
    await this.#drop?.();
  }
}

interface Statement {
  /** $1 is the vector. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A mask as PostgreSQL counts bits: the lowest of the first byte first. */
function bits(allowed: Uint8Array): Buffer {
  const packed = Buffer.alloc(Math.ceil(allowed.length / 8));
  for (const [row, bit] of allowed.entries()) if (bit === 1) packed[row >> 3] = (packed[row >> 3] ?? 0) | (1 << (row & 7));
  return packed;
}

function parametersOf({ request }: Opened): ServedBy['parameters'] {
  const { index, type, lists, probes, iterativeScan, maxScanTuples } = requirePgvector(request.pgvector);
  const { m, efConstruction, efSearch } = request.graph;
  const scan = iterativeScan === 'off' ? {} : { iterative_scan: iterativeScan };
  if (index === 'none') return { index, type };
  if (index === 'ivfflat') return { index, type, lists, probes, ...scan };
  const graph = { m, ef_construction: efConstruction, ef_search: efSearch };
  return { index, type, ...graph, ...scan, ...(iterativeScan === 'off' ? {} : { max_scan_tuples: maxScanTuples }) };
}

/** Where the tables go: their own schema, so that no live one can be meant. */
const SCHEMA = 'cutover_scratch';
const PREFIX = 'v_';

/** Tables of pgvector beside the live ones, in their own schema. */
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
