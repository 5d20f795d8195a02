// Writes the ONNX model of the exact search to stdout: node scripts/exact-graph.mjs > src/search/exact/exact-graph.onnx
// IR 8, opset 13, two nodes: S = Q·Dᵀ (Gemm), then the k largest of each row (TopK), in no order.
// Inputs: `q` float [m × d], `d` float [n × d], `k` int64 [1]. Outputs: `s` float [m × k], `i` int64 [m × k].
// Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

/** Every number and length is under 128 but that of the graph. */
const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const number = (field, value) => [...varint(field << 3), ...varint(value)];
const message = (field, ...parts) => [...varint((field << 3) | 2), ...varint(parts.flat().length), ...parts.flat()];
const text = (field, value) => message(field, [...Buffer.from(value)]);

const FLOAT = 1;
const INT64 = 7;
const INT_ATTRIBUTE = 2;

const node = (type, inputs, outputs, attribute, value) =>
  message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, type),
    message(5, text(1, attribute), number(3, value), number(20, INT_ATTRIBUTE)),
  );
const valueInfo = (field, name, elementType) => message(field, text(1, name), message(2, message(1, number(1, elementType))));

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
process.stdout.write(Uint8Array.from([...number(1, 8), ...graph, ...message(8, number(2, 13))]));
