import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import type { RowBatch } from '../../../formats/row-batch.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { fileLock } from '../../../system/file-lock.ts';
import { writeFileAtomic } from '../../../system/files.ts';
import { fileLedger } from '../../ledger/file-ledger.ts';
import { countTags, pickRows } from '../batch.ts';
import type { Found, NewRow, ReadOptions, RowStore, StoreBatch, TaggedQuery, TaggingPlan } from '../live-store.ts';
import { nearestByScan, shortOf } from '../scan.ts';
import type { SegmentCodec } from './codec.ts';
import { exchangeSegments, folderOf, listSegments, pendingFile, settle, stampOf } from './listing.ts';

/** Most rows of a file that is written here. */
const ROWS = 8_192;
/** One writer at a time; apart from the lock of the ledger, which is held while rows are written. */
const LOCK = 'cutover_write.lock';
/** The columns by which a segment of the embedding cache is known. Its queries are no rows of a store. */
const CACHE = ['role', 'token_count', 'truncated'];

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
 * A folder of immutable files of one format. A change writes new files under hidden names and then makes them
 * count, and the replaced ones not, by writing one journal: a kill leaves the old state or the new one, and the next change
 * tidies up. A store that is one file is written again as a whole. Files that others put into the folder count at once.
 */
export class SegmentFolder implements RowStore {
  readonly layout = 'rows';
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger;
  readonly #codec: SegmentCodec;
  readonly #path: string;
  readonly #folder: string;
  /** tag → id → names of its files, of the tags that were written to, while the files are those of `#placesAt`. */
  readonly #places = new Map<string, Map<string, readonly string[]>>();
  #placesAt = '';
  #last: Promise<unknown> = Promise.resolve();

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
    const own = (await this.#requireColumns(file)).filter((name) => CACHE.includes(name)).length === CACHE.length;
    for await (const { batch, roles } of this.#batches(file, vectors, own)) {
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
    return new CutoverError('STORE_CHANGED', { store: this.title, what: `${basename(file)} is gone or another file now` });
  }

  async *#batches(
    file: string,
    vectors: boolean,
    withRoles = false,
  ): AsyncIterable<{ batch: StoreBatch; roles: readonly (string | null)[] | null }> {
    const { id, tag, textHash, text, stratum, vector } = this.spec.columns;
    const texts = [id, tag, textHash, text, stratum, withRoles ? 'role' : null].filter((name) => name !== null);
    for await (const batch of this.#codec.read(file, { texts, vector: vectors ? vector : null }))
      yield { batch: this.#asStored(file, batch), roles: withRoles ? (batch.texts.role ?? null) : null };
  }

  #asStored(file: string, { rows, texts, vectors }: RowBatch): StoreBatch {
    const { columns } = this.spec;
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

  async #requireColumns(file: string): Promise<readonly string[]> {
    const before = await stampOf(file);
    const names = await this.#codec.names(file).catch((error: unknown) => this.#unlessChanged(file, before, error));
    for (const column of [this.spec.columns.id, this.spec.columns.vector])
      if (!names.includes(column)) throw new CutoverError('STORE_COLUMN_MISSING', { store: file, column, known: names.join(', ') });
    return names;
  }

  counts(): Promise<ReadonlyMap<string | null, number>> {
    return countTags({ read: () => this.read({ vectors: false }) });
  }

  /** Of rows with the same id and tag, the last one counts. @throws CutoverError LEDGER_LOCKED while another process writes */
  async write(rows: readonly NewRow[]): Promise<void> {
    if (rows.length === 0) return;
    for (const { id } of rows) if (typeof id !== 'string' || id === '') throw new RangeError('A row needs an id.');
    const byKey = new Map(rows.map((row) => [keyOf(row), { ...row, stratum: null }]));
    await this.#alone(() => (this.#isFile ? this.#writeOne([...byKey.values()]) : this.#writeSome([...byKey.values()])));
  }

  /** Writers queue within the process, and are refused across processes. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const locked = async () => {
      const unlock = await fileLock(join(this.#folder, LOCK), this.spec.name);
      try {
        await settle(this.#folder);
        return await work();
      } finally {
        await unlock();
      }
    };
    const next = this.#last.then(locked, locked);
    this.#last = next.catch(() => undefined);
    return next;
  }

  get #isFile(): boolean {
    return this.#path !== this.#folder;
  }

  async #writeOne(rows: readonly StoredRow[]): Promise<void> {
    const keys = new Set(rows.map(keyOf));
    const [file] = await this.#filesIfAny();
    if (file !== undefined) await this.#requireNoOthers(file);
    const kept = file === undefined ? [] : (await this.#rowsOf(file)).filter((row) => !keys.has(keyOf(row)));
    await writeFileAtomic(this.#path, this.#bytesOf([...kept, ...rows]));
  }

  async #writeSome(rows: readonly (StoredRow & { readonly tag: string })[]): Promise<void> {
    const files = await this.#filesIfAny();
    const tags = [...new Set(rows.map(({ tag }) => tag))];
    await this.#knowPlaces(tags, files);
    const replaced = new Set(rows.flatMap(({ id, tag }) => this.#places.get(tag)?.get(id) ?? []));
    const keys = new Set(rows.map(keyOf));
    const added: string[] = [];
    for (const name of replaced) added.push(...(await this.#rewrite(join(this.#folder, name), (row) => !keys.has(keyOf(row)))));
    const places: [StoredRow & { readonly tag: string }, string][] = [];
    for (const tag of tags) {
      const own = rows.filter((row) => row.tag === tag);
      for (let first = 0; first < own.length; first += ROWS) {
        const part = own.slice(first, first + ROWS);
        const name = await this.#writeFile(part);
        added.push(name);
        for (const row of part) places.push([row, name]);
      }
    }
    await exchangeSegments(this.#folder, [...new Set(added)], [...replaced]);
    // Rows that stayed in a rewritten file have moved: then the places are read anew.
    if (replaced.size > 0) return this.#places.clear();
    for (const [{ id, tag }, name] of places) this.#places.get(tag)?.set(id, [name]);
    this.#placesAt = await this.#signature(await this.#filesIfAny());
  }

  async remove(tag: string | null): Promise<number> {
    await listSegments(this.#path, this.#codec.extension);
    return this.#alone(async () => {
      const added: string[] = [];
      const replaced: string[] = [];
      let removed = 0;
      for (const file of await this.#filesIfAny()) {
        let own = 0;
        for await (const { batch } of this.#batches(file, false)) own += batch.tags.filter((found) => found === tag).length;
        if (own === 0) continue;
        removed += own;
        if (this.#isFile) await this.#removeFromOne(file, tag);
        else added.push(...(await this.#rewrite(file, (row) => row.tag !== tag)));
        replaced.push(basename(file));
      }
      if (removed > 0 && !this.#isFile) await exchangeSegments(this.#folder, added, replaced);
      this.#places.clear();
      return removed;
    });
  }

  async #removeFromOne(file: string, tag: string | null): Promise<void> {
    await this.#requireNoOthers(file);
    const kept = (await this.#rowsOf(file)).filter((row) => row.tag !== tag);
    if (kept.length > 0) return writeFileAtomic(file, this.#bytesOf(kept));
    await rm(file);
  }

  async #filesIfAny(): Promise<string[]> {
    return listSegments(this.#path, this.#codec.extension).catch((error: unknown) => {
      if (error instanceof CutoverError && error.code === 'FILE_MISSING') return [];
      throw error;
    });
  }

  async #signature(files: readonly string[]): Promise<string> {
    return (await Promise.all(files.map(async (file) => `${file} ${await stampOf(file)}`))).join('\n');
  }

  async #knowPlaces(tags: readonly string[], files: readonly string[]): Promise<void> {
    const signature = await this.#signature(files);
    if (signature !== this.#placesAt) this.#places.clear();
    this.#placesAt = signature;
    const unknown = tags.filter((tag) => !this.#places.has(tag));
    if (unknown.length === 0) return;
    for (const tag of unknown) this.#places.set(tag, new Map());
    for (const file of files)
      for await (const { batch } of this.#batches(file, false))
        batch.ids.forEach((id, row) => {
          const tag = batch.tags[row] ?? null;
          const places = tag === null || !unknown.includes(tag) ? undefined : this.#places.get(tag);
          if (places !== undefined) places.set(id, [...(places.get(id) ?? []), basename(file)]);
        });
  }

  /** @returns the name of the file with the rows that stay; none where none do */
  async #rewrite(file: string, stays: (row: StoredRow) => boolean): Promise<string[]> {
    await this.#requireNoOthers(file);
    const rows = (await this.#rowsOf(file)).filter(stays);
    return rows.length === 0 ? [] : [await this.#writeFile(rows)];
  }

  async #requireNoOthers(file: string): Promise<void> {
    const own: readonly (string | null)[] = Object.values(this.spec.columns);
    const others = (await this.#requireColumns(file)).filter((name) => !own.includes(name));
    if (others.length > 0) throw new CutoverError('STORE_COLUMNS_FOREIGN', { file, columns: others.join(', ') });
  }

  async #rowsOf(file: string): Promise<StoredRow[]> {
    const rows: StoredRow[] = [];
    for await (const { batch } of this.#batches(file, true)) {
      const { ids, tags, textHashes, texts, strata, offsets, values } = batch;
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
    }
    return rows;
  }

  /** @returns the name it gets when it counts; the random part keeps equal content apart */
  async #writeFile(rows: readonly StoredRow[]): Promise<string> {
    const name = `rows-${randomUUID()}${this.#codec.extension}`;
    await writeFileAtomic(pendingFile(this.#folder, name), this.#bytesOf(rows));
    return name;
  }

  #bytesOf(rows: readonly StoredRow[]): Uint8Array {
    const { id, tag, textHash, text, stratum, vector } = this.spec.columns;
    const texts = {
      [id]: rows.map((row) => row.id),
      [tag]: rows.map((row) => row.tag),
      [textHash]: rows.map((row) => row.textHash),
      ...(text === null ? {} : { [text]: rows.map((row) => row.text) }),
      ...(stratum === null ? {} : { [stratum]: rows.map((row) => row.stratum) }),
    };
    const vectors = rows.map((row) => row.vector);
    return this.#codec.bytes(texts, vector, vectors);
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
    // A mistyped path is complained of before a lock makes a folder of it.
    await listSegments(this.#path, this.#codec.extension);
    return this.#alone(async () => {
      for (const file of await listSegments(this.#path, this.#codec.extension)) {
        const names = await this.#requireColumns(file);
        if (!names.includes(tag) || !names.includes(textHash)) await this.#setTags(file, new Map(), null);
      }
    });
  }

  async tagRows(rows: readonly { readonly id: string; readonly textHash: Sha256 }[], tag: Fingerprint): Promise<number> {
    await listSegments(this.#path, this.#codec.extension);
    const hashes = new Map(rows.map(({ id, textHash }) => [id, textHash]));
    return this.#alone(async () => {
      let changed = 0;
      for (const file of await listSegments(this.#path, this.#codec.extension)) {
        let own = 0;
        for await (const { batch } of this.#batches(file, false))
          own += batch.ids.filter((id, row) => (batch.tags[row] ?? null) === null && hashes.has(id)).length;
        if (own > 0) await this.#setTags(file, hashes, tag);
        changed += own;
      }
      return changed;
    });
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
    await writeFileAtomic(file, this.#bytesOf(tagged));
  }

  async nearest(query: TaggedQuery, k: number): Promise<Found> {
    const hits = await nearestByScan(this.read({ tag: query.tag }), query.vector, k);
    return { hits, note: shortOf(hits.length, k) };
  }

  async close(): Promise<void> {}
}

function keyOf({ id, tag }: { readonly id: string; readonly tag: string | null }): string {
  return `${tag}\n${id}`;
}
