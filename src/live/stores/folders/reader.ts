import { basename } from 'node:path';
import { CutoverError } from '../../../core/errors.ts';
import type { ByteSink, Rewriting } from '../../../formats/rewriting.ts';
import type { RowBatch, RowColumns } from '../../../formats/row-batch.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { pickRows } from '../batch.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { ReadOptions, StoreBatch } from '../live-store.ts';
import { isChanged, listSegments, stampOf } from './listing.ts';

/** One file format of a store that is a folder of files. */
export interface SegmentCodec {
  readonly extension: string;
  /** For people: `Arrow segments`. */
  readonly title: string;
  names(file: string): Promise<readonly string[]>;
  read(file: string, columns: RowColumns): AsyncIterable<RowBatch>;
  /** Whether the file says of itself that every row has a value in this column. */
  isFull?(file: string, column: string): Promise<boolean>;
  /** Writes the file again with other vectors and tags, and every other column as it is. */
  rewrite(file: string, out: ByteSink, rewriting: Rewriting): Promise<void>;
  /** Why that can't be done; null where it can. */
  obstacle(file: string, names: Pick<Rewriting, 'vector' | 'tag' | 'textHash'>): Promise<string | null>;
}

/** The columns by which a segment of the embedding cache is known. Its queries are no rows of a store. */
const CACHE = ['role', 'token_count', 'truncated'];

/** Which rows of a file are read. */
interface Wanted {
  readonly tag: string | null | undefined;
  readonly wanted: ReadonlySet<string> | null;
  readonly vectors: boolean;
  /** Rows without a vector, too. */
  readonly empty: boolean;
}

/** Rows of a folder's files as a store has them, whoever wrote the files. */
export class SegmentReader {
  readonly #spec: StoreSpec;
  readonly #path: string;
  readonly #title: string;
  readonly #codec: SegmentCodec;
  readonly #texts: RowTexts;

  /** @param title what errors call the store */
  constructor(spec: StoreSpec, path: string, title: string, codec: SegmentCodec, texts: RowTexts) {
    this.#spec = spec;
    this.#path = path;
    this.#title = title;
    this.#codec = codec;
    this.#texts = texts;
  }

  async *read({ tag, ids, vectors = true, empty = false, rough = false, signal }: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const files = await listSegments(this.#path, this.#codec.extension);
    const stamps = await Promise.all(files.map(stampOf));
    const wanted = ids === undefined ? null : new Set(ids);
    for (const [i, file] of files.entries()) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      try {
        yield* this.#unchanged(file, stamps[i] ?? '', { tag, wanted, vectors, empty });
      } catch (error) {
        if (!(rough && isChanged(error))) throw error;
      }
    }
  }

  async *#unchanged(file: string, stamp: string, wanted: Wanted): AsyncGenerator<StoreBatch> {
    if ((await stampOf(file)) !== stamp) throw this.#changed(file);
    try {
      yield* this.#rowsIn(file, wanted);
    } catch (error) {
      await this.#unlessChanged(file, stamp, error);
    }
    if ((await stampOf(file)) !== stamp) throw this.#changed(file);
  }

  async *#rowsIn(file: string, { tag, wanted, vectors, empty }: Wanted): AsyncGenerator<StoreBatch> {
    const own = (await this.requireColumns(file)).filter((name) => CACHE.includes(name)).length === CACHE.length;
    const isFull = empty || vectors || ((await this.#codec.isFull?.(file, this.#spec.columns.vector)) ?? false);
    for await (const { batch, roles } of this.batches(file, vectors || !isFull, own)) {
      const picked = pickRows(
        batch,
        (row) =>
          (tag === undefined || (batch.tags[row] ?? null) === tag) &&
          (wanted?.has(batch.ids[row] ?? '') ?? true) &&
          roles?.[row] !== 'query' &&
          (empty || (isFull && !vectors) || batch.offsets[row] !== batch.offsets[row + 1]),
      );
      if (picked.ids.length > 0) yield vectors ? picked : withoutVectors(picked);
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
    const { id, tag, textHash, stratum, vector } = this.#spec.columns;
    const names = [id, tag, textHash, ...this.#texts.columns, stratum, withRoles ? 'role' : null];
    const texts = [...new Set(names.filter((name) => name !== null))];
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
      ...(this.#texts.template === null ? {} : { texts: this.#textsOf(rows, texts) }),
      strata: strata?.map((value) => value ?? '(none)') ?? new Array<string>(rows).fill(basename(file)),
      offsets: vectors?.offsets ?? new Int32Array(rows + 1),
      values: vectors?.values ?? new Float32Array(0),
    };
  }

  #textsOf(rows: number, texts: RowBatch['texts']): (string | null)[] {
    const { template } = this.#texts;
    return Array.from({ length: rows }, (_, row) => {
      const cells = Object.fromEntries(this.#texts.columns.map((name) => [name, texts[name]?.[row] ?? null]));
      return template?.textOf(cells) ?? null;
    });
  }

  async requireColumns(file: string): Promise<readonly string[]> {
    const before = await stampOf(file);
    const names = await this.#codec.names(file).catch((error: unknown) => this.#unlessChanged(file, before, error));
    for (const column of [this.#spec.columns.id, this.#spec.columns.vector])
      if (!names.includes(column)) throw new CutoverError('STORE_COLUMN_MISSING', { store: file, column, known: names.join(', ') });
    return names;
  }
}

function withoutVectors(batch: StoreBatch): StoreBatch {
  return { ...batch, offsets: new Int32Array(batch.ids.length + 1), values: new Float32Array(0) };
}
