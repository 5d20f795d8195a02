import { CutoverError } from '../../../core/errors.ts';
import type { SqlSession } from '../../../databases/connection.ts';
import type { SqlNames } from '../../../databases/names.ts';
import { literal } from '../../../databases/names.ts';

/** What the catalogue says of a store's table. */
export interface TableFacts {
  /** Column → type as written, e.g. `vector(384)`. */
  readonly columns: ReadonlyMap<string, string>;
  /** Columns of each unique index that is valid. */
  readonly unique: readonly (readonly string[])[];
  readonly primaryKey: { readonly name: string; readonly columns: readonly string[] } | null;
  /** Indexes that an interrupted CONCURRENTLY left behind. */
  readonly invalid: readonly string[];
  readonly constraints: readonly { readonly name: string; readonly validated: boolean }[];
}

/** @throws CutoverError STORE_TABLE_MISSING, STORE_EXTENSION_MISSING */
export async function tableFacts(session: SqlSession, names: SqlNames, store: string): Promise<TableFacts> {
  const [found] = await session.query(`SELECT to_regclass(${literal(names.table)})::oid::text AS oid`);
  if (typeof found?.oid !== 'string') {
    const [extension] = await session.query("SELECT 1 AS one FROM pg_extension WHERE extname = 'vector'");
    throw new CutoverError(extension === undefined ? 'STORE_EXTENSION_MISSING' : 'STORE_TABLE_MISSING', { store });
  }
  const oid = `${found.oid}::oid`;
  const columns = await session.query(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = ${oid} AND attnum > 0 AND NOT attisdropped`,
  );
  const indexes = await session.query(
    `SELECT c.relname AS name, i.indisunique AS is_unique, i.indisprimary AS is_primary, i.indisvalid AS is_valid, i.indpred IS NOT NULL AS is_partial,
       array_to_json(ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k(num, place) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num ORDER BY k.place))::text AS columns
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ${oid}`,
  );
  const constraints = await session.query(
    `SELECT conname AS name, convalidated AS validated FROM pg_constraint WHERE conrelid = ${oid} AND contype = 'c'`,
  );
  const listed = indexes.map(
    (row) => ({ ...row, columns: JSON.parse(String(row.columns)) as string[], name: String(row.name) }) as IndexRow,
  );
  const primary = listed.find((index) => index.is_primary);
  return {
    columns: new Map(columns.map(({ name, type }) => [String(name), String(type)])),
    unique: listed.filter((index) => index.is_unique && index.is_valid && !index.is_partial).map((index) => index.columns),
    primaryKey: primary === undefined ? null : { name: primary.name, columns: primary.columns },
    invalid: listed.filter((index) => !index.is_valid).map((index) => index.name),
    constraints: constraints.map(({ name, validated }) => ({ name: String(name), validated: validated === true })),
  };
}

interface IndexRow {
  readonly name: string;
  readonly columns: string[];
  readonly is_unique: boolean;
  readonly is_primary: boolean;
  readonly is_valid: boolean;
  readonly is_partial: boolean;
}
