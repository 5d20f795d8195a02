/**
 * The bytes of an ONNX model y = x + x over a float32 vector of any length, written by hand in protobuf's wire format
 * (onnx.proto: ModelProto, GraphProto, NodeProto, ValueInfoProto).
 */
export function doublingModel(): Uint8Array {
  const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value)]);
  const bytes = (field: number, value: readonly number[]): number[] => [(field << 3) | 2, value.length, ...value];
  const whole = (field: number, value: number): number[] => [field << 3, value];
  const dimension = bytes(1, text(2, 'n'));
  const type = bytes(1, [...whole(1, 1), ...bytes(2, dimension)]);
  const value = (name: string): number[] => [...text(1, name), ...bytes(2, type)];
  const node = [...text(1, 'x'), ...text(1, 'x'), ...text(2, 'y'), ...text(4, 'Add')];
  const graph = [...bytes(1, node), ...text(2, 'double'), ...bytes(11, value('x')), ...bytes(12, value('y'))];
  return Uint8Array.from([...whole(1, 8), ...bytes(7, graph), ...bytes(8, whole(2, 13))]);
}
