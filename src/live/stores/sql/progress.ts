import type { Sha256 } from '../../../core/brand.ts';
import type { SqlSession } from '../../../databases/connection.ts';
import { quoted } from '../../../databases/names.ts';
import type { Snapshot } from '../../../model/ledger.ts';
import type { Sides, TableProgress } from '../column-store.ts';
import type { Place } from '../live-store.ts';
import { UNTAGGED } from '../snapshot.ts';
import type { TableFacts } from './facts.ts';
import type { TableNames } from './names.ts';
import { idOf, keyOf, lacks, wanted } from './rows.ts';

/** Examples of ids that are named. */
const EXAMPLES = 5;

/** One pass over the table, which compares every text with the hash that is beside its vectors. */
export async function progressOf(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  { current, next }: Sides,
): Promise<TableProgress> {
  const { places, key, table, where } = names;
  const own = wanted(names, facts);
  const text = names.text ?? 'NULL::text';
  const [now, then] = [quoted(places.current.vector), next === null ? 'NULL' : quoted(places.next.vector)];
  const missing = { current: lacks(names, 'current', current, true), next: next === null ? 'false' : lacks(names, 'next', next, true) };
  const [row] = await session.query(
    `SELECT count(*) FILTER (WHERE ${own})::float8 AS wanted, count(*) FILTER (WHERE ${own} AND ${missing.current})::float8 AS current, count(*) FILTER (WHERE ${own} AND ${missing.next})::float8 AS next,
       count(*) FILTER (WHERE ${own} AND ${text} IS NULL)::float8 AS silent, count(*) FILTER (WHERE ${where} AND ${now} IS NULL AND ${then} IS NULL)::float8 AS empty,
       count(*) FILTER (WHERE ${where} AND ${now} IS NULL AND ${then} IS NOT NULL)::float8 AS beside FROM ${table}`,
  );
  const most = next === null ? row?.current : row?.next;
  const lacking =
    Number(most) === 0
      ? []
      : await session.query(
          `SELECT ${key.map((part, i) => `${quoted(part)}::text AS k${i}`).join(', ')} FROM ${table} WHERE ${own} AND ${next === null ? missing.current : missing.next} LIMIT ${EXAMPLES}`,
        );
  return {
    wanted: Number(row?.wanted),
    lacking: { current: Number(row?.current), next: Number(row?.next) },
    examples: lacking.map((found) => idOf(keyOf(found, key.length))).sort(),
    withoutText: Number(row?.silent),
    empty: Number(row?.empty),
    nextOnly: Number(row?.beside),
  };
}

/** Rows and a hash by tag, over both columns or one, made by the database: nothing is sent but 32 bytes a row less. */
export async function snapshotOfTable(session: SqlSession, facts: TableFacts, names: TableNames, only?: Place): Promise<Snapshot> {
  const tags: Record<string, { rows: number; hash: Sha256 }> = {};
  for (const place of ['next', 'current'] as const) {
    if ((only ?? place) !== place || !facts.columns.has(names.places[place].vector)) continue;
    for (const [tag, found] of await tagsIn(session, facts, names, place)) tags[tag] = found;
  }
  return { tags: Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

async function tagsIn(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  place: Place,
): Promise<[string, { rows: number; hash: Sha256 }][]> {
  const own = names.places[place];
  const [vector, tag, hash] = [own.vector, own.tag, own.textHash].map((name) => (facts.columns.has(name) ? quoted(name) : 'NULL::text'));
  const key = names.key.map((part) => `${quoted(part)}::text`).join(', ');
  const digest = `sha256(convert_to(json_build_array(${key}, ${hash}, ${vector}::text)::text, 'UTF8'))`;
  const rows = await session.query(
    `SELECT coalesce(tag, '${UNTAGGED}') AS tag, count(*)::float8 AS rows, encode(sha256(string_agg(digest, ''::bytea ORDER BY digest)), 'hex') AS hash
     FROM (SELECT ${tag} AS tag, ${digest} AS digest FROM ${names.table} WHERE ${names.where} AND ${vector} IS NOT NULL) AS own GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => [String(row.tag), { rows: Number(row.rows), hash: String(row.hash) as Sha256 }]);
}
