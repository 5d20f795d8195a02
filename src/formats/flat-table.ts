/**
 * Reads a FlatBuffers table, every step inside its bytes; what a field isn't there for is 0, null or empty.
 * Source: https://flatbuffers.dev/internals/
 */
export class FlatTable {
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
