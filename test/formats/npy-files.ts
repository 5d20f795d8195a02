/** The bytes of a .npy file (NEP 1), written by hand from the format's description. */
export function npy(header: string, data: Uint8Array, version: 1 | 2 = 1): Uint8Array {
  const text = `${header}\n`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.from([version, 0]), length, Buffer.from(text), data]);
}

export function header(type: string, shape: string, fortran = 'False'): string {
  return `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
}

export function bytesOf(values: Float32Array | Float64Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
