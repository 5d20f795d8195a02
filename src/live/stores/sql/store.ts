import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import { type SqlDatabase, type SqlRow, type SqlSession, transaction } from '../../../databases/connection.ts';
import type { Connection } from '../../../databases/connection-string.ts';
import { guardedDatabase } from '../../../databases/guarded.ts';
import { literal, type SqlNames, sqlNames } from '../../../databases/names.ts';
import { vectorText } from '../../../databases/vector-text.ts';
import { packed } from '../../../formats/row-batch.ts';
import type { LedgerStorage } from '../../../model/ledger.ts';
import type { StoreSpec } from '../../../model/store.ts';
import type { Hit, LiveStore, NewRow, ReadOptions, StoreBatch, TaggedQuery, TaggingPlan } from '../live-store.ts';
import { byScore } from '../scan.ts';
import { sqlLedger } from './ledger.ts';
import { type TableFacts, tableFacts } from './table.ts';
import { LOCK_TIMEOUT, taggingStatements } from './tagging.ts';

/** Rows fetched, written and tagged at a time. */
const FETCH = 2_000;
const WRITE = 500;
const TAG = 1_000;

/** A table of PostgreSQL with a column of pgvector. */
export class SqlStore implements LiveStore {
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger: LedgerStorage;
  readonly #database: SqlDatabase;
  readonly #names: SqlNames;

