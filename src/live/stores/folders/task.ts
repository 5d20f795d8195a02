import { join } from 'node:path';
import type { Fingerprint } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { PendingRow, PlacedRow, Reach } from '../column-store.ts';
import { type FileRow, isDue, isOf, type RowFiles } from './files.ts';
import { FillLog, type LogRow } from './fill-log.ts';
import { stampOf } from './listing.ts';

/** Rows looked at ahead where texts come from a data set. */
const AHEAD = 20_000;
/** Vectors carried over at a time. */
const CARRY = 1_000;

export interface TaskFiles {
  readonly files: RowFiles;
  readonly texts: RowTexts;
  /** The file that is live. */
  readonly source: string;
  readonly name: string;
  /** Folder of the logs. */
  readonly logs: string;
  /** Files that may have vectors of the same rows: of the file of before, and of files that are gone. */
  readonly older: readonly string[];
}

/** One file of a pass: the rows of it that lack something, and the log in which what they get is collected. */
export class FileTask {
  readonly stamp: string;
  readonly #on: TaskFiles;
  readonly #reach: Reach;
  readonly #rows: AsyncGenerator<FileRow>;
  readonly #ready: FileRow[] = [];
  log: FillLog | null = null;
  /** Rows that must have a vector, as far as they were seen. */
  due = 0;
  isSeen = false;

  private constructor(on: TaskFiles, reach: Reach, stamp: string) {
    this.#on = on;
    this.#reach = reach;
    this.stamp = stamp;
    this.#rows = on.files.rows(on.source, reach.place === 'current');
  }

  /** @returns null where another process has the file */
  static async begin(on: TaskFiles, reach: Reach): Promise<FileTask | null> {
    const task = new FileTask(on, reach, await stampOf(on.source));
    try {
      await task.#resume();
      if ((task.log?.rows ?? 0) === 0) {
        await task.#carryOver();
        await task.#carryOn();
      }
      return task;
    } catch (error) {
      await task.close();
      if (error instanceof CutoverError && error.code === 'LEDGER_LOCKED') return null;
      throw error;
    }
  }

  get name(): string {
    return this.#on.name;
  }

  get source(): string {
    return this.#on.source;
  }

  get tag(): Fingerprint {
    return this.#reach.tag;
  }

  get isComplete(): boolean {
    return this.isSeen && (this.log?.rows ?? 0) >= this.due;
  }

  #open(dimension: number): Promise<FillLog> {
    const file = join(this.#on.logs, `${this.#reach.place}-${this.name}.log`);
    return FillLog.open(file, { source: this.stamp, tag: this.tag, dimension });
  }

  async #resume(): Promise<void> {
    const dimension = await FillLog.dimensionIn(join(this.#on.logs, `${this.#reach.place}-${this.name}.log`));
    if (dimension !== null) this.log = await this.#open(dimension);
  }

  /** Vectors that were made of the same text before: rows that moved, or whose neighbours changed. */
  async #carryOver(): Promise<void> {
    if (this.#on.older.length === 0) return;
    const hashes = new Map<string, { readonly hash: string | null; readonly rows: number[] }>();
    for await (const { id, row, textHash } of this.#on.files.rows(this.source, false)) {
      const known = hashes.get(id);
      if (known === undefined) hashes.set(id, { hash: textHash, rows: [row] });
      else if (known.hash === textHash) known.rows.push(row);
    }
    let found: LogRow[] = [];
    const flush = async () => {
      const [first] = found;
      if (first === undefined) return;
      this.log ??= await this.#open(first.vector.length);
      const { dimension } = this.log;
      await this.log.append(found.filter(({ vector }) => vector.length === dimension));
      found = [];
    };
    for (const file of this.#on.older)
      for await (const old of this.#on.files.rows(file, true)) {
        const own = hashes.get(old.id);
        if (own === undefined || old.vector === null || old.cell.tag !== this.tag || own.hash === null || own.hash !== old.cell.textHash)
          continue;
        for (const row of own.rows) found.push({ row, textHash: own.hash as LogRow['textHash'], vector: old.vector, isProof: false });
        if (found.length >= CARRY) await flush();
      }
    await flush();
  }

  /** Vectors that were made for the file that was replaced meanwhile: equal texts have equal vectors. */
  async #carryOn(): Promise<void> {
    const { log } = this;
    if (log === null) return;
    const wanted = new Map<string, FileRow[]>();
    let isAny = false;
    for await (const { textHash } of log.older()) {
      isAny = true;
      if (!wanted.has(textHash)) wanted.set(textHash, []);
    }
    if (!isAny) return;
    const isCurrent = this.#reach.place === 'current';
    for await (const row of this.#on.files.rows(this.source, isCurrent))
      if (row.textHash !== null && isDue(row) && !log.has(row.row) && !(isCurrent && isOf(row, this.tag)))
        wanted.get(row.textHash)?.push(row);
    for await (const made of log.older()) {
      // That a vector was right says nothing of another one which has replaced it.
      const rows = (wanted.get(made.textHash) ?? []).filter(
        ({ row, vector }) => !log.has(row) && (!made.isProof || (vector?.every((value, i) => value === made.vector[i]) ?? false)),
      );
      if (rows.length > 0) await log.append(rows.map(({ row }) => ({ ...made, row })));
    }
  }

  #lacks(row: FileRow): boolean {
    if (!isDue(row) || row.textHash === null) return false;
    this.due++;
    if (this.log?.has(row.row) === true) return false;
    return this.#reach.place === 'next' || !isOf(row, this.tag);
  }

  /** The next rows that lack something. */
  async next(most: number): Promise<PendingRow[]> {
    const ahead = this.#on.texts.template === null ? AHEAD : most;
    while (this.#ready.length < most && !this.isSeen) {
      for (let i = this.#ready.length; i < ahead; ) {
        const { value, done } = await this.#rows.next();
        if (done === true) {
          this.isSeen = true;
          break;
        }
        if (!this.#lacks(value)) continue;
        this.#ready.push(value);
        i++;
      }
    }
    const rows = this.#ready.splice(0, most);
    const found: PendingRow[] = [];
    for (const [i, row] of rows.entries()) {
      const later = () => [...rows.slice(i + 1), ...this.#ready].map(({ id }) => id);
      const text = row.text ?? (await this.#on.texts.textOf(row.id, {}, later));
      if (text !== null && row.textHash !== null)
        found.push({
          key: [this.name, String(row.row)],
          id: row.id,
          text,
          textHash: row.textHash,
          vector: row.vector,
          isWritten: row.cell.tag === this.tag,
        });
    }
    return found;
  }

  get isSpent(): boolean {
    return this.isSeen && this.#ready.length === 0;
  }

  /** @returns whether they are of the file of now; where it is another one, the vectors are kept for that */
  async place(rows: readonly PlacedRow[]): Promise<boolean> {
    this.log ??= await this.#open(rows[0]?.vector.length ?? 0);
    await this.log.append(rows.map(({ key, textHash, vector, isProof }) => ({ row: Number(key[1]), textHash, vector, isProof })));
    return (await stampOf(this.source)) === this.stamp;
  }

  async close(): Promise<void> {
    await this.#rows.return(undefined);
    await this.log?.close();
    this.log = null;
  }

  async drop(): Promise<void> {
    await this.#rows.return(undefined);
    await this.log?.remove();
    this.log = null;
  }
}
