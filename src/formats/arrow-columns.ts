import { createRequire } from 'node:module';
import type { Data, DataType, Field, Vector } from 'apache-arrow';

type Arrow = typeof import('apache-arrow');

let arrow: Arrow | null = null;

/** The library, loaded on first use: it takes a fifth of a second, and a run whose stages are unchanged reads no table. */
export function apacheArrow(): Arrow {
  arrow ??= createRequire(import.meta.url)('apache-arrow') as Arrow;
  return arrow;
}

/** One column of a table, as plain arrays. Only `integer` may hold nulls. */
export type Column =
  /** Utf8. */
  | { readonly type: 'text'; readonly values: readonly string[] }
  /** Utf8 behind an Int32 dictionary: row i says dictionary[indices[i]]. */
  | { readonly type: 'label'; readonly dictionary: readonly string[]; readonly indices: Int32Array }
  /** FixedSizeBinary: `width` bytes a row. */
  | { readonly type: 'bytes'; readonly width: number; readonly data: Uint8Array }
  /** Int32, nullable. */
  | { readonly type: 'integer'; readonly values: readonly (number | null)[] }
  | { readonly type: 'flag'; readonly values: readonly boolean[] }
  | { readonly type: 'float'; readonly data: Float32Array }
  /** FixedSizeList of Float32: `width` values a row, contiguous. `isWhole` where a file that is read has whole numbers there. */
  | { readonly type: 'vector'; readonly width: number; readonly data: Float32Array; readonly isWhole?: boolean };

/** Column name → column; the order of the keys is the order in the file. */
export type Columns = Readonly<Record<string, Column>>;

/** Arrow's form of a column. @param place used as dictionary id, so that equal tables are equal bytes. */
export function toData(column: Column, place: number): Data {
  const { Bool, Dictionary, Field, FixedSizeBinary, FixedSizeList, Float32, Int32, makeData, Utf8, Vector, vectorFromArray } =
    apacheArrow();
  switch (column.type) {
    case 'text':
      return only(vectorFromArray(column.values, new Utf8()));
    case 'label': {
      const dictionary = new Vector([only(vectorFromArray(column.dictionary, new Utf8()))]);
      const type = new Dictionary(new Utf8(), new Int32(), place);
      return makeData({ type, length: column.indices.length, nullCount: 0, data: column.indices, dictionary });
    }
    case 'bytes':
      return makeData({
        type: new FixedSizeBinary(column.width),
        length: column.data.length / column.width,
        nullCount: 0,
        data: column.data,
      });
    case 'integer':
      return only(vectorFromArray(column.values, new Int32()));
    case 'flag':
      return only(vectorFromArray(column.values, new Bool()));
    case 'float':
      return makeData({ type: new Float32(), length: column.data.length, nullCount: 0, data: column.data });
    case 'vector': {
      const child = makeData({ type: new Float32(), length: column.data.length, nullCount: 0, data: column.data });
      const type = new FixedSizeList(column.width, new Field('item', new Float32(), false));
      return makeData({ type, length: column.data.length / column.width, nullCount: 0, child });
    }
  }
}

function only<T extends DataType>(vector: Vector<T>): Data<T> {
  const [data] = vector.data;
  if (data === undefined) throw new RangeError('A column has no rows.');
  return data;
}

/**
 * A column read back; null for types that no room asks for (timestamps and the like), so that foreign files may carry them.
 * @throws Error with a short reason: nulls where none may be, lists of uneven length.
 */
export function fromVector(name: string, vector: Vector): Column | null {
  const { DataType } = apacheArrow();
  const { type } = vector;
  if (DataType.isInt(type)) return { type: 'integer', values: Array.from(vector, integer) };
  if (vector.nullCount > 0) throw new Error(`column "${name}" has empty cells`);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { type: 'text', values: Array.from(vector, String) };
  if (DataType.isDictionary(type)) return labels(vector);
  if (DataType.isFixedSizeBinary(type)) return { type: 'bytes', width: type.byteWidth, data: joined(vector, type.byteWidth) };
  if (DataType.isBool(type)) return { type: 'flag', values: Array.from(vector, Boolean) };
  if (DataType.isFloat(type)) return { type: 'float', data: Float32Array.from(vector as Iterable<number>) };
  if (DataType.isFixedSizeList(type) || DataType.isList(type)) return lists(name, vector);
  return null;
}

function integer(value: number | bigint | null): number | null {
  return value === null ? null : Number(value);
}

function labels(vector: Vector): Column | null {
  const { DataType } = apacheArrow();
  const data = vector.data[0];
  if (data?.dictionary === undefined) return vector.length === 0 ? { type: 'text', values: [] } : null;
  const { dictionary } = data;
  if (!DataType.isUtf8(dictionary.type) && !DataType.isLargeUtf8(dictionary.type)) return null;
  const indices = Int32Array.from(data.values.subarray(0, data.length) as Int32Array, Number);
  if (indices.some((index) => index < 0 || index >= dictionary.length)) throw new Error('a dictionary index is out of range');
  return { type: 'label', dictionary: Array.from(dictionary, String), indices };
}

function joined(vector: Vector, width: number): Uint8Array {
  const bytes = new Uint8Array(vector.length * width);
  for (let row = 0; row < vector.length; row++) bytes.set(vector.get(row) as Uint8Array, row * width);
  return bytes;
}

/** The common case, a fixed-size list of Float32, is a view of the file's bytes; the rest is copied. */
function lists(name: string, vector: Vector): Column | null {
  const { DataType } = apacheArrow();
  const data = vector.data[0];
  const child = data?.children[0];
  const isWhole = child !== undefined && DataType.isInt(child.type);
  if (data === undefined || child === undefined || !(DataType.isFloat(child.type) || isWhole)) return null;
  if (child.nullCount > 0) throw new Error(`column "${name}" has empty values inside a list`);
  if (DataType.isFixedSizeList(vector.type) && child.values instanceof Float32Array) {
    const width = vector.type.listSize;
    if (child.values.length < vector.length * width) throw new Error(`column "${name}" is shorter than its row count`);
    return { type: 'vector', width, data: child.values.subarray(0, vector.length * width) };
  }
  const rows = Array.from(vector, (row: Iterable<number | bigint>) => Float32Array.from(row, Number));
  const width = rows[0]?.length ?? 0;
  const flat = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    if (row.length !== width) throw new Error(`column "${name}" has lists of ${width} and of ${row.length} values`);
    flat.set(row, i * width);
  });
  return { type: 'vector', width, data: flat, ...(isWhole ? { isWhole } : {}) };
}

/** The field of a column of vectors, as a schema has it; rows may lack theirs. */
export function float32Lists(name: string, width: number): Field {
  const { Field, FixedSizeList, Float32 } = apacheArrow();
  return new Field(name, new FixedSizeList(width, new Field('item', new Float32(), true)), true);
}
