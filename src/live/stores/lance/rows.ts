import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import { packed } from '../../../formats/row-batch.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { type Cell, NO_CELL, type SideRow } from '../beside/lacking.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { Place, ReadOptions, StoreBatch } from '../live-store.ts';
import { among, type LanceTable, lancePlaces, literal, type PlaceColumns, quoted } from './table.ts';

/** Rows of a batch that is given on. */
const FETCH = 2_000;

/** A record batch of the engine's own Arrow. */
interface Batch {
  readonly numRows: number;
  getChild(name: string): { get(row: number): unknown } | null;
  slice(from: number, to: number): Batch;
}

type Filled = Readonly<Record<string, string | null>>;

/** Rows of a table as a store has them. */
export class LanceRows {
  readonly #spec: StoreSpec;
  readonly #table: LanceTable;
  readonly #texts: RowTexts;

  constructor(spec: StoreSpec, table: LanceTable, texts: RowTexts) {
    this.#spec = spec;
    this.#table = table;
    this.#texts = texts;
  }

  get #places() {
    return lancePlaces(this.#spec);
  }

  /** Columns that must be there. @throws CutoverError STORE_COLUMN_MISSING */
  required(): Promise<string[]> {
    const { id, vector, stratum } = this.#spec.columns;
    return this.#table.require([id, vector, ...this.#texts.columns, stratum]);
  }

  async *read({ tag, ids, vectors = true, place = 'current', empty = false, signal }: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const names = await this.required();
    const own = this.#places[place];
    const has = (column: string) => names.includes(column);
    if (!has(own.vector) || (tag !== undefined && tag !== null && !has(own.tag))) return;
    const filters = empty ? [] : [`${quoted(own.vector)} IS NOT NULL`];
    if (tag !== undefined && has(own.tag))
      filters.push(tag === null ? `${quoted(own.tag)} IS NULL` : `${quoted(own.tag)} = ${literal(tag)}`);
    const { id, stratum } = this.#spec.columns;
    if (ids !== undefined) filters.push(among(id, ids));
    const chosen = [id, own.tag, own.textHash, ...this.#texts.columns, stratum, vectors ? own.vector : null];
    const columns = [...new Set(chosen.filter((name): name is string => name !== null && has(name)))];
    for await (const batch of this.#batches(columns, filters.join(' AND '))) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      yield this.#asStored(batch, own);
    }
  }

  /** Columns by name, or by name and expression. */
  async *#batches(columns: string[] | Record<string, string>, where: string): AsyncGenerator<Batch> {
    yield* this.#table.frozen(async function* (table) {
      const query = table.query().select(columns);
      if (where !== '') query.where(where);
      for await (const batch of query)
        for (let first = 0; first < batch.numRows; first += FETCH) yield batch.slice(first, first + FETCH) as unknown as Batch;
    });
  }

  #asStored(batch: Batch, own: PlaceColumns): StoreBatch {
    const { id, text, stratum } = this.#spec.columns;
    const { template } = this.#texts;
    return {
      ids: textsIn(batch, id).map((value) => value ?? ''),
      tags: textsIn(batch, own.tag),
      textHashes: textsIn(batch, own.textHash),
      ...(text === null || template === null ? {} : { texts: cellsIn(batch, template.columns).map((cells) => template.textOf(cells)) }),
      strata: textsIn(batch, stratum).map((value) => value ?? '(table)'),
      ...packed(vectorsIn(batch, own.vector)),
    };
  }

  /** Every row once, without its vectors. */
  async *sides(): AsyncGenerator<SideRow> {
    const names = await this.required();
    const { id } = this.#spec.columns;
    const columns: Record<string, string> = {};
    for (const name of [id, ...this.#texts.columns]) columns[name] = quoted(name);
    for (const place of ['current', 'next'] as const) {
      const { vector, tag, textHash } = this.#places[place];
      if (!names.includes(vector)) continue;
      columns[`${place} there`] = `${quoted(vector)} IS NOT NULL`;
      if (names.includes(tag)) columns[`${place} tag`] = quoted(tag);
      if (names.includes(textHash)) columns[`${place} hash`] = quoted(textHash);
    }
    for await (const batch of this.#batches(columns, '')) {
      const ids = textsIn(batch, id);
      const cells = cellsIn(batch, this.#texts.columns);
      const [current, next] = [cellsOf(batch, 'current'), cellsOf(batch, 'next')];
      for (const [row, own] of ids.entries()) {
        if (own === null || own === '') throw new CutoverError('STORE_ID_MISSING', { file: this.#table.title, row: row + 1, column: id });
        yield {
          id: own,
          textHash: await this.#texts.hashOf(own, cells[row] ?? {}),
          current: current[row] ?? NO_CELL,
          next: next[row] ?? NO_CELL,
        };
      }
    }
  }

  /** Rows by id: the columns that their text is made of, the text's hash, and the vector in a place. */
  async byId(ids: readonly string[], place: Place): Promise<ReadonlyMap<string, FoundRow>> {
    const own = this.#places[place];
    const names = await this.required();
    const { id } = this.#spec.columns;
    const found = new Map<string, FoundRow>();
    const columns = [id, own.vector, own.tag, own.textHash, ...this.#texts.columns].filter((name) => names.includes(name));
    for await (const batch of this.#batches([...new Set(columns)], among(id, ids))) {
      const cells = cellsIn(batch, this.#texts.columns);
      const [tags, hashes, vectors] = [textsIn(batch, own.tag), textsIn(batch, own.textHash), vectorsIn(batch, own.vector)];
      for (const [row, key] of textsIn(batch, id).entries())
        found.set(key ?? '', {
          cells: cells[row] ?? {},
          textHash: await this.#texts.hashOf(key ?? '', cells[row] ?? {}),
          tag: (tags[row] ?? null) as Fingerprint | null,
          storedHash: hashes[row] ?? null,
          vector: vectors[row] ?? null,
        });
    }
    return found;
  }
}

export interface FoundRow {
  readonly cells: Filled;
  readonly textHash: Sha256 | null;
  readonly tag: Fingerprint | null;
  readonly storedHash: string | null;
  readonly vector: Float32Array | null;
}

function textsIn(batch: Batch, name: string | null): (string | null)[] {
  const column = name === null ? null : batch.getChild(name);
  return Array.from({ length: batch.numRows }, (_, row) => {
    const value = column?.get(row) ?? null;
    return value === null ? null : String(value);
  });
}

function cellsIn(batch: Batch, columns: readonly string[]): Filled[] {
  const texts = columns.map((name) => [name, textsIn(batch, name)] as const);
  return Array.from({ length: batch.numRows }, (_, row) => Object.fromEntries(texts.map(([name, values]) => [name, values[row] ?? null])));
}

function cellsOf(batch: Batch, place: Place): Cell[] {
  const [there, tags, hashes] = [batch.getChild(`${place} there`), textsIn(batch, `${place} tag`), textsIn(batch, `${place} hash`)];
  return tags.map((tag, row) => ({ tag, textHash: hashes[row] ?? null, isThere: there?.get(row) === true }));
}

function vectorsIn(batch: Batch, name: string): (Float32Array | null)[] {
  const column = batch.getChild(name);
  return Array.from({ length: batch.numRows }, (_, row) => {
    const value = column?.get(row) as Iterable<number> | null | undefined;
    return value === null || value === undefined ? null : Float32Array.from(value);
  });
}
