import { CutoverError } from '../../../core/errors.ts';
import type { SqlSession } from '../../../databases/connection.ts';
import { literal } from '../../../databases/names.ts';
import type { TableNames } from './names.ts';

export interface ColumnFacts {
  readonly name: string;
  /** As written: `vector(384)`. */
  readonly type: string;
  readonly required: boolean;
  readonly generated: boolean;
  /** An expression; null without one. */
  readonly fallback: string | null;
  /** Statements that give the column beside the same grants, comment and storage; `{column}` is its name. */
  readonly kept: readonly string[];
}

export interface IndexFacts {
  readonly name: string;
  /** Schema and name, quoted. */
  readonly qualified: string;
  readonly schema: string;
  /** The table or partition it is on, quoted with its schema. */
  readonly on: string;
  readonly definition: string;
  /** Quoted with its schema; null where it is not a part of another. */
  readonly parent: string | null;
  readonly isValid: boolean;
  /** Over all partitions; holds no rows. */
  readonly isPartitioned: boolean;
  readonly method: string;
  /** Columns by name in order, for those that are plain columns. */
  readonly columns: readonly string[];
  /** Any mention: as key, in an expression or in the condition. */
  readonly mentions: readonly string[];
  readonly isUnique: boolean;
  readonly isPartial: boolean;
  readonly bytes: number;
}

/** What the catalogue says of a store's table. */
export interface TableFacts {
  /** Of the table and of each partition, as text. */
  readonly relations: readonly string[];
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  readonly indexes: readonly IndexFacts[];
  /** Triggers of the application, in the order in which they fire. */
  readonly triggers: readonly { readonly name: string; readonly isAfter: boolean; readonly isRow: boolean }[];
  readonly rows: number;
}

/** @throws CutoverError STORE_TABLE_MISSING, STORE_EXTENSION_MISSING */
export async function tableFacts(session: SqlSession, names: TableNames, store: string): Promise<TableFacts> {
  const [found] = await session.query(
    `SELECT c.oid::text AS oid FROM pg_catalog.pg_class c WHERE c.oid = to_regclass(${literal(names.table)})`,
  );
  if (found === undefined) {
    const [extension] = await session.query("SELECT 1 AS one FROM pg_catalog.pg_extension WHERE extname = 'vector'");
    throw new CutoverError(extension === undefined ? 'STORE_EXTENSION_MISSING' : 'STORE_TABLE_MISSING', { store });
  }
  const oid = String(found.oid);
  const tree = await session.query(
    `WITH RECURSIVE tree(oid) AS (SELECT ${oid}::oid UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
     SELECT t.oid::text AS oid, greatest(c.reltuples, 0)::float8 AS rows FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid`,
  );
  const relations = tree.map((row) => String(row.oid));
  return {
    relations,
    columns: await columnFacts(session, oid),
    indexes: await indexFacts(session, relations),
    triggers: await triggerFacts(session, oid),
    rows: tree.reduce((sum, row) => sum + Number(row.rows), 0),
  };
}

async function columnFacts(session: SqlSession, oid: string): Promise<ReadonlyMap<string, ColumnFacts>> {
  const rows = await session.query(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required, a.attgenerated <> '' AS generated,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS fallback, pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
       (SELECT array_to_json(array_agg(json_build_array(x.privilege_type, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END)))::text
        FROM aclexplode(a.attacl) x) AS grants
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = ${oid}::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
  );
  return new Map(
    rows.map((row) => {
      const grants = JSON.parse(String(row.grants ?? '[]')) as [privilege: string, grantee: string][];
      const kept = [
        ...(row.storage === null ? [] : [`ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE ${String(row.storage)}`]),
        ...grants.map(([privilege, grantee]) => `GRANT ${privilege} ({column}) ON {table} TO ${grantee}`),
        ...(row.comment === null ? [] : [`COMMENT ON COLUMN {table}.{column} IS ${literal(String(row.comment))}`]),
      ];
      const { name, type, fallback } = row;
      return [
        String(name),
        {
          name: String(name),
          type: String(type),
          required: row.required === true,
          generated: row.generated === true,
          fallback: fallback === null ? null : String(fallback),
          kept,
        },
      ] as const;
    }),
  );
}

async function indexFacts(session: SqlSession, relations: readonly string[]): Promise<IndexFacts[]> {
  const rows = await session.query(
    `SELECT c.relname AS name, n.nspname AS schema, format('%I.%I', n.nspname, c.relname) AS qualified, format('%I.%I', tn.nspname, t.relname) AS on_table,
       pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid AS valid, c.relkind = 'I' AS partitioned, am.amname AS method,
       i.indisunique AS is_unique, i.indpred IS NOT NULL AS is_partial, pg_catalog.pg_relation_size(c.oid)::float8 AS bytes,
       (SELECT format('%I.%I', pn.nspname, pc.relname) FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace WHERE h.inhrelid = c.oid) AS parent,
       array_to_json(ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k(num, place) JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num WHERE k.place <= i.indnkeyatts ORDER BY k.place))::text AS columns,
       array_to_json(ARRAY(SELECT DISTINCT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indrelid AND (a.attnum = ANY(i.indkey)
         OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum)) AND a.attnum > 0))::text AS mentions
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_catalog.pg_am am ON am.oid = c.relam
     WHERE i.indrelid IN (${relations.join(', ')}) ORDER BY c.relkind <> 'I', c.oid`,
  );
  return rows.map((row) => ({
    name: String(row.name),
    schema: String(row.schema),
    qualified: String(row.qualified),
    on: String(row.on_table),
    definition: String(row.definition),
    parent: row.parent === null ? null : String(row.parent),
    isValid: row.valid === true,
    isPartitioned: row.partitioned === true,
    method: String(row.method),
    columns: JSON.parse(String(row.columns)) as string[],
    mentions: JSON.parse(String(row.mentions)) as string[],
    isUnique: row.is_unique === true,
    isPartial: row.is_partial === true,
    bytes: Number(row.bytes),
  }));
}

async function triggerFacts(session: SqlSession, oid: string): Promise<TableFacts['triggers']> {
  const rows = await session.query(
    `SELECT tgname AS name, (tgtype & 2) = 0 AND (tgtype & 64) = 0 AS is_after, (tgtype & 1) = 1 AS is_row
     FROM pg_catalog.pg_trigger WHERE tgrelid = ${oid}::oid AND NOT tgisinternal AND (tgtype & 20) <> 0 AND tgenabled <> 'D' ORDER BY tgname COLLATE "C"`,
  );
  return rows.map((row) => ({ name: String(row.name), isAfter: row.is_after === true, isRow: row.is_row === true }));
}

/** Whether these columns are unique together, by an index that is whole. */
export function isKey({ indexes }: TableFacts, key: readonly string[]): boolean {
  return indexes.some(
    (index) =>
      index.isUnique &&
      index.isValid &&
      !index.isPartial &&
      index.columns.length > 0 &&
      index.columns.length <= key.length &&
      index.columns.every((column) => key.includes(column)),
  );
}
