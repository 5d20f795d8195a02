import { CutoverError, reasonOf } from '../core/errors.ts';
import { readWhole } from '../system/files.ts';
import { halfToFloat } from './npy.ts';

/** One tensor, as float32 whatever the file holds. */
export interface Tensor {
  readonly shape: readonly number[];
  /** Float32Array [product of the shape], row-major. */
  readonly data: Float32Array;
}

/** Bytes of a number of each type that is read. */
const WIDTHS: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };
/** The format's own limit of its header. */
const LONGEST_HEADER = 100_000_000;

/**
 * The tensors of a safetensors file, by name: 8 bytes of length (little-endian), a JSON header with type, shape and place of each
 * tensor, then the bytes. Read whole: these are single layers, not models.
 * Source: https://github.com/huggingface/safetensors#format
 * @throws CutoverError MODEL_UNUSABLE with the reason; FILE_MISSING, FILE_UNREADABLE
 * @example (await readSafetensors('2_Dense/model.safetensors')).get('linear.weight')?.shape // [512, 768]
 */
export async function readSafetensors(file: string): Promise<ReadonlyMap<string, Tensor>> {
  const bytes = await readWhole(file);
  const refuse = (reason: string): CutoverError =>
    new CutoverError('MODEL_UNUSABLE', { file, reason: `it is no safetensors file: ${reason}` });
  const length = bytes.length < 8 ? 0 : Number(bytes.readBigUInt64LE(0));
  if (length < 2 || length > LONGEST_HEADER || 8 + length > bytes.length) throw refuse('its header is longer than the file');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  } catch (error) {
    throw refuse(reasonOf(error));
  }
  const body = bytes.subarray(8 + length);
  const named = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return new Map(named.map(([name, about]) => [name, tensorOf(name, about, body, refuse)]));
}

/**
 * A safetensors file of float32 tensors, in the order given; the same tensors give the same bytes.
 * @throws RangeError where a tensor does not have the values of its shape
 */
export function safetensorsBytes(tensors: ReadonlyMap<string, Tensor>): Uint8Array {
  let end = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { shape, data }] of tensors) {
    if (data.length !== shape.reduce((product, count) => product * count, 1)) throw new RangeError(`${name} is not ${shape.join(' × ')}.`);
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * data.length] };
    end += 4 * data.length;
  }
  // The bytes begin at a multiple of 8, as the format asks.
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = Buffer.alloc(8 + padded.length + end);
  bytes.writeBigUInt64LE(BigInt(padded.length));
  padded.copy(bytes, 8);
  let at = 8 + padded.length;
  for (const { data } of tensors.values()) for (const value of data) at = bytes.writeFloatLE(value, at);
  return bytes;
}

function tensorOf(name: string, about: unknown, body: Buffer, refuse: (reason: string) => CutoverError): Tensor {
  const { dtype, shape, data_offsets: offsets } = (about ?? {}) as Record<string, unknown>;
  const width = WIDTHS[String(dtype)];
  if (width === undefined) throw refuse(`tensor ${name} is ${dtype}, none of ${Object.keys(WIDTHS).join(', ')}`);
  if (!isCounts(shape) || !isCounts(offsets)) throw refuse(`tensor ${name} has no shape or place`);
  const size = shape.reduce((product, count) => product * count, 1);
  const [start = 0, end = 0] = offsets;
  if (end - start !== size * width || end > body.length) throw refuse(`tensor ${name} does not have the bytes of its shape`);
  const data = new Float32Array(size);
  for (let i = 0; i < size; i++) data[i] = valueAt(body, start + i * width, String(dtype));
  return { shape, data };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function valueAt(bytes: Buffer, at: number, dtype: string): number {
  if (dtype === 'F64') return bytes.readDoubleLE(at);
  if (dtype === 'F32') return bytes.readFloatLE(at);
  const bits = bytes.readUInt16LE(at);
  return dtype === 'BF16' ? bfloat(bits) : halfToFloat(bits);
}

/** The upper half of a float32. */
function bfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 65536);
  return view.getFloat32(0);
}
