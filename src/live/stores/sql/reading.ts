import { CutoverError } from '../../../core/errors.ts';
import { type SqlRow, type SqlSession, transaction } from '../../../databases/connection.ts';
import { literal, quoted } from '../../../databases/names.ts';
import { packed } from '../../../formats/row-batch.ts';
import type { ReadOptions, StoreBatch } from '../live-store.ts';
import type { TableFacts } from './facts.ts';
import type { TableNames } from './names.ts';
import { idOf, keyOf, numbersOf, typeOf } from './rows.ts';
import { onceMore } from './timeouts.ts';
import { WRITTEN } from './watch.ts';

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

/** Rows fetched at a time. */
const FETCH = 2_000;

/** Rows from one moment, in batches: no more than two are in memory. */
export async function* readRows(
  session: (work: (session: SqlSession) => Promise<void>) => Promise<void>,
  factsOf: (session: SqlSession) => Promise<TableFacts>,
  names: TableNames,
  options: ReadOptions,
): AsyncGenerator<StoreBatch> {
  const queue = new Handover<StoreBatch>();
  const done = session((own) =>
    onceMore(async () => {
      const facts = await factsOf(own);
      await transaction(
        own,
        async () => {
          await own.query(`DECLARE cutover_rows NO SCROLL CURSOR FOR ${selectRows(names, facts, options)}`);
          for (;;) {
            if (options.signal?.aborted) throw new CutoverError('INTERRUPTED', {});
            const rows = await own.query(`FETCH ${FETCH} FROM cutover_rows`);
            if (rows.length === 0 || !(await queue.give(toBatch(rows, names)))) return;
          }
        },
        // One moment for all fetches, whatever others write meanwhile.
        'ISOLATION LEVEL REPEATABLE READ READ ONLY',
      );
    }),
  );
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

/** A cursor is declared without parameters: everything is a literal. */
function selectRows(
  names: TableNames,
  facts: TableFacts,
  { tag, ids, vectors = true, place = 'current', empty = false }: ReadOptions,
): string {
  const own = names.places[place];
  const column = (name: string) => (facts.columns.has(name) ? quoted(name) : 'NULL::text');
  const chosen = [
    ...names.key.map((part, i) => `${quoted(part)}::text AS k${i}`),
    `${column(own.tag)} AS tag`,
    `${column(own.textHash)} AS hash`,
    ...(names.text === null ? [] : [`${names.text} AS text`]),
    `${names.stratum ?? 'tableoid::regclass'}::text AS stratum`,
    ...(vectors ? [`${column(own.vector)}::text AS vector`] : []),
  ];
  const where = [names.where];
  if (!empty) where.push(`${column(own.vector)} IS NOT NULL`);
  if (tag !== undefined) where.push(tag === null ? `${column(own.tag)} IS NULL` : `${column(own.tag)} = ${literal(tag)}`);
  if (ids !== undefined) where.push(among(names, facts, ids));
  return `SELECT ${chosen.join(', ')} FROM ${names.table} WHERE ${where.join(' AND ')}`;
}

function among({ key }: TableNames, facts: TableFacts, ids: readonly string[]): string {
  const [only] = key;
  const list = literal(`{${ids.map((id) => `"${id.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`);
  if (key.length === 1 && only !== undefined) return `${quoted(only)} = ANY(${list}::${typeOf(facts, only)}[])`;
  const whole = key.map((part) => `replace(replace(${quoted(part)}::text, '\\', '\\\\'), '/', '\\/')`).join(` || '/' || `);
  return `${whole} = ANY(${list}::text[])`;
}

function toBatch(rows: readonly SqlRow[], { key, text }: TableNames): StoreBatch {
  const textOf = (value: unknown) => (value === null || value === undefined ? null : String(value));
  return {
    ids: rows.map((row) => idOf(keyOf(row, key.length))),
    tags: rows.map(({ tag }) => textOf(tag)),
    textHashes: rows.map(({ hash }) => (hash === WRITTEN ? null : textOf(hash))),
    ...(text === null ? {} : { texts: rows.map((row) => textOf(row.text)) }),
    strata: rows.map(({ stratum }) => textOf(stratum) ?? '(none)'),
    ...packed(rows.map(({ vector }) => (typeof vector === 'string' ? numbersOf(vector) : null))),
  };
}
