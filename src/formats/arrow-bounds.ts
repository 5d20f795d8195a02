import type { FileHandle } from 'node:fs/promises';
import { reasonOf } from '../core/errors.ts';

/**
 * Reads a FlatBuffers table, every step inside its bytes; what a field isn't there for is 0, null or empty.
 * Source: https://flatbuffers.dev/internals/
 */
class FlatTable {
  readonly #bytes: DataView;
  readonly #at: number;
  readonly #offsets: number;
  readonly #fields: number;
  readonly #size: number;

  private constructor(bytes: DataView, at: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#offsets = at - bytes.getInt32(at, true);
    const own = bytes.getUint16(this.#offsets, true);
    this.#fields = (own - 4) / 2;
    this.#size = bytes.getUint16(this.#offsets + 2, true);
    if (own < 4 || own % 2 !== 0 || this.#offsets + own > bytes.byteLength || at + this.#size > bytes.byteLength)
      throw new RangeError('a table leads out of its bytes');
  }

  /** @throws RangeError, as every method, where an offset leads out of the bytes */
  static root(bytes: DataView): FlatTable {
    return new FlatTable(bytes, bytes.getUint32(0, true));
  }

  #place(field: number): number | null {
    const offset = field < this.#fields ? this.#bytes.getUint16(this.#offsets + 4 + 2 * field, true) : 0;
    if (offset >= Math.max(this.#size, 1)) throw new RangeError('a field leads out of its table');
    return offset === 0 ? null : this.#at + offset;
  }

  byte(field: number): number {
    const place = this.#place(field);
    return place === null ? 0 : this.#bytes.getUint8(place);
  }

  long(field: number): number {
    const place = this.#place(field);
    return place === null ? 0 : Number(this.#bytes.getBigInt64(place, true));
  }

  table(field: number): FlatTable | null {
    const place = this.#place(field);
    return place === null ? null : new FlatTable(this.#bytes, place + this.#bytes.getUint32(place, true));
  }

  /** A vector of structs, one view each. @param size bytes of a struct */
  structs(field: number, size: number): DataView[] {
    const { start, length } = this.#vector(field, size);
    return Array.from({ length }, (_, i) => new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start + i * size, size));
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4);
    return Array.from({ length }, (_, i) => {
      const place = start + 4 * i;
      return new FlatTable(this.#bytes, place + this.#bytes.getUint32(place, true));
    });
  }

  #vector(field: number, size: number): { start: number; length: number } {
    const place = this.#place(field);
    if (place === null) return { start: 0, length: 0 };
    const start = place + this.#bytes.getUint32(place, true);
    const length = this.#bytes.getUint32(start, true);
    if (start + 4 + length * size > this.#bytes.byteLength) throw new RangeError(`a list of ${length} leads out of its bytes`);
    return { start: start + 4, length };
  }
}

/** Bytes after the footer: its length and `ARROW1`. */
const TAIL = 10;
const BLOCK = 24;
const PAIR = 16;
const DICTIONARY_BATCH = 2;
const RECORD_BATCH = 3;
/** Rows that a batch may claim beside one for each bit of its body: columns of nothing but nulls have no body. */
const BODYLESS_ROWS = 65_536;

/**
 * Checks that no length in an Arrow IPC file goes beyond the file: apache-arrow believes them, and a damaged one keeps it
 * busy for minutes. What the values say is not looked at.
 * @throws Error with a short reason
 * Source: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */
export async function checkArrowBounds(handle: FileHandle, size: number): Promise<void> {
  const length = (await bytesAt(handle, size - TAIL, 4)).getInt32(0, true);
  const bytes = await bytesAt(handle, size - TAIL - length, length);
  const blocks = inside('its footer', () => {
    const footer = FlatTable.root(bytes);
    const schema = footer.table(1);
    countFields(schema?.tables(1) ?? [], { left: length });
    checkNotes(footer, 4);
    if (schema !== null) checkNotes(schema, 2);
    return [...footer.structs(2, BLOCK), ...footer.structs(3, BLOCK)];
  });
  for (const block of blocks) await checkMessage(handle, size, block);
}

/** Offsets of damaged fields may lead to one table again and again. */
function countFields(fields: readonly FlatTable[], count: { left: number }): void {
  for (const field of fields) {
    if (count.left-- <= 0) throw new RangeError('it has more fields than bytes');
    checkNotes(field, 6);
    countFields(field.tables(5), count);
  }
}

/** Metadata of its writer's own: a length beyond the bytes is refused where it is read. @param place of the list in the table */
function checkNotes(table: FlatTable, place: number): void {
  table.tables(place);
}

async function checkMessage(handle: FileHandle, size: number, block: DataView): Promise<void> {
  const offset = Number(block.getBigInt64(0, true));
  const head = block.getInt32(8, true);
  const body = Number(block.getBigInt64(16, true));
  if (offset < 0 || head < 8 || body < 0 || offset + head + body > size) throw new Error('a batch leads out of the file');
  const bytes = await bytesAt(handle, offset, head);
  // Before format 0.15 the length comes first, since then behind four bytes of 0xff.
  const prefix = bytes.getInt32(0, true) === -1 ? 8 : 4;
  const length = bytes.getInt32(prefix - 4, true);
  if (length < 0 || prefix + length > head) throw new Error('the head of a batch leads out of the file');
  inside(`the batch at byte ${offset}`, () => checkBatch(new DataView(bytes.buffer, prefix, length), body));
}

function checkBatch(bytes: DataView, body: number): void {
  const message = FlatTable.root(bytes);
  checkNotes(message, 4);
  const type = message.byte(1);
  const header = message.table(2);
  const batch = type === DICTIONARY_BATCH ? header?.table(1) : header;
  if ((type !== RECORD_BATCH && type !== DICTIONARY_BATCH) || batch == null) throw new RangeError('it is no batch');
  if (message.long(3) !== body) throw new RangeError('its length is another one than the footer says');
  const most = 8 * body + BODYLESS_ROWS;
  const lengths = [batch.long(0), ...batch.structs(1, PAIR).map((node) => Number(node.getBigInt64(0, true)))];
  if (lengths.some((rows) => rows < 0 || rows > most)) throw new RangeError('it claims more rows than it has bits');
  for (const buffer of batch.structs(2, PAIR)) {
    const [start, length] = [Number(buffer.getBigInt64(0, true)), Number(buffer.getBigInt64(8, true))];
    if (start < 0 || length < 0 || start + length > body) throw new RangeError('a column leads out of it');
  }
}

function inside<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${what} is damaged: ${reasonOf(error)}`, { cause: error });
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<DataView<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw new Error(`it ends before byte ${position + length}`);
  return new DataView(bytes.buffer);
}
