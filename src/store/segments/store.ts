import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../artifact/files.ts';
import { sha256 } from '../../artifact/hash.ts';
import type { Fingerprint, Sha256 } from '../../contract/brand.ts';
import type { Hit, LiveStore, NewRow, ReadOptions, StoreBatch, StoreSpec, TaggedQuery, TaggingPlan } from '../../contract/live-store.ts';
import { CutoverError } from '../../errors.ts';
import type { RowBatch } from '../../tables/row-batch.ts';
import { pickRows } from '../batch.ts';
import { fileLedger } from '../file-ledger.ts';
import { nearestByScan } from '../scan.ts';
import type { SegmentCodec } from './codec.ts';
import { exchangeSegments, folderOf, listSegments, stampOf } from './listing.ts';

/** Most rows of a file that is written here. */
const ROWS = 8_192;

/** A row as it stands in a file; anything but the id may be missing. */
interface StoredRow {
  readonly id: string;
  readonly tag: string | null;
  readonly textHash: string | null;
  readonly text: string | null;
  readonly stratum: string | null;
  readonly vector: Float32Array | null;
}

/**
 * A folder of immutable files of one format. A change writes new files and then makes them count by one rename of
 * segments.json: a kill leaves the old state or the new one, and files that don't count, which the next change deletes.
 */
export class SegmentFolder implements LiveStore {
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger;
  readonly #codec: SegmentCodec;
  readonly #path: string;
  readonly #folder: string;
  /** tag → id → file, of the tags that were written to. */
  readonly #places = new Map<string, Map<string, string>>();

  constructor(spec: StoreSpec, path: string, codec: SegmentCodec) {
    this.spec = spec;
    this.#codec = codec;
    this.#path = path;
    this.#folder = folderOf(path, codec.extension);
    this.title = `${codec.title} in ${path}`;
    this.ledger = fileLedger(this.#folder, spec.name);
  }

  async *read({ tag, ids, vectors = true, signal }: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const files = await listSegments(this.#path, this.#codec.extension);
    const stamps = await Promise.all(files.map(stampOf));
    const wanted = ids === undefined ? null : new Set(ids);
    for (const [i, file] of files.entries()) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      await this.#requireColumns(file);
      for await (const batch of this.#batches(file, vectors)) {
        const picked = pickRows(
          batch,
          (row) => (tag === undefined || (batch.tags[row] ?? null) === tag) && (wanted?.has(batch.ids[row] ?? '') ?? true),
        );
        if (picked.ids.length > 0) yield picked;
      }
      if ((await stampOf(file)) !== stamps[i])
        throw new CutoverError('STORE_CHANGED', { store: this.title, what: `${basename(file)} is another file now` });
    }
  }

  async *#batches(file: string, vectors: boolean): AsyncIterable<StoreBatch> {
    const { id, tag, textHash, text, stratum, vector } = this.spec.columns;
    const texts = [id, tag, textHash, ...(text === null ? [] : [text]), ...(stratum === null ? [] : [stratum])];
    for await (const batch of this.#codec.read(file, { texts, vector: vectors ? vector : null })) yield this.#asStored(file, batch);
  }

  #asStored(file: string, { rows, texts, vectors }: RowBatch): StoreBatch {
    const { columns } = this.spec;
    const none = () => new Array<null>(rows).fill(null);
    const ids = texts[columns.id] ?? none();
    const empty = ids.indexOf(null);
    if (empty >= 0) throw new CutoverError('STORE_CHANGED', { store: this.title, what: `row ${empty + 1} of ${basename(file)} has no id` });
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

  async #requireColumns(file: string): Promise<readonly string[]> {
    const names = await this.#codec.names(file);
    for (const column of [this.spec.columns.id, this.spec.columns.vector])
      if (!names.includes(column)) throw new CutoverError('STORE_COLUMN_MISSING', { store: file, column, known: names.join(', ') });
    return names;
  }

  async counts(): Promise<ReadonlyMap<string | null, number>> {
    const counts = new Map<string | null, number>();
    for await (const { tags } of this.read({ vectors: false })) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return counts;
  }

