/**
 * Thrift's compact protocol, as the footer of a Parquet file is written in it: read into a tree and written back, with every field
 * that is in it, whether this program knows it or not.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type Thrift =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'byte' | 'i16' | 'i32' | 'i64'; readonly value: bigint }
  | { readonly type: 'double' | 'binary'; readonly value: Uint8Array }
  | { readonly type: 'list' | 'set'; readonly of: number; readonly value: readonly Thrift[] }
  | { readonly type: 'struct'; readonly value: ThriftStruct };

export type ThriftStruct = ReadonlyMap<number, Thrift>;

const INTEGERS: Readonly<Record<number, 'byte' | 'i16' | 'i32' | 'i64'>> = { 3: 'byte', 4: 'i16', 5: 'i32', 6: 'i64' };
const CODES = { byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, struct: 12 } as const;

export class ThriftReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(): ThriftStruct {
    const fields = new Map<number, Thrift>();
    for (let last = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      const step = head >> 4;
      last = step === 0 ? Number(this.#zigzag()) : last + step;
      fields.set(last, this.#value(head & 15, true));
    }
  }

  #value(code: number, isField: boolean): Thrift {
    if (code === 1 || code === 2) return { type: 'bool', value: (isField ? code : this.#byte()) === 1 };
    const integer = INTEGERS[code];
    if (integer === 'byte') return { type: 'byte', value: BigInt(this.#byte()) };
    if (integer !== undefined) return { type: integer, value: this.#zigzag() };
    if (code === CODES.double) return { type: 'double', value: this.#take(8) };
    if (code === CODES.binary) return { type: 'binary', value: this.#take(Number(this.#varint())) };
    if (code === CODES.struct) return { type: 'struct', value: this.struct() };
    if (code !== CODES.list && code !== CODES.set) throw new RangeError(`the footer has a value of the unknown type ${code}`);
    const head = this.#byte();
    const size = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    const of = head & 15;
    return { type: code === CODES.list ? 'list' : 'set', of, value: Array.from({ length: size }, () => this.#value(of, false)) };
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the footer is cut');
    return byte;
  }

  #take(size: number): Uint8Array {
    if (this.#at + size > this.#bytes.length) throw new RangeError('the footer is cut');
    this.#at += size;
    return this.#bytes.slice(this.#at - size, this.#at);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

/** The bytes of a struct. */
export function thriftBytes(struct: ThriftStruct): Uint8Array {
  const bytes: number[] = [];
  const varint = (value: bigint) => {
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  };
  const zigzag = (value: bigint) => varint(value < 0n ? -2n * value - 1n : 2n * value);
  const codeOf = (value: Thrift) => (value.type === 'bool' ? (value.value ? 1 : 2) : CODES[value.type]);
  const put = (value: Thrift, isField: boolean) => {
    if (value.type === 'bool') {
      if (!isField) bytes.push(value.value ? 1 : 2);
    } else if (value.type === 'byte') bytes.push(Number(value.value));
    else if (value.type === 'struct') fields(value.value);
    else if (value.type === 'list' || value.type === 'set') {
      const size = value.value.length;
      bytes.push((Math.min(size, 15) << 4) | value.of);
      if (size >= 15) varint(BigInt(size));
      for (const item of value.value) put(item, false);
    } else if (value.type === 'double' || value.type === 'binary') {
      if (value.type === 'binary') varint(BigInt(value.value.length));
      for (const byte of value.value) bytes.push(byte);
    } else if (typeof value.value === 'bigint') zigzag(value.value);
  };
  const fields = (own: ThriftStruct) => {
    let last = 0;
    for (const [id, value] of [...own].sort(([a], [b]) => a - b)) {
      const step = id - last;
      bytes.push(((step > 15 || step < 1 ? 0 : step) << 4) | codeOf(value));
      if (step > 15 || step < 1) zigzag(BigInt(id));
      put(value, true);
      last = id;
    }
    bytes.push(0);
  };
  fields(struct);
  return Uint8Array.from(bytes);
}

export const i32 = (value: number): Thrift => ({ type: 'i32', value: BigInt(value) });
export const i64 = (value: bigint): Thrift => ({ type: 'i64', value });
export const binary = (text: string): Thrift => ({ type: 'binary', value: new TextEncoder().encode(text) });
export const struct = (fields: readonly (readonly [number, Thrift])[]): Thrift => ({ type: 'struct', value: new Map(fields) });
export const list = (of: 'i32' | 'binary' | 'struct', value: readonly Thrift[]): Thrift => ({ type: 'list', of: CODES[of], value });

/** The fields of a struct within another; none where it is missing. */
export function structAt(own: ThriftStruct, id: number): ThriftStruct {
  const found = own.get(id);
  return found?.type === 'struct' ? found.value : new Map();
}

export function listAt(own: ThriftStruct, id: number): readonly ThriftStruct[] {
  const found = own.get(id);
  return found?.type === 'list' ? found.value.map((item) => (item.type === 'struct' ? item.value : new Map())) : [];
}

export function integerAt(own: ThriftStruct, id: number): bigint | null {
  const found = own.get(id);
  return found !== undefined && typeof found.value === 'bigint' ? found.value : null;
}

export function textAt(own: ThriftStruct, id: number): string | null {
  const found = own.get(id);
  return found?.type === 'binary' ? new TextDecoder().decode(found.value) : null;
}
