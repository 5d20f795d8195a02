import { sha256 } from '../../core/hash.ts';
import type { IndexedText } from '../../dataset/corpus-index.ts';
import { agrees, embedTexts, likenessOf, measureTolerance, type Tolerance } from '../../project/likeness.ts';
import { openVersion, type StageOptions } from '../../project/workspace.ts';
import type { OpenVersion, StoreAccess } from '../store-access.ts';
import type { TagRow } from '../stores/live-store.ts';
import { claimedRows } from './attest.ts';
import { type CosineSpread, type FailedRow, type LikelyCause, likelyCauses, spreadOf } from './likely-cause.ts';
import { RUNTIMES } from './runtimes.ts';
import { openVariant, variantsOf } from './variants.ts';

/** Failed rows kept to look for causes. */
const KEPT = 256;

export interface Rechecked {
  /** Rows whose vector is that of their text. */
  readonly right: readonly TagRow[];
  readonly wrong: number;
  /** Rows without a text here. */
  readonly unknown: number;
}

/** Embeds untagged rows again, batch by batch, and keeps what says why some don't match. */
export class Recheck {
  readonly #access: StoreAccess;
  readonly #version: OpenVersion;
  readonly #runtime: string | null;
  readonly #options: StageOptions;
  readonly #cosines: (number | null)[] = [];
  readonly #failed: FailedRow[] = [];
  #enough = 1;

  /** @param runtime id of one of {@link RUNTIMES} whose rounding is allowed for; null for none */
  constructor(access: StoreAccess, version: OpenVersion, runtime: string | null, options: StageOptions) {
    this.#access = access;
    this.#version = version;
    this.#runtime = runtime;
    this.#options = options;
  }

  /** Of all rows that were embedded again; null where none was. */
  get cosines(): CosineSpread | null {
    return spreadOf(this.#cosines);
  }

  /** The least cosine that was enough. */
  get enough(): number {
    return this.#enough;
  }

  /** @param onRows told after each text */
  async rows(ids: readonly string[], onRows: (done: number) => void): Promise<Rechecked> {
    const { embedder } = this.#version;
    const { signal } = this.#options;
    const { rows, withoutText } = await claimedRows(this.#access.store, { tag: null }, ids, () => this.#access.corpus());
    if (rows.length === 0) return { right: [], wrong: 0, unknown: withoutText };
    const tolerance = this.#allowing(await measureTolerance(embedder, rows, signal));
    const fresh = await embedTexts(embedder, rows, signal, onRows);
    const right: TagRow[] = [];
    for (const [i, row] of rows.entries()) {
      const made = fresh[i] as Float32Array;
      const likeness = likenessOf(row.vector, made);
      this.#cosines.push(likeness.cosine);
      if (agrees(likeness, tolerance)) right.push({ id: row.id, textHash: sha256(row.text), vector: row.vector });
      else if (this.#failed.length < KEPT) this.#failed.push({ row, fresh: made });
    }
    this.#enough = Math.min(this.#enough, tolerance.cosine);
    return { right, wrong: rows.length - right.length, unknown: withoutText };
  }

  /** What the named runtime may differ by, where one is named. */
  #allowing(tolerance: Tolerance): Tolerance {
    const runtime = RUNTIMES.find(({ id }) => id === this.#runtime);
    if (runtime === undefined) return tolerance;
    const least = runtime.cosine[this.#version.spec.dtype ?? 'q8'];
    return { ...tolerance, cosine: Math.min(tolerance.cosine, least), method: `${runtime.title}: ${runtime.source}` };
  }

  /** Why rows did not match, the most frequent cause first; empty where all did. */
  async causes(): Promise<LikelyCause[]> {
    if (this.#failed.length === 0) return [];
    const others = await Promise.all(['old', 'new'].map((name) => this.#access.version(name).catch(() => null)));
    const variants = this.#version.embedder.version.verifiable
      ? variantsOf(
          this.#version,
          others.filter((other) => other !== null),
        )
      : [];
    return likelyCauses({
      failed: this.#failed,
      embedder: this.#version.embedder,
      variants,
      documents: (ids) => documentsOf(this.#access, ids),
      open: (spec) => openVariant(this.#version.embedder, spec, () => openVersion(this.#access.config, spec, this.#options)),
      signal: this.#options.signal,
    });
  }
}

/** A store that has its own texts may be of another corpus, or of none. */
async function documentsOf({ corpus }: StoreAccess, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, IndexedText>> {
  const found = new Map<string, IndexedText>();
  const index = await corpus().catch(() => null);
  if (index !== null) for await (const document of index.texts(ids)) found.set(document.id, document);
  return found;
}