  async write(rows: readonly NewRow[]): Promise<void> {
    if (rows.length === 0) return;
    for (const { id } of rows) if (typeof id !== 'string' || id === '') throw new RangeError('A row needs an id.');
    await mkdir(this.#folder, { recursive: true });
    const files = await this.#filesIfAny();
    const tags = [...new Set(rows.map(({ tag }) => tag))];
    for (const tag of tags) await this.#knowPlaces(tag, files);
    const replaced = new Map<string, Set<string>>();
    for (const { id, tag } of rows) {
      const file = this.#places.get(tag)?.get(id);
      if (file !== undefined) replaced.set(file, (replaced.get(file) ?? new Set()).add(`${tag}\n${id}`));
    }
    const rewritten = new Map<string, string | null>();
    for (const [file, keys] of replaced) rewritten.set(file, await this.#rewrite(file, (row) => !keys.has(`${row.tag}\n${row.id}`)));
    const added: string[] = [];
    for (const tag of tags) {
      const own = rows.filter((row) => row.tag === tag).map((row) => ({ ...row, stratum: null }));
      for (let first = 0; first < own.length; first += ROWS) added.push(await this.#writeFile(own.slice(first, first + ROWS)));
    }
    await this.#exchange(files, rewritten, added);
  }

  async remove(tag: string | null): Promise<number> {
    const files = await this.#filesIfAny();
    const rewritten = new Map<string, string | null>();
    let removed = 0;
    for (const file of files) {
      let own = 0;
      for await (const { tags } of this.#batches(file, false)) own += tags.filter((found) => found === tag).length;
      if (own === 0) continue;
      removed += own;
      rewritten.set(file, await this.#rewrite(file, (row) => row.tag !== tag));
    }
    if (removed > 0) await this.#exchange(files, rewritten, []);
    return removed;
  }

  async #exchange(files: readonly string[], rewritten: ReadonlyMap<string, string | null>, added: readonly string[]): Promise<void> {
    const kept = files.flatMap((file) => (rewritten.has(file) ? (rewritten.get(file) ?? []) : [file]));
    await exchangeSegments(this.#folder, [...new Set([...kept, ...added])], files);
    this.#places.clear();
  }

  async #filesIfAny(): Promise<string[]> {
    return listSegments(this.#path, this.#codec.extension).catch((error: unknown) => {
      if (error instanceof CutoverError && error.code === 'FILE_MISSING') return [];
      throw error;
    });
  }

  async #knowPlaces(tag: string, files: readonly string[]): Promise<void> {
    if (this.#places.has(tag)) return;
    const places = new Map<string, string>();
    for (const file of files)
      for await (const { ids, tags } of this.#batches(file, false))
        ids.forEach((id, row) => {
          if (tags[row] === tag) places.set(id, file);
        });
    this.#places.set(tag, places);
  }

  /** @returns the file with the rows that stay; null where none do */
  async #rewrite(file: string, stays: (row: StoredRow) => boolean): Promise<string | null> {
    await this.#requireNoOthers(file);
    const rows = (await this.#rowsOf(file)).filter(stays);
    return rows.length === 0 ? null : this.#writeFile(rows);
  }

  async #requireNoOthers(file: string): Promise<void> {
    const own: readonly (string | null)[] = Object.values(this.spec.columns);
    const others = (await this.#requireColumns(file)).filter((name) => !own.includes(name));
    if (others.length > 0) throw new CutoverError('STORE_COLUMNS_FOREIGN', { file, columns: others.join(', ') });
  }

  async #rowsOf(file: string): Promise<StoredRow[]> {
    const rows: StoredRow[] = [];
    for await (const { ids, tags, textHashes, texts, strata, offsets, values } of this.#batches(file, true))
      ids.forEach((id, row) => {
        const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
        rows.push({
          id,
          tag: tags[row] ?? null,
          textHash: textHashes[row] ?? null,
          text: texts?.[row] ?? null,
          stratum: this.spec.columns.stratum === null ? null : (strata[row] ?? null),
          vector: end > start ? values.slice(start, end) : null,
        });
      });
    return rows;
  }

  async #writeFile(rows: readonly StoredRow[]): Promise<string> {
    const { id, tag, textHash, text, stratum, vector } = this.spec.columns;
    const texts = {
      [id]: rows.map((row) => row.id),
      [tag]: rows.map((row) => row.tag),
      [textHash]: rows.map((row) => row.textHash),
      ...(text === null ? {} : { [text]: rows.map((row) => row.text) }),
      ...(stratum === null ? {} : { [stratum]: rows.map((row) => row.stratum) }),
    };
    const bytes = this.#codec.bytes(
      texts,
      vector,
      rows.map((row) => row.vector),
    );
    const file = join(this.#folder, `${sha256(bytes).slice(0, 32)}${this.#codec.extension}`);
    await writeFileAtomic(file, bytes);
    return file;
  }

  async planTagging(): Promise<TaggingPlan> {
    const { tag, textHash } = this.spec.columns;
    const statements: string[] = [];
    for (const file of await listSegments(this.#path, this.#codec.extension)) {
      const names = await this.#requireColumns(file);
      const lacking = [tag, textHash].filter((name) => !names.includes(name));
      if (lacking.length === 0) continue;
      if (this.#codec.withTexts === undefined) await this.#requireNoOthers(file);
      statements.push(`write ${basename(file)} again with ${lacking.join(' and ')} beside its columns, empty at first`);
    }
    return { statements, ready: statements.length === 0 };
  }

  async prepareTagging(): Promise<void> {
    const { tag, textHash } = this.spec.columns;
    for (const file of await listSegments(this.#path, this.#codec.extension)) {
      const names = await this.#requireColumns(file);
      if (names.includes(tag) && names.includes(textHash)) continue;
      await this.#setTags(file, new Map(), null);
    }
  }

  async tagRows(rows: readonly { readonly id: string; readonly textHash: Sha256 }[], tag: Fingerprint): Promise<number> {
    const hashes = new Map(rows.map(({ id, textHash }) => [id, textHash]));
    let changed = 0;
    for (const file of await listSegments(this.#path, this.#codec.extension)) {
      let own = 0;
      for await (const { ids, tags } of this.#batches(file, false))
        own += ids.filter((id, row) => (tags[row] ?? null) === null && hashes.has(id)).length;
      if (own > 0) await this.#setTags(file, hashes, tag);
      changed += own;
    }
    return changed;
  }

  /** One file is written again under its own name, so a kill leaves each file tagged or untagged as a whole. */
  async #setTags(file: string, hashes: ReadonlyMap<string, Sha256>, tag: Fingerprint | null): Promise<void> {
    const rows = await this.#rowsOf(file);
    const tagged = rows.map((row) =>
      row.tag === null && hashes.has(row.id) ? { ...row, tag, textHash: hashes.get(row.id) ?? null } : row,
    );
    const { columns } = this.spec;
    const texts = { [columns.tag]: tagged.map((row) => row.tag), [columns.textHash]: tagged.map((row) => row.textHash) };
    if (this.#codec.withTexts !== undefined) return writeFileAtomic(file, await this.#codec.withTexts(file, texts));
    await this.#requireNoOthers(file);
    const others = {
      [columns.id]: rows.map((row) => row.id),
      ...texts,
      ...(columns.text === null ? {} : { [columns.text]: rows.map((row) => row.text) }),
      ...(columns.stratum === null ? {} : { [columns.stratum]: rows.map((row) => row.stratum) }),
    };
    await writeFileAtomic(
      file,
      this.#codec.bytes(
        others,
        columns.vector,
        rows.map((row) => row.vector),
      ),
    );
  }

  nearest(query: TaggedQuery, k: number): Promise<Hit[]> {
    return nearestByScan(this.read({ tag: query.tag }), query.vector, k);
  }

  async close(): Promise<void> {}
}
