import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { type SqlRow, type SqlSession, transaction } from '../../../databases/connection.ts';
import { literal, quoted } from '../../../databases/names.ts';
import { vectorText } from '../../../databases/vector-text.ts';
import type { PendingRow, PlacedRow, Reach, Sides } from '../column-store.ts';
import type { Place } from '../live-store.ts';
import type { TableFacts } from './facts.ts';
import { hashOf, type PlaceColumns, type TableNames } from './names.ts';
import { toolWrites, WRITTEN } from './watch.ts';

const OTHER: Readonly<Record<Place, Place>> = { current: 'next', next: 'current' };

/** Rows that a version has to have a vector of: those that have one under either name, and a text. */
export function wanted(names: TableNames, facts: TableFacts): string {
  const { current, next } = names.places;
  const has = [current.vector, next.vector].filter((name) => facts.columns.has(name)).map((name) => `${quoted(name)} IS NOT NULL`);
  return `${scope(names, facts)} AND (${has.join(' OR ')})`;
}

/** Where the column beside can't hold the vectors of rows outside of `where`, they belong to the migration, too. */
function scope({ where, places }: TableNames, { columns }: TableFacts): string {
  const next = columns.get(places.next.vector);
  return next === undefined || next.type === columns.get(places.current.vector)?.type ? where : 'true';
}

/** Of those, the ones whose vector in this place is not of the version, or not of the text of now. */
export function lacks(names: TableNames, place: Place, tag: string, deep: boolean): string {
  const own = names.places[place];
  const stale = deep && names.text !== null ? ` OR ${quoted(own.textHash)} IS DISTINCT FROM ${hashOf(names.text)}` : '';
  return `(${quoted(own.vector)} IS NULL OR ${quoted(own.tag)} IS DISTINCT FROM ${literal(tag)}${stale})`;
}

/** Part `index` of `count`, by a hash of the key: what one of many workers takes. */
function dealt({ key }: TableNames, { shard }: Reach): string {
  if (shard === undefined) return '';
  const whole = key.map((column) => `${quoted(column)}::text`).join(` || '/' || `);
  return ` AND pg_catalog.abs(pg_catalog.hashtextextended(${whole}, 0) % ${shard.count}) = ${shard.index - 1}`;
}

export async function countPending(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  reach: Reach,
): Promise<{ rows: number; withoutText: number }> {
  if (!facts.columns.has(names.places[reach.place].vector)) return { rows: 0, withoutText: 0 };
  const [row] = await session.query(
    `SELECT count(*)::float8 AS rows, count(*) FILTER (WHERE ${names.text ?? 'NULL'} IS NULL)::float8 AS silent
     FROM ${names.table} WHERE ${wanted(names, facts)} AND ${lacks(names, reach.place, reach.tag, reach.deep === true)}${dealt(names, reach)}`,
  );
  return { rows: Number(row?.rows), withoutText: Number(row?.silent) };
}

/** The next rows in the order of the key that lack something in a place. Rows without a text are not among them: they are counted. */
export async function pendingRows(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  reach: Reach,
  after: readonly string[] | null,
  most: number,
): Promise<PendingRow[]> {
  const { key, places, table } = names;
  // Retired since it was asked for.
  if (!facts.columns.has(places[reach.place].vector)) return [];
  const text = names.text ?? 'NULL::text';
  const columns = key.map(quoted).join(', ');
  const from =
    after === null ? '' : ` AND (${columns}) > (${after.map((part, i) => `${literal(part)}::${typeOf(facts, key[i] ?? '')}`).join(', ')})`;
  const rows = await session.query(
    `SELECT ${key.map((column, i) => `${quoted(column)}::text AS k${i}`).join(', ')}, ${text} AS text, ${hashOf(text)} AS hash, ${quoted(places[reach.place].vector)}::text AS vector,
       (${quoted(places[reach.place].textHash)} = '${WRITTEN}' OR ${quoted(places[reach.place].tag)} = ${literal(reach.tag)}) IS TRUE AS written
     FROM ${table} WHERE ${wanted(names, facts)} AND ${lacks(names, reach.place, reach.tag, reach.deep === true)} AND ${text} IS NOT NULL${dealt(names, reach)}${from}
     ORDER BY ${columns} LIMIT ${most}`,
  );
  return rows.map((row) => ({
    key: keyOf(row, key.length),
    id: idOf(keyOf(row, key.length)),
    text: String(row.text),
    textHash: String(row.hash) as Sha256,
    vector: typeof row.vector === 'string' ? Float32Array.from(numbersOf(row.vector)) : null,
    isWritten: row.written === true,
  }));
}

/** pgvector writes `[0.1,-2]`. */
export function numbersOf(text: string): number[] {
  return text.length < 3 ? [] : text.slice(1, -1).split(',').map(Number);
}

export function keyOf(row: SqlRow, parts: number): string[] {
  return Array.from({ length: parts }, (_, i) => String(row[`k${i}`]));
}

/** A document's id of its key: the value itself, or the values with `/` between them. */
export function idOf(key: readonly string[]): string {
  return key.length === 1 ? (key[0] ?? '') : key.map((part) => part.replaceAll('\\', '\\\\').replaceAll('/', '\\/')).join('/');
}

/** The values of a key from a document's id. */
export function keyOfId(id: string, parts: number): string[] {
  if (parts === 1) return [id];
  return (id.match(/(?:^|\/)((?:\\.|[^/\\])*)/g) ?? []).map((part, i) => (i === 0 ? part : part.slice(1)).replaceAll(/\\(.)/g, '$1'));
}

export function typeOf({ columns }: TableFacts, column: string): string {
  return columns.get(column)?.type ?? 'text';
}

