import { sized, varint } from '../varint.ts';

/** Protocol buffer pieces: a varint field and a length-delimited field, enough for a small ONNX model. */
function number(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

function message(field: number, ...parts: readonly number[][]): number[] {
  return [...varint((field << 3) | 2), ...sized(parts.flat())];
}

function text(field: number, value: string): number[] {
  return message(field, [...Buffer.from(value)]);
}

const FLOAT = 1;
const INT64 = 7;
const INT_ATTRIBUTE = 2;

function node(type: string, inputs: readonly string[], outputs: readonly string[], attribute: string, value: number): number[] {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, type),
    message(5, text(1, attribute), number(3, value), number(20, INT_ATTRIBUTE)),
  );
}

function valueInfo(field: number, name: string, elementType: number): number[] {
  return message(field, text(1, name), message(2, message(1, number(1, elementType))));
}

/**
 * An ONNX model (IR 8, opset 13; under 200 bytes) of two nodes: S = Q·Dᵀ (Gemm), then the k largest of each row (TopK).
 * Inputs: `q` float [m × d], `d` float [n × d], `k` int64 [1]. Outputs: `s` float [m × k], `i` int64 [m × k], in no order.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function exactGraph(): Uint8Array {
  const graph = message(
    7,
    node('Gemm', ['q', 'd'], ['x'], 'transB', 1),
    node('TopK', ['x', 'k'], ['s', 'i'], 'sorted', 0),
    text(2, 'exact'),
    valueInfo(11, 'q', FLOAT),
    valueInfo(11, 'd', FLOAT),
    valueInfo(11, 'k', INT64),
    valueInfo(12, 's', FLOAT),
    valueInfo(12, 'i', INT64),
  );
  return Uint8Array.from([...number(1, 8), ...graph, ...message(8, number(2, 13))]);
}
