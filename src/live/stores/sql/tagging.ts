import { literal, quoted, type SqlNames } from '../../../databases/names.ts';
import type { StoreSpec } from '../../../model/store.ts';
import type { TableFacts } from './table.ts';

/** A statement waits no longer than this for a lock, so that readers and writers behind it don't queue up. */
export const LOCK_TIMEOUT = "SET lock_timeout = '5s'";

/** What a lock would need no more than a moment for; each stands alone, outside of a transaction. */
export function taggingStatements({ columns }: StoreSpec, names: SqlNames, facts: TableFacts): string[] {
  const { table, bare } = names;
  const statements: string[] = [];
  const within = (index: string) => (names.schema === null ? quoted(index) : `${quoted(names.schema)}.${quoted(index)}`);
  for (const [name, column] of [
    [columns.tag, names.tag],
    [columns.textHash, names.textHash],
  ] as const)
    if (!facts.columns.has(name)) statements.push(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column} text`);
  const check = `${bare}_cutover_tag_check`;
  const constraint = facts.constraints.find(({ name }) => name === check);
  if (constraint === undefined)
    statements.push(`ALTER TABLE ${table} ADD CONSTRAINT ${quoted(check)} CHECK (${names.tag} ~ '^[0-9a-f]{64}$') NOT VALID`);
  if (constraint?.validated !== true) statements.push(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoted(check)}`);
  const key = `${bare}_cutover_key`;
  const pair = [columns.id, columns.tag];
  if (!facts.unique.some((own) => own.length === 2 && pair.every((name) => own.includes(name)))) {
    if (facts.invalid.includes(key)) statements.push(`DROP INDEX CONCURRENTLY ${within(key)}`);
    statements.push(`CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quoted(key)} ON ${table} (${names.id}, ${names.tag})`);
  }
  // A key of the id alone allows one version a document: it goes, once (id, tag) is there.
  if (facts.primaryKey?.columns.length === 1 && facts.primaryKey.columns[0] === columns.id)
    statements.push(`ALTER TABLE ${table} DROP CONSTRAINT ${quoted(facts.primaryKey.name)}`);
  return statements;
}

/** The view that readers select from: the rows of one version. */
export function liveView(names: SqlNames, live: string | null): string[] {
  if (live === null) return [`DROP VIEW IF EXISTS ${names.view}`];
  return [`CREATE OR REPLACE VIEW ${names.view} AS SELECT * FROM ${names.table} WHERE ${names.tag} = ${literal(live)}`];
}
