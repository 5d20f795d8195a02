import { createHash } from 'node:crypto';
import { literal, quoted } from '../../../databases/names.ts';
import type { StoreSpec } from '../../../model/store.ts';
import type { Place } from '../live-store.ts';

/** A text built from columns, as SQL. */
interface TextExpression {
  readonly sql: string;
  /** Unquoted, each once. */
  readonly columns: readonly string[];
}

/** What `String.prototype.trim` takes off: the text of a document is trimmed as that of the data set is. */
const SPACES = String.raw`E'\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'`;

/**
 * A column, or a template such as `{title} {body}`: what a document's text is made of. A missing part is empty; where every part
 * is missing, so is the text.
 */
function textExpression(template: string): TextExpression {
  const parts = template.split(/\{([^{}]+)\}/);
  const columns = parts.length === 1 ? [template] : parts.filter((_, i) => i % 2 === 1);
  const whole = parts.length === 1 ? `${quoted(template)}::text` : parts.map(partSql).join(' || ');
  const trimmed = `pg_catalog.btrim(${whole}, ${SPACES})`;
  const own = [...new Set(columns)];
  if (parts.length === 1) return { sql: trimmed, columns: own };
  const missing = own.map((column) => `${quoted(column)} IS NULL`).join(' AND ');
  return { sql: `CASE WHEN ${missing} THEN NULL ELSE ${trimmed} END`, columns: own };
}

/** Any expression over the row; its columns are not known from it. The line's end closes a comment. */
function ownExpression(sql: string): TextExpression {
  return { sql: `pg_catalog.btrim((${sql}\n)::text, ${SPACES})`, columns: [] };
}

/** Columns that the text reads: those that a template names, or whose name an expression has outside of its literals. */
export function textReads({ textColumns, textSql }: TableNames, known: ReadonlyMap<string, unknown>): readonly string[] {
  if (textSql === null) return textColumns;
  const words = new Set(textSql.replaceAll(/'(?:[^']|'')*'/g, ' ').match(/"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*/gu));
  return [...known.keys()].filter((name) => words.has(quoted(name)) || [...words].some((word) => word.toLowerCase() === name));
}

function partSql(part: string, place: number): string {
  return place % 2 === 1 ? `coalesce(${quoted(part)}::text, '')` : literal(part);
}

export type { Place };

/** Columns of one place, unquoted. */
export interface PlaceColumns {
  readonly vector: string;
  readonly tag: string;
  readonly textHash: string;
}

/** What a store's statements call things. */
export interface TableNames {
  readonly schema: string | null;
  /** The table without its schema, unquoted; and quoted with it. */
  readonly bare: string;
  readonly table: string;
  /** The store's key in the tables of the tool: one table may have several vector columns, and several stores by `where`. */
  readonly store: string;
  /** Stores that share the vector column have keys that begin like this. */
  readonly column: string;
  readonly ledger: string;
  readonly live: string;
  /** Columns that identify a row, unquoted. */
  readonly key: readonly string[];
  readonly places: { readonly [P in Place]: PlaceColumns };
  /** The text that is embedded, as an expression of SQL over the table's own columns; null where the table keeps none. */
  readonly text: string | null;
  /** Columns that a template is made of, unquoted. */
  readonly textColumns: readonly string[];
  /** The expression that the configuration has in place of a template. */
  readonly textSql: string | null;
  /** The rows that are the store, as an expression of SQL. */
  readonly where: string;
  /** Function and triggers that watch the columns. */
  readonly watch: { readonly function: string; readonly bare: string };
  readonly stratum: string | null;
}

/** Bytes of a name in PostgreSQL. */
const LONGEST = 63;

/** `schema.table` is cut at the first dot; a dot within a name can't be written. */
export function tableNames({ name, table, key, where = null, columns }: StoreSpec): TableNames {
  const whole = table ?? '';
  const dot = whole.indexOf('.');
  const schema = dot < 0 ? null : whole.slice(0, dot);
  const bare = whole.slice(dot + 1);
  const within = (own: string) => (schema === null ? quoted(own) : `${quoted(schema)}.${quoted(own)}`);
  const text = textOf(columns);
  const column = `${bare}.${columns.vector}`;
  const watch = derived(`cutover_watch_${bare}_${columns.vector}`, '');
  return {
    schema,
    bare,
    table: within(bare),
    store: where === null ? column : `${column}@${name}`,
    column,
    ledger: within('cutover_migrations'),
    live: within('cutover_live'),
    key: key ?? [columns.id],
    places: {
      current: { vector: columns.vector, tag: columns.tag, textHash: columns.textHash },
      next: { vector: nextName(columns.vector), tag: nextName(columns.tag), textHash: nextName(columns.textHash) },
    },
    text: text?.sql ?? null,
    textColumns: text?.columns ?? [],
    textSql: columns.textSql ?? null,
    where: where === null ? 'true' : `(${where})`,
    watch: { function: within(watch), bare: watch },
    stratum: columns.stratum === null ? null : quoted(columns.stratum),
  };
}

function textOf({ text, textSql }: StoreSpec['columns']): TextExpression | null {
  if (textSql !== undefined) return ownExpression(textSql);
  return text === null ? null : textExpression(text);
}

/** What the column or index beside is called. */
export function nextName(name: string): string {
  return derived(name, '_next');
}

/** A name with an ending, within what PostgreSQL keeps of it: a longer one would be cut in silence, and be another's. */
export function derived(name: string, ending: string): string {
  if (Buffer.byteLength(name + ending) <= LONGEST) return name + ending;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  let short = name;
  while (Buffer.byteLength(`${short}_${digest}${ending}`) > LONGEST) short = short.slice(0, -1);
  return `${short}_${digest}${ending}`;
}

/** SHA-256 of a text, in hex, as the database computes it. */
export function hashOf(text: string): string {
  return `pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(${text}, 'UTF8')), 'hex')`;
}
