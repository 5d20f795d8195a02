import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { writeFileAtomic } from '../../../system/files.ts';
import type { Cell } from '../beside/lacking.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { FillLog } from './fill-log.ts';
import { orChanged, stampOf } from './listing.ts';
import { type SegmentCodec, SegmentReader } from './reader.ts';

/** A row of a file. */
export interface FileRow {
  /** Counted from 0. */
  readonly row: number;
  readonly id: string;
  /** Of its text now; null without one. */
  readonly textHash: Sha256 | null;
  /** Null where the store keeps no texts. */
  readonly text: string | null;
  readonly cell: Cell;
  /** Null where there is none, or none was asked for. */
  readonly vector: Float32Array | null;
}

/** Whether a version has to have a vector of a row: it has one, or had one before the folders changed places. */
export function isDue({ cell }: Pick<FileRow, 'cell'>): boolean {
  return cell.isThere || cell.textHash !== null;
}

export function isOf(row: FileRow, tag: Fingerprint): boolean {
  return row.cell.isThere && row.cell.tag === tag && row.cell.textHash === row.textHash;
}

/** Reads the rows of one file, and writes one again with other vectors. */
export class RowFiles {
  readonly #spec: StoreSpec;
  readonly #codec: SegmentCodec;
  readonly #texts: RowTexts;
  readonly #title: string;

  constructor(spec: StoreSpec, title: string, codec: SegmentCodec, texts: RowTexts) {
    this.#spec = spec;
    this.#title = title;
    this.#codec = codec;
    this.#texts = texts;
  }

  reader(path: string): SegmentReader {
    return new SegmentReader(this.#spec, path, this.#title, this.#codec, this.#texts);
  }

  /**
   * @param vectors false reads them only where nothing else says which rows have one
   * @throws CutoverError STORE_CHANGED where the file is replaced or deleted meanwhile: bytes of two files, read as one, look damaged
   */
  async *rows(file: string, vectors: boolean): AsyncGenerator<FileRow> {
    const before = await stampOf(file);
    try {
      yield* this.#rows(file, vectors);
    } catch (error) {
      throw await orChanged(error, file, before);
    }
    if ((await stampOf(file)) !== before) throw await orChanged(undefined, file, before);
  }

  async *#rows(file: string, vectors: boolean): AsyncGenerator<FileRow> {
    const isFull = !vectors && ((await this.#codec.isFull?.(file, this.#spec.columns.vector)) ?? false);
    let row = 0;
    for await (const { batch } of this.reader(file).batches(file, !isFull)) {
      const { ids, tags, textHashes, texts, offsets, values } = batch;
      for (const [i, id] of ids.entries()) {
        const [start, end] = [offsets[i] as number, offsets[i + 1] as number];
        const text = texts?.[i] ?? null;
        yield {
          row: row++,
          id,
          textHash: await this.#texts.hashOfText(id, text),
          text,
          cell: { tag: tags[i] ?? null, textHash: textHashes[i] ?? null, isThere: isFull || end > start },
          vector: vectors && end > start ? values.slice(start, end) : null,
        };
      }
    }
  }

  /**
   * Writes `source` again as `target` with what the log has for its rows.
   * @param isCurrent rows that the log has nothing for keep their own; otherwise they are left without a vector, to be made later
   * @param beforeItCounts told of the file before it gets its name
   * @returns rows that are left without a vector; null where a vector of another length would be lost, and nothing was written
   */
  async rewrite(
    source: string,
    target: string,
    log: FillLog | null,
    { tag, isCurrent }: { readonly tag: Fingerprint; readonly isCurrent: boolean },
    beforeItCounts: (part: string, hollow: number) => Promise<void>,
  ): Promise<number | null> {
    const dimension = log === null || (isCurrent && log.isAllProof) ? null : log.dimension;
    const own = this.rows(source, isCurrent && dimension !== null);
    let hollow = 0;
    let isLost = false;
    const cells = async (first: number, count: number) => {
      const records = (await log?.read(first, count)) ?? new Array<null>(count).fill(null);
      const vectors: (Float32Array | null)[] = [];
      const tags: (string | null)[] = [];
      const textHashes: (string | null)[] = [];
      for (const record of records) {
        const { value: row } = await own.next();
        const kept = row as FileRow | undefined;
        const isOwn = record === null && isCurrent;
        if (isOwn && dimension !== null && kept?.vector && kept.vector.length !== dimension) isLost = true;
        if (record === null && !isCurrent && kept !== undefined && isDue(kept) && kept.textHash !== null) hollow++;
        vectors.push(record?.vector ?? (isOwn ? (kept?.vector ?? null) : null));
        tags.push(record === null ? (isOwn ? (kept?.cell.tag ?? null) : null) : tag);
        textHashes.push(record?.textHash ?? hashLeft(kept, isOwn));
      }
      return { vectors: dimension === null ? null : vectors, tags, textHashes };
    };
    const { columns } = this.#spec;
    const rewriting = { vector: columns.vector, tag: columns.tag, textHash: columns.textHash, dimension, cells };
    await writeFileAtomic(
      target,
      (handle) => this.#codec.rewrite(source, { write: (bytes) => handle.writeFile(bytes) }, rewriting),
      async (part) => {
        if (isLost) throw new VectorLost();
        await beforeItCounts(part, hollow);
      },
    )
      .catch((error: unknown) => {
        if (!(error instanceof VectorLost)) throw error;
      })
      .finally(() => own.return(undefined));
    return isLost ? null : hollow;
  }

  /** Copies the first rows of a file, by whole record batches or row groups, with their tags. @returns how many */
  async copy(source: string, target: string, most: number): Promise<number> {
    return this.#retagged(source, target, ({ cell }) => cell, most);
  }

  /** Takes the tags of all rows. @returns how many rows have a vector */
  untag(file: string): Promise<number> {
    return this.#retagged(file, file, () => ({ tag: null, textHash: null }), Number.POSITIVE_INFINITY);
  }

  async #retagged(source: string, target: string, cellOf: (row: FileRow) => Pick<Cell, 'tag' | 'textHash'>, most: number): Promise<number> {
    const { columns } = this.#spec;
    const own = this.rows(source, false);
    let rows = 0;
    const cells = async (_: number, count: number) => {
      const found: Pick<Cell, 'tag' | 'textHash'>[] = [];
      for (let i = 0; i < count; i++) {
        const { value } = await own.next();
        const row = value as FileRow;
        if (row.cell.isThere) rows++;
        found.push(cellOf(row));
      }
      return { vectors: null, tags: found.map(({ tag }) => tag), textHashes: found.map(({ textHash }) => textHash) };
    };
    const rewriting = { vector: columns.vector, tag: columns.tag, textHash: columns.textHash, dimension: null, most, cells };
    await writeFileAtomic(target, (handle) =>
      this.#codec.rewrite(source, { write: (bytes) => handle.writeFile(bytes) }, rewriting),
    ).finally(() => own.return(undefined));
    return rows;
  }

  obstacle(file: string): Promise<string | null> {
    return this.#codec.obstacle(file, this.#spec.columns);
  }
}

/** A hash without a vector says that one has to be made. */
function hashLeft(kept: FileRow | undefined, isOwn: boolean): string | null {
  if (kept === undefined) return null;
  if (isOwn) return kept.cell.textHash;
  return isDue(kept) ? kept.textHash : null;
}

class VectorLost extends Error {}
