import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { fileLock } from '../../../system/file-lock.ts';
import { writeFileAtomic } from '../../../system/files.ts';
import { fileLedger } from '../../ledger/file-ledger.ts';
import { countTags } from '../batch.ts';
import type { Found, NewRow, ReadOptions, RowStore, StoreBatch, TaggedQuery, TaggingPlan } from '../live-store.ts';
import { nearestByScan, shortOf } from '../scan.ts';
import { exchangeSegments, folderOf, listSegments, pendingFile, settle, stampOf } from './listing.ts';
import { type SegmentCodec, SegmentReader, type StoredRow } from './reader.ts';

/** Most rows of a file that is written here. */
const ROWS = 8_192;
/** One writer at a time; apart from the lock of the ledger, which is held while rows are written. */
const LOCK = 'cutover_write.lock';
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
  readonly #reader: SegmentReader;
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
    this.#reader = new SegmentReader(spec, path, this.title, codec);
    this.ledger = fileLedger(this.#folder, spec.name);
  }

  read(options?: ReadOptions): AsyncIterable<StoreBatch> {
    return this.#reader.read(options);
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
    if (file !== undefined) await this.#reader.requireNoOthers(file);
    const kept = file === undefined ? [] : (await this.#reader.rowsOf(file)).filter((row) => !keys.has(keyOf(row)));
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
    // Rows that stayed in a rewritten file have moved: then the places are read again.
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
        for await (const { batch } of this.#reader.batches(file, false)) own += batch.tags.filter((found) => found === tag).length;
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
    await this.#reader.requireNoOthers(file);
    const kept = (await this.#reader.rowsOf(file)).filter((row) => row.tag !== tag);
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
      for await (const { batch } of this.#reader.batches(file, false))
        batch.ids.forEach((id, row) => {
          const tag = batch.tags[row] ?? null;
          const places = tag === null || !unknown.includes(tag) ? undefined : this.#places.get(tag);
          if (places !== undefined) places.set(id, [...(places.get(id) ?? []), basename(file)]);
        });
  }

  /** @returns the name of the file with the rows that stay; none where none do */
  async #rewrite(file: string, stays: (row: StoredRow) => boolean): Promise<string[]> {
    await this.#reader.requireNoOthers(file);
    const rows = (await this.#reader.rowsOf(file)).filter(stays);
    return rows.length === 0 ? [] : [await this.#writeFile(rows)];
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
      const names = await this.#reader.requireColumns(file);
      const lacking = [tag, textHash].filter((name) => !names.includes(name));
      if (lacking.length === 0) continue;
      if (this.#codec.withTexts === undefined) await this.#reader.requireNoOthers(file);
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
        const names = await this.#reader.requireColumns(file);
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
        for await (const { batch } of this.#reader.batches(file, false))
          own += batch.ids.filter((id, row) => (batch.tags[row] ?? null) === null && hashes.has(id)).length;
        if (own > 0) await this.#setTags(file, hashes, tag);
        changed += own;
      }
      return changed;
    });
  }

  /** One file is written again under its own name, so a kill leaves each file tagged or untagged as a whole. */
  async #setTags(file: string, hashes: ReadonlyMap<string, Sha256>, tag: Fingerprint | null): Promise<void> {
    const rows = await this.#reader.rowsOf(file);
    const tagged = rows.map((row) =>
      row.tag === null && hashes.has(row.id) ? { ...row, tag, textHash: hashes.get(row.id) ?? null } : row,
    );
    const { columns } = this.spec;
    const texts = { [columns.tag]: tagged.map((row) => row.tag), [columns.textHash]: tagged.map((row) => row.textHash) };
    if (this.#codec.withTexts !== undefined) return writeFileAtomic(file, await this.#codec.withTexts(file, texts));
    await this.#reader.requireNoOthers(file);
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
