/**
 * ONNX files written by hand, a message a function, so that a test says where each weight is stored.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */

/** One field: a number, or bytes of a message, text or packed numbers. */
export type Field = readonly [number: number, value: number | Uint8Array | string];

export function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
    }),
  );
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low + 128 : low);
  } while (left > 0);
  return Buffer.from(bytes);
}

const FLOAT = 1;
const INT64 = 7;

/** A tensor of float32, in the graph. */
export function inlineTensor(name: string, shape: readonly number[], values: readonly number[]): Uint8Array {
  return message(...shape.map((size) => [1, size] as const), [2, FLOAT], [8, name], [9, floatBytes(values)]);
}

/** A tensor of float32 whose bytes are in a file beside the graph. */
export function outsideTensor(name: string, shape: readonly number[], location: string, offset = 0): Uint8Array {
  const length = 4 * shape.reduce((product, size) => product * size, 1);
  const entries = { location, offset: String(offset), length: String(length) };
  return message(
    ...shape.map((size) => [1, size] as const),
    [2, FLOAT],
    [8, name],
    ...Object.entries(entries).map(([key, value]) => [13, message([1, key], [2, value])] as const),
    [14, 1],
  );
}

export function floatBytes(values: readonly number[]): Uint8Array {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** An operator. @param attributes lists of whole numbers, or one whole number */
export function node(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Uint8Array {
  return message(
    ...inputs.map((name) => [1, name] as const),
    ...outputs.map((name) => [2, name] as const),
    [4, type],
    ...Object.entries(attributes).map(([name, value]) => [5, attribute(name, value)] as const),
  );
}

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  return typeof value === 'number'
    ? message([1, name], [3, value], [20, 2])
    : message([1, name], ...value.map((item) => [8, item] as const), [20, 7]);
}

/** An input or output; a text is a dimension without a fixed size. */
export function valueInfo(name: string, type: 'float' | 'int64', shape: readonly (number | string)[]): Uint8Array {
  const dimensions = shape.map((size) => [1, typeof size === 'number' ? message([1, size]) : message([2, size])] as const);
  return message([1, name], [2, message([1, message([1, type === 'float' ? FLOAT : INT64], [2, message(...dimensions)])])]);
}

/** What a graph is made of. */
export interface GraphParts {
  readonly nodes?: readonly Uint8Array[];
  readonly tensors?: readonly Uint8Array[];
  readonly inputs?: readonly Uint8Array[];
  readonly outputs?: readonly Uint8Array[];
}

export function graph({ nodes = [], tensors = [], inputs = [], outputs = [] }: GraphParts): Uint8Array {
  const all = (field: number, parts: readonly Uint8Array[]) => parts.map((part) => [field, part] as const);
  return message(...all(1, nodes), [2, 'test'], ...all(5, tensors), ...all(11, inputs), ...all(12, outputs));
}

/** A whole file: IR version 8, operators of version 13. */
export function onnxFile(parts: GraphParts, ...more: readonly Field[]): Uint8Array {
  return message([1, 8], [7, graph(parts)], [8, message([2, 13])], ...more);
}
