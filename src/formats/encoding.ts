import type { VectorEncoding } from '../model/version.ts';

/** Shortest list of whole numbers that is taken for a quantised vector where the type does not say so. */
const QUANTISED = 8;

/**
 * The numbers that an encoding stands for. Names and bytes are those of sentence-transformers' `quantize_embeddings`:
 * - `int8`: the whole numbers themselves;
 * - `ubinary`: 8 dimensions a byte, the first one in the highest bit; `binary`: the same less 128.
 *
 * A bit becomes 1 or −1, so that the cosine of two vectors of d bits is 1 − 2·Hamming/d: the same order as Hamming's distance.
 * @param isWhole whether the file keeps whole numbers
 * @returns a text says why the values are none of this encoding
 * @example decoded([0b10100000], 'ubinary', true) // [1, -1, 1, -1, -1, -1, -1, -1]
 */
export function decoded(values: ArrayLike<number>, encoding: VectorEncoding | undefined, isWhole: boolean): Float32Array | string {
  if (encoding === undefined) return isWhole ? UNDECLARED : Float32Array.from(values);
  const [least, most] = encoding === 'ubinary' ? [0, 255] : [-128, 127];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isInteger(value) || value < least || value > most)
      return `the version says \`encoding: ${encoding}\`, and the vector holds ${value}, not a whole number from ${least} to ${most}`;
  }
  return encoding === 'int8' ? Float32Array.from(values) : unpacked(values, encoding === 'binary' ? 128 : 0);
}

const UNDECLARED = `the vector holds whole numbers and no version says what they stand for: write \`encoding: int8\`, or \`ubinary\` or \`binary\` where each is 8 dimensions packed into a byte`;

function unpacked(bytes: ArrayLike<number>, shift: number): Float32Array {
  const vector = new Float32Array(8 * bytes.length);
  for (let i = 0; i < vector.length; i++) {
    const byte = (bytes[i >> 3] as number) + shift;
    vector[i] = (byte >> (7 - (i & 7))) & 1 ? 1 : -1;
  }
  return vector;
}

/** Whether numbers look quantised, whatever type they are kept in: whole ones of a byte, more than 0, 1 and −1. */
export function looksQuantised(values: ArrayLike<number>): boolean {
  if (values.length < QUANTISED) return false;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isInteger(value) || value < -128 || value > 255) return false;
    most = Math.max(most, Math.abs(value));
  }
  return most > 1;
}
