import type { StoreSpec } from '../model/store.ts';

/** An identifier as SQL wants it, whatever stands in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The names a store's statements use, all quoted. */
export interface SqlNames {
  readonly schema: string | null;
  /** Without its schema, unquoted. */
  readonly bare: string;
  readonly table: string;
  readonly view: string;
  readonly ledger: string;
  readonly id: string;
  readonly vector: string;
  readonly tag: string;
  readonly textHash: string;
  readonly text: string | null;
  readonly stratum: string | null;
}

/** `schema.table` is cut at the first dot; a dot within a name can't be written. */
export function sqlNames({ table, columns }: StoreSpec): SqlNames {
  const whole = table ?? '';
  const dot = whole.indexOf('.');
  const schema = dot < 0 ? null : whole.slice(0, dot);
  const bare = whole.slice(dot + 1);
  const within = (name: string) => (schema === null ? quoted(name) : `${quoted(schema)}.${quoted(name)}`);
  const column = (name: string | null) => (name === null ? null : quoted(name));
  return {
    schema,
    bare,
    table: within(bare),
    view: within(`${bare}_live`),
    ledger: within('cutover_migrations'),
    id: quoted(columns.id),
    vector: quoted(columns.vector),
    tag: quoted(columns.tag),
    textHash: quoted(columns.textHash),
    text: column(columns.text),
    stratum: column(columns.stratum),
  };
}
