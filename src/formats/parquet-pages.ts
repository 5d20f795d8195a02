import { binary, i32, i64, list, struct, type Thrift, thriftBytes } from './thrift.ts';

/** A column chunk that is written here: plain, uncompressed pages. */
export interface WrittenChunk {
  readonly path: readonly string[];
  readonly kind: 'vector' | 'text';
  values: number;
  /** Values that are missing, an empty list among them. */
  nulls: number;
  bytes: number;
}

const PHYSICAL = { vector: 4, text: 6 } as const;
const OPTIONAL = 1;
const REPEATED = 2;
const LIST = 3;
const UTF8 = 0;
const PLAIN = 0;
const RLE = 3;

/** Schema of a column of vectors: an optional list of optional floats, in the three levels of the format. */
export function vectorSchema(name: string): Thrift[] {
  const element = (fields: readonly (readonly [number, Thrift])[]) => struct(fields);
  return [
    element([
      [3, i32(OPTIONAL)],
      [4, binary(name)],
      [5, i32(1)],
      [6, i32(LIST)],
    ]),
    element([
      [3, i32(REPEATED)],
      [4, binary('list')],
      [5, i32(1)],
    ]),
    element([
      [1, i32(PHYSICAL.vector)],
      [3, i32(OPTIONAL)],
      [4, binary('element')],
    ]),
  ];
}

export function textSchema(name: string): Thrift[] {
  return [
    struct([
      [1, i32(PHYSICAL.text)],
      [3, i32(OPTIONAL)],
      [4, binary(name)],
      [6, i32(UTF8)],
    ]),
  ];
}

/** A page of vectors. A missing one is null, an empty one is an empty list. */
export function vectorPage(vectors: readonly (Float32Array | null)[]): { readonly bytes: Uint8Array; readonly values: number } {
  const repetition = new Levels();
  const definition = new Levels();
  for (const vector of vectors) {
    const length = vector?.length ?? 0;
    repetition.run(0, 1);
    if (length > 1) repetition.run(1, length - 1);
    definition.run(vector === null ? 0 : length === 0 ? 1 : 3, Math.max(1, length));
  }
  const values = vectors.map((vector) =>
    vector === null ? new Uint8Array() : new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
  );
  return page(definition.count, [repetition.bytes, definition.bytes, ...values]);
}

export function textPage(texts: readonly (string | null)[]): { readonly bytes: Uint8Array; readonly values: number } {
  const definition = new Levels();
  const values: Uint8Array[] = [];
  for (const text of texts) {
    definition.run(text === null ? 0 : 1, 1);
    if (text === null) continue;
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    values.push(length, bytes);
  }
  return page(definition.count, [definition.bytes, ...values]);
}

function page(values: number, parts: readonly Uint8Array[]): { readonly bytes: Uint8Array; readonly values: number } {
  const body = Buffer.concat(parts);
  const header = thriftBytes(
    new Map<number, Thrift>([
      [1, i32(0)],
      [2, i32(body.length)],
      [3, i32(body.length)],
      [
        5,
        struct([
          [1, i32(values)],
          [2, i32(PLAIN)],
          [3, i32(RLE)],
          [4, i32(RLE)],
        ]),
      ],
    ]),
  );
  return { bytes: Buffer.concat([header, body]), values };
}

/** Levels as runs of one value, behind their length. */
class Levels {
  readonly #bytes: number[] = [];
  #value = 0;
  #run = 0;
  count = 0;

  run(value: number, length: number): void {
    if (value !== this.#value) this.#close();
    this.#value = value;
    this.#run += length;
    this.count += length;
  }

  #close(): void {
    if (this.#run === 0) return;
    let rest = this.#run * 2;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) + 128);
    this.#bytes.push(rest, this.#value);
    this.#run = 0;
  }

  get bytes(): Uint8Array {
    this.#close();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.#bytes.length);
    return Buffer.concat([length, Uint8Array.from(this.#bytes)]);
  }
}

/** What the footer says of a chunk that was written here. */
export function chunkOf({ path, kind, values, nulls, bytes }: WrittenChunk, offset: bigint): Thrift {
  return struct([
    [2, i64(offset)],
    [
      3,
      struct([
        [1, i32(PHYSICAL[kind])],
        [2, list('i32', [i32(PLAIN), i32(RLE)])],
        [3, list('binary', path.map(binary))],
        [4, i32(0)],
        [5, i64(BigInt(values))],
        [6, i64(BigInt(bytes))],
        [7, i64(BigInt(bytes))],
        [9, i64(offset)],
        [12, struct([[3, i64(BigInt(nulls))]])],
      ]),
    ],
  ]);
}
