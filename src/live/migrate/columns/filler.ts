import { setTimeout as wait } from 'node:timers/promises';
import type { Fingerprint } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import type { StoreAccess, StoreOptions } from '../../store-access.ts';
import type { ColumnStore, PendingRow, Reach, Sides } from '../../stores/column-store.ts';
import type { Place } from '../../stores/live-store.ts';
import { versionOf } from '../claimed.ts';
import { RowEmbedder } from './embedder.ts';

/** How gently rows are written. */
export interface Pace {
  /** Rows a transaction. */
  readonly batch: number;
  /** Rows a second at most; null for no limit. */
  readonly rate: number | null;
  /** Milliseconds between two transactions. */
  readonly pause: number;
  /** Seconds that a replica may be behind: above it nothing is written until it has caught up. */
  readonly maxLag: number;
}

export const GENTLE: Pace = { batch: 200, rate: null, pause: 0, maxLag: 10 };

/** What one pass over a place did. */
export interface Pass {
  readonly written: number;
  /** Of those, rows whose vector was right already and only got its tag. */
  readonly proved: number;
  /** Rows that others held or changed meanwhile: for the next pass. */
  readonly missed: number;
  /** Rows whose vector is another version's and was left as the application wrote it; a few ids. */
  readonly strange: readonly string[];
  /** False where the columns changed places: what was embedded was of the wrong side, and nothing of it was written. */
  readonly isWhole: boolean;
}

/** Brings rows up to date under the versions that their columns are to hold. */
export class Filler {
  readonly #access: StoreAccess;
  readonly #store: ColumnStore;
  readonly #options: StoreOptions;
  readonly #pace: Pace;
  readonly #keeps: boolean;
  readonly #embedders = new Map<Fingerprint, RowEmbedder>();
  /** Rows that were looked at and left, by id and text: they are not embedded again and again. */
  readonly #strange = new Map<string, string>();

  constructor(access: StoreAccess, store: ColumnStore, options: StoreOptions, pace: Pace, keeps = false) {
    this.#access = access;
    this.#store = store;
    this.#options = options;
    this.#pace = pace;
    this.#keeps = keeps;
  }

  async embedder(tag: Fingerprint): Promise<RowEmbedder> {
    const known = this.#embedders.get(tag);
    if (known !== undefined) return known;
    const made = new RowEmbedder(this.#access, await versionOf(this.#access, tag), this.#options, this.#keeps);
    this.#embedders.set(tag, made);
    return made;
  }

  /** @param replaces whether every vector of another version is replaced; else those of rows that were written since there are tags */
  async pass(
    place: Place,
    sides: Sides,
    replaces: boolean,
    reach: Omit<Reach, 'place' | 'tag'> = {},
    onRows: (written: number) => void = () => undefined,
  ): Promise<Pass> {
    const tag = sides[place];
    const total = { written: 0, proved: 0, missed: 0, isWhole: true };
    const strange: string[] = [];
    if (tag === null) return { ...total, strange };
    const embedder = await this.embedder(tag);
    const isReplaced = ({ isWritten }: PendingRow) => replaces || isWritten;
    for (let after: readonly string[] | null = null; ; ) {
      this.#checkSignal();
      await this.#replicas();
      const began = this.#options.clock();
      const found: readonly PendingRow[] = await this.#store.pending({ place, tag, ...reach }, after, this.#pace.batch);
      if (found.length === 0) break;
      after = found.at(-1)?.key ?? null;
      const made = await embedder.rows(
        found.filter((row) => isReplaced(row) || this.#strange.get(`${place} ${row.id}`) !== mark(row)),
        isReplaced,
      );
      for (const row of made.strange) {
        this.#strange.set(`${place} ${row.id}`, mark(row));
        strange.push(row.id);
      }
      const done = made.rows.length === 0 ? [] : await this.#store.place(place, sides, made.rows);
      if (done === null) return { ...total, strange, isWhole: false };
      total.written += done.length;
      total.missed += made.rows.length - done.length;
      total.proved += made.rows.filter(({ isProof }) => isProof).length;
      onRows(total.written);
      await this.#rest(done.length, began);
    }
    if (place === 'next') await this.#mirror();
    return { ...total, strange };
  }

  async #mirror(): Promise<void> {
    if ((this.#store.spec.where ?? null) === null) return;
    for (;;) {
      this.#checkSignal();
      const began = this.#options.clock();
      const rows = await this.#store.mirror(this.#pace.batch);
      if (rows === 0) return;
      await this.#rest(rows, began);
    }
  }

  #checkSignal(): void {
    if (this.#options.signal.aborted) throw new CutoverError('INTERRUPTED', {});
  }

  async #rest(rows: number, began: number): Promise<void> {
    const least = this.#pace.rate === null ? 0 : (rows / this.#pace.rate) * 1000 - (this.#options.clock() - began);
    const pause = Math.max(this.#pace.pause, least);
    if (pause > 0) await wait(pause, undefined, { signal: this.#options.signal }).catch(() => undefined);
  }

  async #replicas(): Promise<void> {
    for (let told = false; ; told = true) {
      const lag = await this.#store.replicaLag();
      if (lag <= this.#pace.maxLag) return;
      if (!told) this.#options.console.info(`waiting    a replica is ${lag.toFixed(0)} s behind`);
      await wait(1000, undefined, { signal: this.#options.signal }).catch(() => undefined);
      this.#checkSignal();
    }
  }
}

function mark({ textHash, vector }: PendingRow): string {
  return `${textHash} ${vector?.slice(0, 4).join(' ') ?? ''}`;
}
