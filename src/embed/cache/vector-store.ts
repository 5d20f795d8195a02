import { readdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import { CutoverError, reasonOf, systemCode } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { VectorRow, VectorSet } from '../../model/vectors.ts';
import type { Role, Side } from '../../model/version.ts';
import { sweepLeftOvers } from '../../system/left-overs.ts';
import { blocksOf, type Entry, type LoadedVectors, loadRows, readRows, type TextFacts } from './load.ts';
import { isSegment, readSegmentKeys, SEGMENT_ROWS, type SegmentKeys, writeSegment } from './segment.ts';

export type { Entry, LoadedVectors, TextFacts } from './load.ts';

/** The tagged vectors of one version on disk. */
export interface VectorStore {
  readonly folder: string;
  readonly tag: Fingerprint;
  /** null while the store is empty. */
  readonly dimension: number | null;
  /** Distinct texts on disk or waiting to be written. */
  readonly rows: number;
  /** Indexes the segments that other processes have written since. Throws as {@link openVectorStore} does. */
  refresh(): Promise<void>;
  /**
   * How many of the texts another instruction set has made vectors of, by that set. They are left out here: `missing` names them,
   * unless the store was opened with `mixed`.
   */
  elsewhere(role: Role, textHashes: readonly Sha256[]): ReadonlyMap<string, number>;
  /** Those of the texts that have no vector yet, each once, in the order given. */
  missing(role: Role, textHashes: readonly Sha256[]): Sha256[];
  /**
   * Takes a row; it is on disk once its segment is full, old enough, or flushed. A text that is there already is ignored.
   * @throws CutoverError VECTOR_UNUSABLE (NaN, infinite, all zero), STORE_TAG_MISMATCH, STORE_DIMENSION_MISMATCH, FILE_UNWRITABLE
   */
  append(row: VectorRow): Promise<void>;
  /** Writes what waits. Call it at the end and on an interrupt. @throws CutoverError FILE_UNWRITABLE */
  flush(): Promise<void>;
  /**
   * The vectors of these texts as one set, ascending by id; every segment used is verified.
   * @throws CutoverError STORE_VECTOR_MISSING, STORE_SEGMENT_CORRUPT, STORE_TAG_MISMATCH
   * @throws RangeError without entries, or when an id is there twice
   */
  load<S extends Side>(side: S, role: Role, entries: readonly Entry[]): Promise<LoadedVectors<S>>;
  /** What {@link load} says of the texts, each segment verified; memory is that of one segment. Throws likewise. */
  facts(role: Role, entries: readonly Entry[]): Promise<TextFacts>;
  /** What {@link load} gives, one set a segment and each ascending by id: memory is that of one segment. Throws likewise. */
  blocks<S extends Side>(side: S, role: Role, entries: readonly Entry[]): AsyncGenerator<VectorSet<S>>;
}

/** How a store writes its segments. */
export interface StoreOptions {
  /** Rows of a segment, `SEGMENT_ROWS` (its default) at most. */
  readonly segmentRows?: number;
  /** A segment is written when its first row has waited this long, looked at on each append. */
  readonly flushAfterMs?: number;
  /** Milliseconds of a monotonic clock. */
  readonly clock?: () => number;
  /** Instruction set that makes vectors here, written into each segment; null (the default) where none decides them. */
  readonly processor?: string | null;
  /** Instruction set whose segments count beside those without one; `processor` unless given. */
  readonly reads?: string | null;
  /** Whether segments of every instruction set count. */
  readonly mixed?: boolean;
}

/**
 * Opens a version's folder, creating it on the first write, and indexes its segments by role and text hash.
 * A kill at any moment loses no more than the rows that waited. Several processes may write at once.
 *
 * @param folder see `vectorFolder` in cache.ts
 * @param tag fingerprint that every row must carry
 * @throws CutoverError STORE_SEGMENT_CORRUPT, STORE_TAG_MISMATCH, STORE_DIMENSION_MISMATCH, naming the file; FILE_UNREADABLE
 * @example
 * const store = await openVectorStore(vectorFolder(cache, version.cacheKey), version.fingerprint);
 * const todo = store.missing('document', hashes);
 */
export async function openVectorStore(folder: string, tag: Fingerprint, options: StoreOptions = {}): Promise<VectorStore> {
  const { segmentRows = SEGMENT_ROWS, flushAfterMs = 5000, clock = () => performance.now(), processor = null, mixed = false } = options;
  const { reads = processor } = options;
  if (!Number.isInteger(segmentRows) || segmentRows < 1 || segmentRows > SEGMENT_ROWS)
    throw new RangeError(`A segment has 1 to ${SEGMENT_ROWS} rows, not ${segmentRows}.`);
  const store = new SegmentStore(folder, tag, { segmentRows, flushAfterMs, clock, processor, reads, mixed });
  await sweepLeftOvers(folder);
  await store.refresh();
  await store.touch();
  return store;
}

class SegmentStore implements VectorStore {
  readonly folder: string;
  readonly tag: Fingerprint;
  dimension: number | null = null;
  readonly #options: Required<StoreOptions>;
  readonly #files: string[] = [];
  readonly #known = new Set<string>();
  /** role → text hash → place: segment × SEGMENT_ROWS + row, or -1 while it waits. */
  readonly #places: Record<Role, Map<Sha256, number>> = { query: new Map(), document: new Map() };
  /** Texts of segments that don't count: instruction set → role → text hashes. */
  readonly #others = new Map<string, Record<Role, Set<Sha256>>>();
  #waiting: VectorRow[] = [];
  #waitingSince = 0;

  constructor(folder: string, tag: Fingerprint, options: Required<StoreOptions>) {
    this.folder = folder;
    this.tag = tag;
    this.#options = options;
  }

  get rows(): number {
    return this.#places.query.size + this.#places.document.size;
  }

  async refresh(): Promise<void> {
    for (const name of await namesIn(this.folder)) {
      const file = join(this.folder, name);
      if (this.#known.has(file)) continue;
      const keys = await readSegmentKeys(file, this.tag);
      this.#requireDimension(keys.dimension, file);
      if (this.#counts(keys.processor)) this.#index(file, keys.roles, keys.textHashes);
      else this.#setAside(file, keys);
    }
  }

  #counts(processor: string | null): boolean {
    return processor === null || this.#options.mixed || processor === this.#options.reads || this.#options.processor === null;
  }

  #setAside(file: string, { processor, roles, textHashes }: SegmentKeys): void {
    this.#known.add(file);
    const aside = this.#others.get(processor ?? '') ?? { query: new Set(), document: new Set() };
    this.#others.set(processor ?? '', aside);
    for (const [row, hash] of textHashes.entries()) aside[roles[row] ?? 'document'].add(hash);
  }

  elsewhere(role: Role, textHashes: readonly Sha256[]): ReadonlyMap<string, number> {
    const counts = [...this.#others].map(
      ([processor, texts]) => [processor, textHashes.filter((hash) => texts[role].has(hash)).length] as const,
    );
    return new Map(counts.filter(([, count]) => count > 0).sort(([a], [b]) => byCodeUnits(a, b)));
  }

  /** The folder's time says when the version was last used; a read-only cache does without. */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(dirname(this.folder), now, now).catch(() => undefined);
  }

  missing(role: Role, textHashes: readonly Sha256[]): Sha256[] {
    return [...new Set(textHashes.filter((hash) => !this.#places[role].has(hash)))];
  }

  async append(row: VectorRow): Promise<void> {
    this.#check(row);
    const places = this.#places[row.role];
    if (places.has(row.textHash)) return;
    places.set(row.textHash, -1);
    if (this.#waiting.length === 0) this.#waitingSince = this.#options.clock();
    this.#waiting.push(row);
    const full = this.#waiting.length >= this.#options.segmentRows;
    if (full || this.#options.clock() - this.#waitingSince >= this.#options.flushAfterMs) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.#waiting;
    if (rows.length === 0 || this.dimension === null) return;
    this.#waiting = [];
    try {
      const file = await writeSegment(this.folder, rows, { tag: this.tag, dimension: this.dimension, processor: this.#options.processor });
      this.#index(
        file,
        rows.map((row) => row.role),
        rows.map((row) => row.textHash),
      );
    } catch (error) {
      this.#waiting = [...rows, ...this.#waiting];
      throw error;
    }
  }

  async load<S extends Side>(side: S, role: Role, entries: readonly Entry[]): Promise<LoadedVectors<S>> {
    await this.flush();
    const { data, dimension, ids, ...counts } = await loadRows(entries, role, this.tag, this.#placeOf(role));
    const vectors: VectorSet<S> = { side, fingerprint: this.tag, dimension, ids, data };
    return { vectors, ...counts };
  }

  async facts(role: Role, entries: readonly Entry[]): Promise<TextFacts> {
    await this.flush();
    const { truncated, truncatedIds, meanTokens, processors } = await readRows(entries, role, this.tag, this.#placeOf(role));
    return { truncated, truncatedIds, meanTokens, processors };
  }

  async *blocks<S extends Side>(side: S, role: Role, entries: readonly Entry[]): AsyncGenerator<VectorSet<S>> {
    await this.flush();
    yield* blocksOf(side, entries, role, this.tag, this.#placeOf(role));
  }

  #placeOf(role: Role): (entry: Entry) => { file: string; row: number } | null {
    return (entry) => {
      const place = this.#places[role].get(entry.textHash) ?? -1;
      const file = this.#files[Math.floor(place / SEGMENT_ROWS)];
      return place < 0 || file === undefined ? null : { file, row: place % SEGMENT_ROWS };
    };
  }

  #index(file: string, roles: readonly Role[], textHashes: readonly Sha256[]): void {
    const first = this.#files.push(file) * SEGMENT_ROWS - SEGMENT_ROWS;
    this.#known.add(file);
    for (const [row, hash] of textHashes.entries()) {
      const places = this.#places[roles[row] ?? 'document'];
      if ((places.get(hash) ?? -1) < 0) places.set(hash, first + row);
    }
  }

  #check({ id, tag, vector }: VectorRow): void {
    if (tag !== this.tag)
      throw new CutoverError('STORE_TAG_MISMATCH', { file: this.folder, found: tag.slice(0, 12), expected: this.tag.slice(0, 12) });
    if (vector.some((value) => !Number.isFinite(value)))
      throw new CutoverError('VECTOR_UNUSABLE', { id, reason: 'has a value that is not a finite number' });
    if (vector.every((value) => value === 0)) throw new CutoverError('VECTOR_UNUSABLE', { id, reason: 'is empty or all zero' });
    this.#requireDimension(vector.length, this.folder);
  }

  #requireDimension(found: number, file: string): void {
    this.dimension ??= found;
    if (found !== this.dimension) throw new CutoverError('STORE_DIMENSION_MISMATCH', { file, found, expected: this.dimension });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(isSegment).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new CutoverError('FILE_UNREADABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
  }
}
