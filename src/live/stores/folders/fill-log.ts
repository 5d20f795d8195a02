import { copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sha256 } from '../../../core/brand.ts';
import { fileLock } from '../../../system/file-lock.ts';
import { makeFolder } from '../../../system/files.ts';
import { parsedJson } from '../../../system/json.ts';
import { unwritable } from './place.ts';

interface Header {
  /** Tells the file that is filled from a later one of its name. */
  readonly source: string;
  readonly tag: string;
  readonly dimension: number;
}

/** Bytes before the vector of a record: row, whether it is a proof, hash of the text. */
const MARK = 4 + 1 + 32;
const HEADER = 512;

/** A record: what one row gets. */
export interface LogRow {
  readonly row: number;
  readonly textHash: Sha256;
  readonly vector: Float32Array;
  readonly isProof: boolean;
}

/**
 * Vectors of one file's rows as they are made, in a file of fixed records beside it: memory holds one number a row, and a killed run
 * resumes where it was. What it has of a file that is replaced is kept for the next one of its name. Held by one process at a time.
 */
export class FillLog {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #unlock: () => Promise<void>;
  readonly #header: Header;
  /** Record of each row, counted from 1; 0 for none. */
  readonly #places: number[] = [];
  #records = 0;
  #proofs = 0;
  rows = 0;

  private constructor(file: string, handle: FileHandle, unlock: () => Promise<void>, header: Header) {
    this.#file = file;
    this.#handle = handle;
    this.#unlock = unlock;
    this.#header = header;
  }

  /** Resumes a log of the same file, version and dimension; begins any other again. @throws CutoverError LEDGER_LOCKED, FILE_UNWRITABLE */
  static async open(file: string, header: Header): Promise<FillLog> {
    await makeFolder(dirname(file)).catch((error: unknown) => {
      throw unwritable(file, error);
    });
    const unlock = await fileLock(`${file}.lock`, file);
    try {
      const handle = await open(file, 'a+');
      const log = new FillLog(file, handle, unlock, header);
      if (!(await log.#resume())) {
        if ((await handle.stat()).size > HEADER) await copyFile(file, `${file}.older`);
        await handle.truncate(0);
        await handle.appendFile(JSON.stringify(header).padEnd(HEADER));
      }
      return log;
    } catch (error) {
      await unlock();
      throw unwritable(file, error);
    }
  }

  /** Of the log that is there; null without one. */
  static async dimensionIn(file: string): Promise<number | null> {
    const handle = await open(file, 'r').catch(() => null);
    if (handle === null) return null;
    const head = Buffer.alloc(HEADER);
    await handle.read(head, 0, HEADER, 0).finally(() => handle.close());
    return parsedJson<Header>(head.toString('utf8').trim())?.dimension ?? null;
  }

  /** What was made of the texts of an earlier file of this name, under the same version. */
  async *older(): AsyncGenerator<Omit<LogRow, 'row'>> {
    const handle = await open(`${this.#file}.older`, 'r').catch(() => null);
    if (handle === null) return;
    try {
      const head = Buffer.alloc(HEADER);
      await handle.read(head, 0, HEADER, 0);
      const known = parsedJson<Header>(head.toString('utf8').trim());
      if (known?.tag !== this.#header.tag || known.dimension !== this.dimension) return;
      const bytes = Buffer.alloc(this.#width);
      for (let at = HEADER; (await handle.read(bytes, 0, this.#width, at)).bytesRead === this.#width; at += this.#width)
        yield this.#parsed(bytes);
    } finally {
      await handle.close();
    }
  }

  get #width(): number {
    return MARK + 4 * this.#header.dimension;
  }

  get dimension(): number {
    return this.#header.dimension;
  }

  /** Whether every record says that the vector is there already. */
  get isAllProof(): boolean {
    return this.#proofs === this.#records;
  }

  async #resume(): Promise<boolean> {
    const { size } = await this.#handle.stat();
    const head = Buffer.alloc(HEADER);
    await this.#handle.read(head, 0, HEADER, 0);
    const known = parsedJson<Header>(head.toString('utf8').trim());
    const { source, tag, dimension } = this.#header;
    if (known?.source !== source || known.tag !== tag || known.dimension !== dimension) return false;
    const records = Math.floor((size - HEADER) / this.#width);
    // A record that was cut by a kill is taken off.
    await this.#handle.truncate(HEADER + records * this.#width);
    const mark = Buffer.alloc(5);
    for (let record = 0; record < records; record++) {
      await this.#handle.read(mark, 0, 5, HEADER + record * this.#width);
      this.#know(mark.readUInt32LE(0), mark[4] === 1);
    }
    return true;
  }

  #know(row: number, isProof: boolean): void {
    this.#records++;
    if (isProof) this.#proofs++;
    if ((this.#places[row] ?? 0) === 0) this.rows++;
    this.#places[row] = this.#records;
  }

  has(row: number): boolean {
    return (this.#places[row] ?? 0) > 0;
  }

  async append(rows: readonly LogRow[]): Promise<void> {
    const bytes = Buffer.alloc(rows.length * this.#width);
    rows.forEach(({ row, textHash, vector, isProof }, i) => {
      const at = i * this.#width;
      bytes.writeUInt32LE(row, at);
      bytes[at + 4] = isProof ? 1 : 0;
      bytes.write(textHash, at + 5, 'hex');
      Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).copy(bytes, at + MARK);
    });
    await this.#handle.appendFile(bytes).catch((error: unknown) => {
      throw unwritable(this.#file, error);
    });
    for (const { row, isProof } of rows) this.#know(row, isProof);
  }

  /** What rows `first` to `first + count` get; null where nothing does. */
  async read(first: number, count: number): Promise<(Omit<LogRow, 'row'> | null)[]> {
    const found: (Omit<LogRow, 'row'> | null)[] = [];
    for (let row = first; row < first + count; ) {
      const record = this.#places[row] ?? 0;
      if (record === 0) {
        found.push(null);
        row++;
        continue;
      }
      // Records of rows that follow each other are mostly written one after the other.
      let run = 1;
      while (row + run < first + count && this.#places[row + run] === record + run) run++;
      const bytes = Buffer.alloc(run * this.#width);
      await this.#handle.read(bytes, 0, bytes.length, HEADER + (record - 1) * this.#width);
      for (let i = 0; i < run; i++) found.push(this.#parsed(bytes.subarray(i * this.#width, (i + 1) * this.#width)));
      row += run;
    }
    return found;
  }

  #parsed(bytes: Buffer): Omit<LogRow, 'row'> {
    const vector = new Float32Array(this.#header.dimension);
    bytes.copy(new Uint8Array(vector.buffer), 0, MARK);
    return { isProof: bytes[4] === 1, textHash: bytes.toString('hex', 5, MARK) as Sha256, vector };
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await this.#unlock();
  }

  async remove(): Promise<void> {
    for (const file of [this.#file, `${this.#file}.older`]) await rm(file, { force: true });
    await this.close();
  }
}
