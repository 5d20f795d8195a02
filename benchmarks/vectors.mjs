import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Parameters of every graph here, those of the demo. */
export const HNSW = { m: 16, efConstruction: 200, efSearch: 128 };

const DIMENSION = 384;

/**
 * The first rows of a float32 .npy file of the made-up vectors (million/make.mjs).
 * @returns a set as the search engines take it
 */
export function firstRows(folder, file, count, side = 'old') {
  const data = new Float32Array(count * DIMENSION);
  const handle = openSync(join(folder, file), 'r');
  try {
    const head = Buffer.alloc(10);
    readSync(handle, head, 0, 10, 0);
    const start = 10 + head.readUInt16LE(8);
    if (fstatSync(handle).size < start + data.byteLength) throw new Error(`${file} has fewer than ${count} rows.`);
    readSync(handle, new Uint8Array(data.buffer), 0, data.byteLength, start);
  } finally {
    closeSync(handle);
  }
  const ids = Array.from({ length: count }, (_, i) => String(i).padStart(8, '0'));
  return { side, fingerprint: side, dimension: DIMENSION, ids, data };
}
