import type { Sha256 } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import { vectorFolder } from '../../../embed/cache/cache.ts';
import { openVectorStore, type VectorStore } from '../../../embed/cache/vector-store.ts';
import { processorOf } from '../../../embed/processor.ts';
import { agrees, embedTexts, likenessOf, measureTolerance, type Tolerance } from '../../../project/likeness.ts';
import type { StageOptions } from '../../../project/workspace.ts';
import type { OpenVersion, StoreAccess } from '../../store-access.ts';
import type { PendingRow, PlacedRow } from '../../stores/column-store.ts';

type Text = Pick<PendingRow, 'id' | 'text' | 'textHash'>;

/** Makes vectors of one version for rows of a table: from the cache of an evaluation where it has them. */
export class RowEmbedder {
  readonly version: OpenVersion;
  readonly #access: StoreAccess;
  readonly #options: StageOptions;
  /** Whether what is embedded here goes into the cache, too. */
  readonly #keeps: boolean;
  #cache: VectorStore | null = null;
  #tolerance: Tolerance | null = null;

  constructor(access: StoreAccess, version: OpenVersion, options: StageOptions, keeps: boolean) {
    this.#access = access;
    this.version = version;
    this.#options = options;
    this.#keeps = keeps;
  }

  /** How many values a vector has: one text is embedded. */
  async dimension(text: string): Promise<number> {
    const [vector] = await embedTexts(this.version.embedder, [{ id: 'dimension', text }], this.#options.signal);
    return vector?.length ?? 0;
  }

  /**
   * What is to be written for each row: a proof where the vector that is there is of this version, else a new vector.
   * @param replaces which rows get a new vector; the others, whose vector is another version's, are the application's
   */
  async rows(
    pending: readonly PendingRow[],
    replaces: (row: PendingRow) => boolean,
  ): Promise<{ readonly rows: readonly PlacedRow[]; readonly strange: readonly PendingRow[] }> {
    const fresh = await this.#vectors(pending);
    if (pending.some(({ vector }) => vector !== null))
      this.#tolerance ??= await measureTolerance(this.version.embedder, pending, this.#options.signal);
    const rows: PlacedRow[] = [];
    const strange: PendingRow[] = [];
    for (const [i, row] of pending.entries()) {
      const vector = fresh[i];
      if (vector === undefined) throw new RangeError(`No vector for row ${row.id}.`);
      const { key, textHash } = row;
      const isRight = row.vector !== null && this.#tolerance !== null && agrees(likenessOf(row.vector, vector), this.#tolerance);
      if (isRight && row.vector !== null) rows.push({ key, textHash, vector: row.vector, isProof: true });
      else if (replaces(row)) rows.push({ key, textHash, vector, isProof: false });
      else strange.push(row);
    }
    return { rows, strange };
  }

  async #vectors(texts: readonly Text[]): Promise<Float32Array[]> {
    const cache = await this.#openCache();
    const lacking = new Set(
      cache.missing(
        'document',
        texts.map(({ textHash }) => textHash),
      ),
    );
    const distinct = new Map(texts.map((text) => [text.textHash, text]));
    const cached = await this.#cached(
      cache,
      [...distinct.values()].filter(({ textHash }) => !lacking.has(textHash)),
    );
    const made = await this.#embed(
      cache,
      [...distinct.values()].filter(({ textHash }) => lacking.has(textHash)),
    );
    return texts.map(({ id, textHash }) => {
      const vector = cached.get(textHash) ?? made.get(textHash);
      if (vector === undefined) throw new RangeError(`The embedder gave no vector for ${id}.`);
      return vector;
    });
  }

  async #cached(cache: VectorStore, texts: readonly Text[]): Promise<Map<Sha256, Float32Array>> {
    if (texts.length === 0) return new Map();
    const entries = texts.map(({ textHash }) => ({ id: textHash as string, textHash }));
    const { vectors } = await cache.load('new', 'document', entries);
    return new Map(
      vectors.ids.map((id, row) => [id as Sha256, vectors.data.slice(row * vectors.dimension, (row + 1) * vectors.dimension)]),
    );
  }

  async #embed(cache: VectorStore, texts: readonly Text[]): Promise<Map<Sha256, Float32Array>> {
    const made = new Map<Sha256, Float32Array>();
    const { signal } = this.#options;
    try {
      for await (const { index, ...embedded } of this.version.embedder.embed(texts, 'document', signal)) {
        const text = texts[index];
        if (text === undefined) continue;
        made.set(text.textHash, embedded.vector);
        if (this.#keeps) await cache.append({ id: text.id, role: 'document', textHash: text.textHash, tag: this.version.tag, ...embedded });
        if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
      }
    } finally {
      if (this.#keeps) await cache.flush();
    }
    return made;
  }

  async #openCache(): Promise<VectorStore> {
    const { embedder, tag } = this.version;
    this.#cache ??= await openVectorStore(vectorFolder(this.#access.config.cache, embedder.version.cacheKey), tag, {
      clock: this.#options.clock,
      processor: processorOf(embedder.version),
    });
    return this.#cache;
  }
}
