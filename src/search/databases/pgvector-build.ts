import { CutoverError } from '../../core/errors.ts';
import type { SqlSession } from '../../databases/connection.ts';
import { literal, quoted } from '../../databases/names.ts';
import { vectorText } from '../../databases/vector-text.ts';
import type { Similarity } from '../../model/search.ts';
import { requirePgvector } from './pgvector-server.ts';
import type { TableRequest } from './serving.ts';

/** Rows written at a time. */
const WRITE = 500;

/** A table under way. */
export interface Building {
  /** With its schema, quoted. */
  readonly table: string;
  /** Without its schema, unquoted. */
  readonly name: string;
  readonly store: string;
  readonly request: TableRequest;
}

/** Operator and operator class of a similarity. */
export function operatorOf(similarity: Similarity): { readonly operator: string; readonly opclass: string } {
  return similarity === 'cosine' ? { operator: '<=>', opclass: 'cosine_ops' } : { operator: '<#>', opclass: 'ip_ops' };
}

/** What is in the comment of a table that is whole; written last. */
function markOf({ fingerprint, key }: TableRequest): string {
  return `cutover ${fingerprint} ${key ?? 'once'}`;
}

/** Whether the table is there, was finished and still holds every row: an unlogged one is emptied by a crash of the server. */
export async function isWhole(session: SqlSession, table: string, request: TableRequest): Promise<boolean> {
  const [found] = await session.query(`SELECT obj_description(to_regclass(${literal(table)})) AS mark`);
  if (found?.mark !== markOf(request)) return false;
  const [rows] = await session.query(`SELECT count(*)::text AS count FROM ${table}`);
  const broken = await session.query(`SELECT 1 AS one FROM pg_index WHERE indrelid = to_regclass(${literal(table)}) AND NOT indisvalid`);
  return Number(rows?.count) === request.order.length && broken.length === 0;
}

/** Writes the rows, builds the index, marks the table as whole. A run that is killed leaves an unmarked one, which the next replaces. */
export async function buildTable(session: SqlSession, building: Building): Promise<void> {
  try {
    await build(session, building);
  } catch (error) {
    await session.query(`DROP TABLE IF EXISTS ${building.table}`).catch(() => undefined);
    throw error;
  }
}

async function build(session: SqlSession, building: Building): Promise<void> {
  const { table, request } = building;
  const { type } = requirePgvector(request.pgvector);
  const column = `${type}(${request.dimension})`;
  await session.query(`DROP TABLE IF EXISTS ${table}`);
  // Unlogged: nothing of it goes to replicas or backups, and the log of a live server stays as it is.
  await session.query(`CREATE UNLOGGED TABLE ${table} (row_number integer NOT NULL, embedding ${column} NOT NULL)`);
  await fill(session, table, column, request);
  await index(session, building);
  await session.query(`ANALYZE ${table}`);
  await session.query(`COMMENT ON TABLE ${table} IS ${literal(markOf(request))}`);
}

async function fill(session: SqlSession, table: string, column: string, request: TableRequest): Promise<void> {
  const { order, data, dimension, signal, onProgress } = request;
  for (let first = 0; first < order.length; first += WRITE) {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    const rows = order.slice(first, first + WRITE);
    const vectors = rows.map((row) => vectorText(data.subarray(row * dimension, (row + 1) * dimension)));
    await session.query(
      `INSERT INTO ${table} SELECT n.row_number, n.embedding::${column} FROM unnest($1::integer[], $2::text[]) AS n(row_number, embedding)`,
      [rows, vectors],
    );
    onProgress?.(Math.min(order.length, first + WRITE), order.length);
  }
}

/** The index is built over the rows that are there: faster, and `ivfflat` needs them for its lists. */
async function index(session: SqlSession, { table, name, request }: Building): Promise<void> {
  const { index: kind, type, lists } = requirePgvector(request.pgvector);
  if (kind === 'none') return;
  const { m, efConstruction } = request.graph;
  const options = kind === 'hnsw' ? `m = ${m}, ef_construction = ${efConstruction}` : `lists = ${lists}`;
  try {
    await session.query(
      `CREATE INDEX ${quoted(indexName(name))} ON ${table} USING ${kind} (embedding ${type}_${operatorOf(request.similarity).opclass}) WITH (${options})`,
    );
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'STORE_STATEMENT_FAILED') throw error;
    throw new CutoverError('SEARCH_INDEX_REFUSED', {
      engine: 'pgvector',
      index: `${kind} (${options})`,
      reason: error.message.replace(/\.$/, ''),
    });
  }
}

/** In the schema of its table. */
export function indexName(name: string): string {
  return `${name}_index`;
}
