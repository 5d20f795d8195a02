import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes before the vectors: six sizes, two 32-bit integers, three sizes, a double, a size. */
const HEADER = 96;
/** Bytes of links read at a time. */
const BLOCK = 1 << 20;

/**
 * Whether a saved index is whole: it holds so many elements, and the file ends where the links of the last one end. hnswlib says
 * nothing when the disk is full, and crashes on a cut file; reading the index back would need its memory twice.
 * Source: hnswlib 0.7, hnswalg.h, saveIndex.
 * @throws Error saying what is wrong
 */
export function checkSavedIndex(file: string, count: number): void {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const header = Buffer.alloc(HEADER);
    if (readSync(handle, header, 0, HEADER, 0) < HEADER) throw new Error('the index was cut inside its header');
    const [found, width] = [Number(header.readBigUInt64LE(16)), Number(header.readBigUInt64LE(24))];
    if (found !== count) throw new Error(`the index holds ${found} of ${count} documents`);
    const end = endOfLinks(handle, HEADER + count * width, size, count);
    if (end !== size) throw new Error(`the index has ${size} of ${end} bytes or more`);
  } finally {
    closeSync(handle);
  }
}

/** After the vectors each element has the length of its upper links in bytes, 32 bits, and then those. */
function endOfLinks(handle: number, start: number, size: number, count: number): number {
  const block = Buffer.alloc(BLOCK);
  let [at, from, to] = [start, 0, 0];
  for (let element = 0; element < count; element++) {
    if (at + 4 > size) return at + 4;
    if (at < from || at + 4 > to) {
      from = at;
      to = at + readSync(handle, block, 0, BLOCK, at);
    }
    at += 4 + block.readUInt32LE(at - from);
  }
  return at;
}