  /** @param connection null where there is no server */
  constructor(spec: StoreSpec, title: string, database: SqlDatabase, connection: Connection | null) {
    this.spec = spec;
    this.title = title;
    this.#names = sqlNames(spec);
    this.#database = guardedDatabase(database, this.title, connection);
    this.ledger = sqlLedger(this.#database, this.#names, title);
  }

  async *read(options: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const { spec, title } = this;
    const names = this.#names;
    const queue = new Handover<StoreBatch>();
    const done = this.#database.session(async (session) => {
      const facts = await requireColumns(session, spec, names, title);
      await transaction(
        session,
        async () => {
          const { sql, values } = selectRows(spec, names, facts, options);
          await session.query(`DECLARE cutover_rows NO SCROLL CURSOR FOR ${sql}`, values);
          for (;;) {
            if (options.signal?.aborted) throw new CutoverError('INTERRUPTED', {});
            const rows = await session.query(`FETCH ${FETCH} FROM cutover_rows`);
            if (rows.length === 0 || !(await queue.give(toBatch(rows, spec)))) return;
          }
        },
        // One moment for all fetches, whatever others write meanwhile.
        'ISOLATION LEVEL REPEATABLE READ READ ONLY',
      );
    });
    done.then(
      () => queue.end(),
      (error: unknown) => queue.end(error),
    );
    try {
      yield* queue;
    } finally {
      queue.stop();
      await done.catch(() => undefined);
    }
  }

  async counts(): Promise<ReadonlyMap<string | null, number>> {
    const { columns } = await requireColumns(this.#database, this.spec, this.#names, this.title);
    const tag = columns.has(this.spec.columns.tag) ? this.#names.tag : 'NULL::text';
    const rows = await this.#database.query(`SELECT ${tag} AS tag, count(*)::text AS rows FROM ${this.#names.table} GROUP BY 1`);
    return new Map(rows.map(({ tag: found, rows: count }) => [found === null ? null : String(found), Number(count)]));
  }

  async write(rows: readonly NewRow[]): Promise<void> {
    const { table, id, tag, textHash, text, vector } = this.#names;
    const columns = [id, tag, textHash, vector, ...(text === null ? [] : [text])];
    const updates = columns.slice(2).map((column) => `${column} = EXCLUDED.${column}`);
    await this.#database.session(async (session) => {
      const facts = await requireColumns(session, this.spec, this.#names, this.title);
      const key = [this.spec.columns.id, this.spec.columns.tag];
      if (!facts.unique.some((own) => own.length === 2 && key.every((name) => own.includes(name))))
        throw new CutoverError('STORE_KEY_MISSING', { store: this.title });
      const type = vectorType(facts, this.spec);
      requireDimension(this.title, type, rows);
      await transaction(session, async () => {
        for (let first = 0; first < rows.length; first += WRITE) {
          const part = rows.slice(first, first + WRITE);
          const values = part.flatMap((row) => [
            row.id,
            row.tag,
            row.textHash,
            vectorText(row.vector),
            ...(text === null ? [] : [row.text]),
          ]);
          const width = columns.length;
          const tuples = part.map(
            (_, i) =>
              `(${columns.map((column, j) => `$${i * width + j + 1}${column === vector ? `::${type}` : column === id ? `::${idType(facts, this.spec)}` : ''}`).join(', ')})`,
          );
          await session.query(
            `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples.join(', ')} ON CONFLICT (${id}, ${tag}) DO UPDATE SET ${updates.join(', ')}`,
            values,
          );
        }
      });
    });
  }

  async remove(tag: string | null): Promise<number> {
    const { table, tag: column } = this.#names;
    const where = tag === null ? `${column} IS NULL` : `${column} = ${literal(tag)}`;
    const [row] = await this.#database.query(
      `WITH gone AS (DELETE FROM ${table} WHERE ${where} RETURNING 1) SELECT count(*)::text AS rows FROM gone`,
    );
    return Number(row?.rows);
  }

  async planTagging(): Promise<TaggingPlan> {
    const statements = taggingStatements(this.spec, this.#names, await requireColumns(this.#database, this.spec, this.#names, this.title));
    return { statements: statements.length === 0 ? [] : [LOCK_TIMEOUT, ...statements], ready: statements.length === 0 };
  }

  async prepareTagging(): Promise<void> {
    await this.#database.session(async (session) => {
      const facts = await requireColumns(session, this.spec, this.#names, this.title);
      const statements = taggingStatements(this.spec, this.#names, facts);
      await session.query(LOCK_TIMEOUT);
      for (const statement of statements) await session.query(statement);
    });
  }

  async tagRows(rows: readonly { readonly id: string; readonly textHash: Sha256 }[], tag: Fingerprint): Promise<number> {
    const { table, id, tag: column, textHash } = this.#names;
    let changed = 0;
    await this.#database.session(async (session) => {
      for (let first = 0; first < rows.length; first += TAG) {
        const part = rows.slice(first, first + TAG);
        // A statement is a transaction of its own: a kill leaves whole batches, and the next run takes what is untagged.
        const done = await session.query(
          `UPDATE ${table} AS t SET ${column} = $1, ${textHash} = n.hash
           FROM unnest($2::text[], $3::text[]) AS n(id, hash) WHERE t.${id}::text = n.id AND t.${column} IS NULL RETURNING 1 AS one`,
          [tag, part.map((row) => row.id), part.map((row) => row.textHash)],
        );
        changed += done.length;
      }
    });
    return changed;
  }

  async nearest({ tag, vector }: TaggedQuery, k: number): Promise<Hit[]> {
    const { table, id, tag: column, vector: stored } = this.#names;
    const type = `vector(${vector.length})`;
    const rows = await this.#database.query(
      `SELECT ${id}::text AS id, ${column} AS tag, 1 - ((${stored})::${type} <=> $1::${type}) AS score
       FROM ${table} WHERE ${column} = ${literal(tag)} ORDER BY (${stored})::${type} <=> $1::${type} LIMIT ${Math.floor(k)}`,
      [vectorText(vector)],
    );
    return rows
      .map((row) => ({ id: String(row.id), tag: row.tag === null ? null : String(row.tag), score: Number(row.score) }))
      .sort(byScore);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

async function requireColumns(session: SqlSession, { columns }: StoreSpec, names: SqlNames, store: string): Promise<TableFacts> {
  const facts = await tableFacts(session, names, store);
  for (const column of [columns.id, columns.vector, columns.text, columns.stratum])
    if (column !== null && !facts.columns.has(column))
      throw new CutoverError('STORE_COLUMN_MISSING', { store, column, known: [...facts.columns.keys()].join(', ') });
  return facts;
}

