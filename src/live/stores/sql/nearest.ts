import { type SqlSession, transaction } from '../../../databases/connection.ts';
import { literal, quoted } from '../../../databases/names.ts';
import { vectorText } from '../../../databases/vector-text.ts';
import type { Found, Hit, TaggedQuery } from '../live-store.ts';
import { byScore, shortOf } from '../scan.ts';
import type { TableFacts } from './facts.ts';
import type { TableNames } from './names.ts';
import { idOf, keyOf } from './rows.ts';
import { indexesOf } from './twins.ts';

/** pgvector's operators by the class that an index is built with. */
const OPERATORS: Readonly<Record<string, string>> = { cosine: '<=>', l2: '<->', ip: '<#>', l1: '<+>' };

/**
 * The k nearest rows of a tag by the table's own index: the query has the operator and the cast that the index was built with.
 * A filter behind an index may leave fewer than k; then every row is compared.
 */
export async function nearestRows(
  session: SqlSession,
  facts: TableFacts,
  names: TableNames,
  { tag, vector }: TaggedQuery,
  k: number,
): Promise<Found> {
  const sql = nearestQuery(facts, names, tag, vector.length, k);
  const hits = hitsOf(await session.query(sql, [vectorText(vector)]), names);
  if (hits.length >= k) return { hits, note: null };
  const all = await transaction(session, async () => {
    await session.query('SET LOCAL enable_indexscan = off');
    return hitsOf(await session.query(sql, [vectorText(vector)]), names);
  });
  if (all.length > hits.length)
    return {
      hits: all,
      note: `The index gave ${hits.length} of ${k} rows, so all were compared. Raise hnsw.ef_search, or set hnsw.iterative_scan.`,
    };
  return { hits: all, note: shortOf(all.length, k) };
}

function nearestQuery(facts: TableFacts, names: TableNames, tag: string, dimension: number, k: number): string {
  const { vector: stored, tag: column } = names.places.current;
  const type = facts.columns.get(stored)?.type ?? 'vector';
  const index = indexesOf(facts, names, 'current').find(({ method, isValid }) => isValid && (method === 'hnsw' || method === 'ivfflat'));
  const operator = OPERATORS[/(?:vector|halfvec)_(\w+?)_ops/.exec(index?.definition ?? '')?.[1] ?? 'cosine'] ?? '<=>';
  const base = type.replace(/\(\d+\)$/, '');
  const cast = /::((?:"?\w+"?\.)?halfvec)\(/.exec(index?.definition ?? '')?.[1] ?? base;
  // A column without a dimension is indexed through a cast, in the query as in the index.
  const side = type === base || cast !== base ? `(${quoted(stored)}::${cast}(${dimension}))` : quoted(stored);
  const query = `$1::${cast}(${dimension})`;
  return `SELECT ${names.key.map((part, i) => `${quoted(part)}::text AS k${i}`).join(', ')}, ${quoted(column)} AS tag, 1 - (${side} <=> ${query}) AS score
     FROM ${names.table} WHERE ${names.where} AND ${quoted(column)} = ${literal(tag)} ORDER BY ${side} ${operator} ${query} LIMIT ${Math.floor(k)}`;
}

function hitsOf(rows: Awaited<ReturnType<SqlSession['query']>>, { key }: TableNames): Hit[] {
  return rows
    .map((row) => ({ id: idOf(keyOf(row, key.length)), tag: row.tag === null ? null : String(row.tag), score: Number(row.score) }))
    .sort(byScore);
}
