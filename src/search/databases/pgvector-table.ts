import { CutoverError } from '../../core/errors.ts';
import { type SqlDatabase, type SqlSession, transaction } from '../../databases/connection.ts';
import { literal } from '../../databases/names.ts';
import { vectorText } from '../../databases/vector-text.ts';
import type { ServedBy } from '../../model/search.ts';
import { type EachQuery, rowsFound, timesTaken } from './asked.ts';
import { type Building, indexName, operatorOf } from './pgvector-build.ts';
import { type PgvectorServer, requirePgvector } from './pgvector-server.ts';
import type { ServingTable, TableQuery } from './serving.ts';

interface Opened extends Building {
  readonly server: PgvectorServer;
  readonly loaded: boolean;
}

/** A table of vectors with an index of pgvector. */
export class PgvectorTable implements ServingTable {
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