function vectorType(facts: TableFacts, { columns }: StoreSpec): string {
  return facts.columns.get(columns.vector) ?? 'vector';
}

function idType(facts: TableFacts, { columns }: StoreSpec): string {
  return facts.columns.get(columns.id) ?? 'text';
}

function requireDimension(store: string, type: string, rows: readonly NewRow[]): void {
  const expected = Number(/\((\d+)\)/.exec(type)?.[1]);
  const wrong = rows.find(({ vector }) => Number.isFinite(expected) && vector.length !== expected);
  if (wrong !== undefined) throw new CutoverError('STORE_DIMENSION_MISMATCH', { file: store, found: wrong.vector.length, expected });
}

function selectRows(
  { columns }: StoreSpec,
  names: SqlNames,
  facts: TableFacts,
  { tag, ids, vectors = true }: ReadOptions,
): { sql: string; values: readonly unknown[] } {
  const has = (column: string) => facts.columns.has(column);
  const tagColumn = has(columns.tag) ? names.tag : 'NULL::text';
  const chosen = [
    `${names.id}::text AS id`,
    `${tagColumn} AS tag`,
    `${has(columns.textHash) ? names.textHash : 'NULL::text'} AS hash`,
    ...(names.text === null ? [] : [`${names.text}::text AS text`]),
    `${names.stratum === null ? 'tableoid::regclass' : names.stratum}::text AS stratum`,
    ...(vectors ? [`${names.vector}::text AS vector`] : []),
  ];
  const values: unknown[] = [];
  const where: string[] = [];
  if (tag !== undefined) where.push(tag === null ? `${tagColumn} IS NULL` : `${tagColumn} = ${literal(tag)}`);
  if (ids !== undefined) where.push(`${names.id}::text = ANY(${literal(arrayText(ids))}::text[])`);
  return { sql: `SELECT ${chosen.join(', ')} FROM ${names.table}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`, values };
}

/** An array literal: a cursor is declared without parameters. */
function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}

function toBatch(rows: readonly SqlRow[], { columns }: StoreSpec): StoreBatch {
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  return {
    ids: rows.map(({ id }) => String(id)),
    tags: rows.map(({ tag }) => text(tag)),
    textHashes: rows.map(({ hash }) => text(hash)),
    ...(columns.text === null ? {} : { texts: rows.map((row) => text(row.text)) }),
    strata: rows.map(({ stratum }) => text(stratum) ?? '(none)'),
    ...packed(rows.map(({ vector }) => (typeof vector === 'string' ? numbersOf(vector) : null))),
  };
}

/** pgvector writes `[0.1,-2]`. */
function numbersOf(text: string): number[] {
  return text.length < 3 ? [] : text.slice(1, -1).split(',').map(Number);
}

/** Hands batches from the transaction that reads them to whoever asks, one at a time: no more than two are in memory. */
class Handover<T> implements AsyncIterable<T> {
  #waiting: { readonly item: T; readonly taken: (more: boolean) => void } | null = null;
  #ended = false;
  #error: unknown = null;
  #wake: () => void = () => undefined;

  /** @returns false when nobody wants more */
  give(item: T): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    return new Promise((taken) => {
      this.#waiting = { item, taken };
      this.#wake();
    });
  }

  end(error: unknown = null): void {
    this.#error ??= error;
    this.#ended = true;
    this.#wake();
  }

  stop(): void {
    this.#ended = true;
    this.#waiting?.taken(false);
    this.#waiting = null;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      yield* this.#items();
    } finally {
      this.stop();
    }
  }

  async *#items(): AsyncGenerator<T> {
    for (;;) {
      const waiting = this.#waiting;
      if (waiting !== null) {
        this.#waiting = null;
        let more = false;
        try {
          yield waiting.item;
          more = true;
        } finally {
          waiting.taken(more && !this.#ended);
        }
      } else if (this.#ended) {
        if (this.#error !== null) throw this.#error;
        return;
      } else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
