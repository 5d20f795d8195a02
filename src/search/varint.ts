/** An unsigned number in groups of seven bits, lowest first: LEB128, which protocol buffers and WebAssembly share. */
export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

/** Bytes behind their number. */
export function sized(bytes: readonly number[]): number[] {
  return [...varint(bytes.length), ...bytes];
}
