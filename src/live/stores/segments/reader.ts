import { basename } from 'node:path';
import { CutoverError } from '../../../core/errors.ts';
import type { RowBatch, RowColumns } from '../../../formats/row-batch.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { pickRows } from '../batch.ts';
import type { ReadOptions, StoreBatch } from '../live-store.ts';
import { listSegments, stampOf } from './listing.ts';

/** One file format of a store that is a folder of immutable files. */
export interface SegmentCodec {
  readonly extension: string;
  /** For people: `Arrow segments`. */
  readonly title: string;
  names(file: string): Promise<readonly string[]>;
  read(file: string, columns: RowColumns): AsyncIterable<RowBatch>;
  bytes(texts: Readonly<Record<string, readonly (string | null)[]>>, vector: string, rows: readonly (Float32Array | null)[]): Uint8Array;
  /** The bytes of a file with text columns added or replaced and all else kept; missing where the format can't keep all else. */
  withTexts?(file: string, texts: Readonly<Record<string, readonly (string | null)[]>>): Promise<Uint8Array>;
}

/** The columns by which a segment of the embedding cache is known. Its queries are no rows of a store. */
const CACHE = ['role', 'token_count', 'truncated'];

/** A row as it is in a file; anything but the id may be missing. */
export interface StoredRow {
  readonly id: string;
  readonly tag: string | null;
  readonly textHash: string | null;
  readonly text: string | null;
  readonly stratum: string | null;
  readonly vector: Float32Array | null;
}

/** Rows of a folder's files as a store has them, whoever wrote the files. */
export class SegmentReader {
  readonly #spec: StoreSpec;
  readonly #path: string;
  readonly #title: string;
  readonly #codec: SegmentCodec;

  /** @param title what errors call the store */
  constructor(spec: StoreSpec, path: string, title: string, codec: SegmentCodec) {
    this.#spec = spec;
    this.#path = path;
    this.#title = title;
    this.#codec = codec;
  }

  async *read({ tag, ids, vectors = true, signal }: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const files = await listSegments(this.#path, this.#codec.extension);
    const stamps = await Promise.all(files.map(stampOf));
    const wanted = ids === undefined ? null : new Set(ids);
    for (const [i, file] of files.entries()) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      if ((await stampOf(file)) !== stamps[i]) throw this.#changed(file);
      try {
        yield* this.#rowsIn(file, { tag, wanted, vectors });
      } catch (error) {
        await this.#unlessChanged(file, stamps[i] ?? '', error);
      }
      if ((await stampOf(file)) !== stamps[i]) throw this.#changed(file);
    }
  }

  async *#rowsIn(
    file: string,
    {
      tag,
      wanted,
      vectors,
    }: { readonly tag: string | null | undefined; readonly wanted: ReadonlySet<string> | null; readonly vectors: boolean },
  ): AsyncGenerator<StoreBatch> {
    const own = (await this.requireColumns(file)).filter((name) => CACHE.includes(name)).length === CACHE.length;
    for await (const { batch, roles } of this.batches(file, vectors, own)) {
      const all = tag === undefined && wanted === null && roles === null;
      const picked = all
        ? batch
        : pickRows(
            batch,
            (row) =>
              (tag === undefined || (batch.tags[row] ?? null) === tag) &&
              (wanted?.has(batch.ids[row] ?? '') ?? true) &&
              roles?.[row] !== 'query',
          );
      if (picked.ids.length > 0) yield picked;
    }
  }

  /** Bytes of two files, read as one, look damaged. */
  async #unlessChanged(file: string, before: string, error: unknown): Promise<never> {
    throw (await stampOf(file)) === before ? error : this.#changed(file);
  }

  #changed(file: string): CutoverError {
    return new CutoverError('STORE_CHANGED', { store: this.#title, what: `${basename(file)} is gone or another file now` });
  }

  async *batches(
    file: string,
    vectors: boolean,
    withRoles = false,
  ): AsyncIterable<{ batch: StoreBatch; roles: readonly (string | null)[] | null }> {
    const { id, tag, textHash, text, stratum, vector } = this.#spec.columns;
    const texts = [id, tag, textHash, text, stratum, withRoles ? 'role' : null].filter((name) => name !== null);
    for await (const batch of this.#codec.read(file, { texts, vector: vectors ? vector : null }))
      yield { batch: this.#asStored(file, batch), roles: withRoles ? (batch.texts.role ?? null) : null };
  }

  #asStored(file: string, { rows, texts, vectors }: RowBatch): StoreBatch {
    const { columns } = this.#spec;
    const none = () => new Array<null>(rows).fill(null);
    const ids = texts[columns.id] ?? none();
    const empty = ids.indexOf(null);
    if (empty >= 0) throw new CutoverError('STORE_ID_MISSING', { file, row: empty + 1, column: columns.id });
    const strata = columns.stratum === null ? null : texts[columns.stratum];
    return {
      ids: ids as readonly string[],
      tags: texts[columns.tag] ?? none(),
      textHashes: texts[columns.textHash] ?? none(),
      ...(columns.text === null ? {} : { texts: texts[columns.text] ?? none() }),
      strata: strata?.map((value) => value ?? '(none)') ?? new Array<string>(rows).fill(basename(file)),
      offsets: vectors?.offsets ?? new Int32Array(rows + 1),
      values: vectors?.values ?? new Float32Array(0),
    };
  }

  async requireColumns(file: string): Promise<readonly string[]> {
    const before = await stampOf(file);
    const names = await this.#codec.names(file).catch((error: unknown) => this.#unlessChanged(file, before, error));
    for (const column of [this.#spec.columns.id, this.#spec.columns.vector])
      if (!names.includes(column)) throw new CutoverError('STORE_COLUMN_MISSING', { store: file, column, known: names.join(', ') });
    return names;
  }

  async requireNoOthers(file: string): Promise<void> {
    const own: readonly (string | null)[] = Object.values(this.#spec.columns);
    const others = (await this.requireColumns(file)).filter((name) => !own.includes(name));
    if (others.length > 0) throw new CutoverError('STORE_COLUMNS_FOREIGN', { file, columns: others.join(', ') });
  }

  async rowsOf(file: string): Promise<StoredRow[]> {
    const rows: StoredRow[] = [];
    for await (const { batch } of this.batches(file, true)) {
      const { ids, tags, textHashes, texts, strata, offsets, values } = batch;
      ids.forEach((id, row) => {
        const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
        rows.push({
          id,
          tag: tags[row] ?? null,
          textHash: textHashes[row] ?? null,
          text: texts?.[row] ?? null,
          stratum: this.#spec.columns.stratum === null ? null : (strata[row] ?? null),
          vector: end > start ? values.slice(start, end) : null,
        });
      });
    }
    return rows;
  }
}
