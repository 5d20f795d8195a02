import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError } from '../../../core/errors.ts';
import type { LancedbConnection, LancedbTable } from '../../../databases/lancedb.ts';
import { lancedbStatement } from '../../../databases/lancedb.ts';
import type { StoreSpec } from '../../../model/store.ts';
import type { Place } from '../live-store.ts';
import { nextName, type PlaceColumns } from '../sql/names.ts';

export type { PlaceColumns };

/** What a Lance table's columns are called in each place. */
export function lancePlaces({ columns }: StoreSpec): { readonly [P in Place]: PlaceColumns } {
  const { vector, tag, textHash } = columns;
  return {
    current: { vector, tag, textHash },
    next: { vector: nextName(vector), tag: nextName(tag), textHash: nextName(textHash) },
  };
}

/** The type of a column of vectors: how many values, and of which type. */
export interface VectorType {
  readonly width: number;
  /** As Arrow writes it: `Float32`. */
  readonly element: string;
}

interface Field {
  readonly name: string;
  readonly type: { readonly listSize?: number; readonly children?: readonly { readonly type: unknown }[] | null };
}

/** A change of columns loses against every program that writes rows at that moment. */
const TRIES = 20;

/** Another program wrote first, and nothing of this was written. */
export function isConflict(error: unknown): boolean {
  return /conflict|concurrent|too many/i.test(error instanceof Error ? error.message : String(error));
}

/** A table of LanceDB: its latest version, statement by statement, and its columns. */
export class LanceTable {
  readonly title: string;
  readonly name: string;
  readonly #connection: LancedbConnection;
  readonly #table: LancedbTable;

  constructor(title: string, name: string, connection: LancedbConnection, table: LancedbTable) {
    this.title = title;
    this.name = name;
    this.#connection = connection;
    this.#table = table;
  }

  /** Runs on the latest version: whatever another process wrote since comes first. Where one writes meanwhile, it runs again on that. */
  async run<T>(work: (table: LancedbTable) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await lancedbStatement(this.title, async () => {
          await this.#table.checkoutLatest();
          return work(this.#table);
        });
      } catch (error) {
        if (tries === TRIES || !isConflict(error)) throw error;
        await wait(10 * tries);
      }
    }
  }

  /** One version of the table, whatever is written meanwhile. */
  async *frozen<T>(read: (table: LancedbTable) => AsyncIterable<T>): AsyncGenerator<T> {
    const table = await this.#connection.openTable(this.name);
    try {
      await table.checkout(await table.version());
      yield* read(table);
    } finally {
      table.close();
    }
  }

  async names(): Promise<string[]> {
    return (await this.#fields()).map(({ name }) => name);
  }

  #fields(): Promise<readonly Field[]> {
    return this.run(async (table) => (await table.schema()).fields as readonly Field[]);
  }

  /** @returns null where the column is not there, or holds no lists of one length */
  async vectorType(column: string): Promise<VectorType | null> {
    const type = (await this.#fields()).find(({ name }) => name === column)?.type;
    if (type?.listSize === undefined) return null;
    return { width: type.listSize, element: String(type.children?.[0]?.type) };
  }

  /** @throws CutoverError STORE_COLUMN_MISSING */
  async require(columns: readonly (string | null)[]): Promise<string[]> {
    const names = await this.names();
    for (const column of columns)
      if (column !== null && !names.includes(column))
        throw new CutoverError('STORE_COLUMN_MISSING', { store: this.title, column, known: names.join(', ') });
    return names;
  }

  /** A scratch table of the same columns, which is dropped whatever happens. */
  async rehearsed(work: (table: LanceTable) => Promise<void>): Promise<void> {
    const name = `cutover_scratch_${process.pid}_${Date.now().toString(36)}`;
    await lancedbStatement(this.title, async () => {
      const made = await this.#connection.createEmptyTable(name, await this.#table.schema());
      try {
        await work(new LanceTable(this.title, name, this.#connection, made));
      } finally {
        made.close();
        await this.#connection.dropTable(name);
      }
    });
  }

  /** The same folder, and another name. */
  called(name: string): LanceTable {
    return new LanceTable(this.title, name, this.#connection, this.#table);
  }

  /** Copies rows into a table that is not there yet. @returns how many */
  copyTo(name: string, where: string, rows: number): Promise<number> {
    return this.run(async (table) => {
      const found = await table.query().where(where).limit(rows).toArrow();
      const made = await this.#connection.createTable(name, found, { mode: 'create' });
      made.close();
      return found.numRows;
    });
  }

  async inOther<T>(name: string, work: (table: LancedbTable) => Promise<T>): Promise<T> {
    const other = await this.#connection.openTable(name);
    return lancedbStatement(this.title, () => work(other)).finally(() => other.close());
  }

  drop(name: string): Promise<void> {
    return lancedbStatement(this.title, () => this.#connection.dropTable(name));
  }

  close(): void {
    this.#table.close();
    this.#connection.close();
  }
}

/** DataFusion takes back-ticks as quotes of names. */
export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function among(column: string, values: readonly string[]): string {
  return values.length === 0 ? 'false' : `${quoted(column)} IN (${values.map(literal).join(', ')})`;
}
