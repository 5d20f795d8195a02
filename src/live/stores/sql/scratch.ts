import type { SqlSession } from '../../../databases/connection.ts';
import { literal, quoted } from '../../../databases/names.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { requireScratch, scratchName, scratchSpec } from '../beside/scratch.ts';
import type { Scratch } from '../column-store.ts';
import type { TableFacts } from './facts.ts';
import { tableNames, textReads } from './names.ts';

/** A separate schema with a table of the same columns, defaults, checks and indexes. Keys to other tables, triggers and policies are not copied. */
export async function makeScratch(
  session: SqlSession,
  facts: TableFacts,
  spec: StoreSpec,
  rows: number,
  onMade: (what: string) => void,
): Promise<Scratch> {
  const { table, bare, where, places, text } = tableNames(spec);
  const schema = scratchName();
  const copy = `${quoted(schema)}.${quoted(bare)}`;
  const made = [`schema ${schema}, with a copy of ${bare}`];
  onMade(made[0] ?? '');
  await session.query(`CREATE SCHEMA ${quoted(schema)}`);
  await session.query(`CREATE TABLE ${copy} (LIKE ${table} INCLUDING ALL)`);
  const columns = [...facts.columns.values()].filter(({ generated }) => !generated).map(({ name }) => quoted(name));
  const found = await session.query(
    `INSERT INTO ${copy} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${columns.join(', ')} FROM ${table}
     WHERE ${where} AND ${quoted(places.current.vector)} IS NOT NULL AND ${text ?? 'NULL'} IS NOT NULL LIMIT ${rows} RETURNING 1 AS one`,
  );
  return { spec: scratchSpec(spec, { table: `${schema}.${bare}` }), rows: found.length, made };
}

/** Every tenth text, and one row less. */
export async function touchScratch(session: SqlSession, facts: TableFacts, scratch: StoreSpec): Promise<number> {
  const names = tableNames(scratch);
  const { table, schema } = names;
  requireScratch(schema ?? '');
  const typeOf = (name: string) => facts.columns.get(name)?.type ?? 'text';
  const reads = textReads(names, facts.columns);
  // Of what an expression reads, only a text can be changed like one.
  const column = names.textSql === null ? reads[0] : reads.find((name) => /^(text|character varying)/.test(typeOf(name)));
  if (column === undefined) return 0;
  const type = typeOf(column);
  const changed = await session.query(
    `UPDATE ${table} SET ${quoted(column)} = left(${quoted(column)}::text || ' ' || ${literal('(drill)')}, greatest(length(${quoted(column)}::text), 8))::${type}
     WHERE ctid IN (SELECT ctid FROM ${table} ORDER BY ctid LIMIT (SELECT greatest(1, count(*) / 10) FROM ${table})) RETURNING 1 AS one`,
  );
  const gone = await session.query(`DELETE FROM ${table} WHERE ctid = (SELECT max(ctid) FROM ${table}) RETURNING 1 AS one`);
  return changed.length + gone.length;
}

export async function dropScratch(session: SqlSession, scratch: StoreSpec): Promise<void> {
  const { schema } = tableNames(scratch);
  requireScratch(schema ?? '');
  await session.query(`DROP SCHEMA ${quoted(schema ?? '')} CASCADE`);
}