/**
 * Writes vectors of one version into a place, in one short transaction. A row is written only where its text is still the one that
 * was embedded; rows that others hold are left for the next time, so that nobody waits for the tool, nor it for anybody.
 * @returns keys of the rows that were written; null where the sides are not those any more
 */
export async function placeRows(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  place: Place,
  sides: Sides,
  rows: readonly PlacedRow[],
): Promise<readonly string[][] | null> {
  return transaction(session, async () => {
    if (!(await holdSides(session, names, sides))) return null;
    await session.query(toolWrites(names));
    return update(session, facts, names, place, sides[place], rows);
  });
}

/** Keeps the columns where they are until the transaction ends. @returns false where they have changed places */
async function holdSides(session: SqlSession, names: TableNames, { current, next }: Sides): Promise<boolean> {
  const rows = await session.query(`SELECT live, next FROM ${names.live} WHERE store = ${literal(names.store)} FOR SHARE`);
  return rows[0]?.live === current && (rows[0]?.next ?? null) === next;
}

/** A row to be written; without a vector, only its tag is. */
type Written = Omit<PlacedRow, 'vector'> & { readonly vector: Float32Array | null };

/** @param more a condition on the row as it is, `t` */
export async function update(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  place: Place,
  tag: Fingerprint | null,
  rows: readonly Written[],
  more = 'true',
): Promise<string[][]> {
  const { key, places, table } = names;
  const own = places[place];
  const [vector, type] = [quoted(own.vector), typeOf(facts, own.vector)];
  const same = (a: string, b: string) =>
    key.map((column, i) => `${a}.${quoted(column)} = ${b}.k${i}::${typeOf(facts, column)}`).join(' AND ');
  const given = key.map((_, i) => `k${i}`);
  const text = names.text === null ? null : `(SELECT ${names.text} FROM (SELECT t.*) AS ${quoted(names.bare)})`;
  const values: unknown[] = [
    ...key.map((_, i) => rows.map((row) => row.key[i])),
    rows.map(({ textHash }) => textHash),
    rows.map(({ vector: given }) => (given === null ? null : vectorText(given))),
    rows.map(({ isProof }) => isProof),
    tag,
  ];
  const other = quoted(places[OTHER[place]].vector);
  const has = facts.columns.has(places[OTHER[place]].vector)
    ? ` AND (t.${vector} IS NOT NULL OR t.${other} IS NOT NULL)`
    : ` AND t.${vector} IS NOT NULL`;
  const n = key.length;
  const written = await session.query(
    `WITH n AS MATERIALIZED (SELECT * FROM unnest(${given.map((_, i) => `$${i + 1}::text[]`).join(', ')}, $${n + 1}::text[], $${n + 2}::text[], $${n + 3}::boolean[]) AS n(${given.join(', ')}, hash, vector, proof)),
       held AS MATERIALIZED (SELECT n.* FROM ${table} AS t JOIN n ON ${same('t', 'n')} FOR NO KEY UPDATE OF t SKIP LOCKED)
     UPDATE ${table} AS t SET ${vector} = coalesce(held.vector::${type}, t.${vector}), ${quoted(own.tag)} = $${n + 4}, ${quoted(own.textHash)} = held.hash
     FROM held WHERE ${same('t', 'held')}${text === null ? '' : ` AND ${hashOf(text)} = held.hash`}${has}
       AND (NOT held.proof OR t.${vector}::text = held.vector::${type}::text) AND ${more}
     RETURNING ${given.map((name) => `held.${name}`).join(', ')}, t.${quoted(own.tag)} AS tag`,
    values,
  );
  // A trigger may have taken back what was written.
  return written.filter((row) => row.tag === tag).map((row) => keyOf(row, n));
}

/**
 * Gives rows outside of `where` the vector that they have in one column in the other one, too: those that left the store before their
 * live vector was made would lose the one that they have at retire. @returns how many were written
 */
export async function mirrorRows(session: SqlSession, names: TableNames, most: number): Promise<number> {
  const { where, places, live, store } = names;
  const [now, then] = [places.current, places.next];
  const outside = `NOT coalesce(${where}, false)`;
  const only = `${quoted(now.vector)} IS NULL AND ${quoted(then.vector)} IS NOT NULL`;
  const differs = `${outside} AND NOT (${only}) AND ${quoted(then.tag)} IS DISTINCT FROM (SELECT next FROM ${live} WHERE store = ${literal(store)}) AND pg_catalog.record_image_ne(ROW(${quoted(now.vector)}, ${quoted(now.tag)}), ROW(${quoted(then.vector)}, ${quoted(then.tag)}))`;
  return (
    (await copied(session, names, `${outside} AND ${only}`, then, now, most)) + (await copied(session, names, differs, now, then, most))
  );
}

async function copied(
  session: SqlSession,
  names: TableNames,
  which: string,
  from: PlaceColumns,
  to: PlaceColumns,
  most: number,
): Promise<number> {
  const { table, key } = names;
  const columns = key.map(quoted).join(', ');
  const set = (['vector', 'tag', 'textHash'] as const).map((column) => `${quoted(to[column])} = t.${quoted(from[column])}`).join(', ');
  const done = await transaction(session, async () => {
    await session.query(toolWrites(names));
    return session.query(
      `WITH held AS MATERIALIZED (SELECT ${columns} FROM ${table} WHERE ${which} LIMIT ${most} FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE ${table} AS t SET ${set} FROM held WHERE ${key.map((column) => `t.${quoted(column)} = held.${quoted(column)}`).join(' AND ')} RETURNING 1 AS one`,
    );
  });
  return done.length;
}
