import { type FileHandle, open } from 'node:fs/promises';
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { CutoverError, reasonOf, unreadable } from '../core/errors.ts';
import { readWhole } from '../system/files.ts';
import { plainFile } from './gzip.ts';

/** Vectors shrink to a half at best; a file of zeros that unpacks to gigabytes holds no vectors. */
const MOST_TIMES = 100;
/** Below it an array may be of anything: nothing is lost by unpacking it. */
const HARMLESS_BYTES = 64e6;

/**
 * The arrays of a .npz file by name, uncompressed; the file is read whole.
 * @throws CutoverError NPY_MALFORMED when it is no zip file, FILE_MISSING, FILE_UNREADABLE
 */
export async function readNpz(file: string): Promise<ReadonlyMap<string, ByteSource>> {
  const bytes = await readWhole(await plainFile(file));
  try {
    const entries = Object.entries(unzipSync(bytes, { filter: (entry) => entry.name.endsWith('.npy') && isBounded(entry, file) }));
    return new Map(entries.map(([name, array]) => [name.slice(0, -'.npy'.length), sourceOf(array)]));
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    throw new CutoverError('NPY_MALFORMED', { where: file, reason: `it is no .npz file: ${reasonOf(error)}` }, { cause: error });
  }
}

/** Whether an array may be unpacked: what it claims to hold is asked before memory is given to it. */
function isBounded({ name, size, originalSize }: UnzipFileInfo, file: string): boolean {
  if (originalSize <= HARMLESS_BYTES || originalSize <= MOST_TIMES * size) return true;
  const reason = `${name} would grow from ${size} to ${originalSize} bytes, which vectors do not`;
  throw new CutoverError('NPY_MALFORMED', { where: file, reason });
}

function sourceOf(array: Uint8Array): ByteSource {
  return { size: array.length, read: (position, length) => array.slice(position, position + length) };
}

/** Rows of a .npy file: Float32Array [rows × columns], row-major. */
export interface NpyBlock {
  readonly firstRow: number;
  readonly columns: number;
  readonly data: Float32Array;
  /** Whether the file keeps whole numbers of a byte. */
  readonly isWhole: boolean;
}

interface Header {
  readonly rows: number;
  readonly columns: number;
  readonly type: 'f2' | 'f4' | 'f8' | 'i1' | 'u1';
  /** Whether columns follow each other, as Fortran keeps them and NumPy saves what was transposed. */
  readonly byColumn: boolean;
  /** Byte that the data starts at. */
  readonly start: number;
}

const BLOCK_BYTES = 1 << 20;

/**
 * Streams a two-dimensional array of a .npy file (versions 1 to 3; little-endian float16, float32, float64) as float32. One in Fortran order is
 * read whole and turned.
 * Source: NEP 1, https://numpy.org/neps/nep-0001-npy-format.html
 * @param onShape gets the shape before the first block
 * @throws CutoverError NPY_MALFORMED (naming the byte), FILE_MISSING, FILE_UNREADABLE
 */
export async function* readNpy(file: string, onShape?: (rows: number, columns: number) => void): AsyncGenerator<NpyBlock> {
  const handle = await openFile(await plainFile(file));
  try {
    const { size } = await handle.stat();
    yield* npyBlocks(file, { size, read: (position, length) => readBytes(file, handle, position, length) }, onShape);
  } finally {
    await handle.close();
  }
}

/** Bytes that are read piece by piece. */
export interface ByteSource {
  readonly size: number;
  /** @returns a copy of the bytes */
  read(position: number, length: number): Promise<Uint8Array> | Uint8Array;
}

/** The same from any source. @param file what errors call it */
export async function* npyBlocks(
  file: string,
  source: ByteSource,
  onShape?: (rows: number, columns: number) => void,
): AsyncGenerator<NpyBlock> {
  const header = await readHeader(file, source);
  onShape?.(header.rows, header.columns);
  const rowBytes = header.columns * Number(header.type[1]);
  const isWhole = header.type[1] === '1';
  if (header.byColumn) {
    const { rows, columns, start } = header;
    const data = rowsFirst(toFloat32(await source.read(start, rows * rowBytes), header.type), rows, columns);
    if (rows > 0) yield { firstRow: 0, columns, data, isWhole };
    return;
  }
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
  for (let firstRow = 0; firstRow < header.rows; firstRow += rowsPerBlock) {
    const rows = Math.min(rowsPerBlock, header.rows - firstRow);
    const bytes = await source.read(header.start + firstRow * rowBytes, rows * rowBytes);
    yield { firstRow, columns: header.columns, data: toFloat32(bytes, header.type), isWhole };
  }
}

/**
 * A one-dimensional array of texts (`<U…`, or bytes `|S…` in UTF-8), as NumPy pads them.
 * @throws CutoverError NPY_MALFORMED
 */
export async function npyTexts(file: string, source: ByteSource): Promise<string[]> {
  const { start, text, headerStart } = await readHead(file, source);
  const type = /'descr'\s*:\s*'([<|])([US])(\d+)'/.exec(text);
  const shape = /'shape'\s*:\s*\(\s*(\d+)\s*,\s*\)/.exec(text);
  if (type === null || shape === null) throw malformed(file, headerStart, `it is not a list of texts: ${text.trim()}`);
  const width = Number(type[3]) * (type[2] === 'U' ? 4 : 1);
  const rows = Number(shape[1]);
  if (source.size !== start + rows * width) throw malformed(file, source.size, `${rows} texts of ${width} bytes do not end here`);
  const bytes = Buffer.from(await source.read(start, rows * width));
  return Array.from({ length: rows }, (_, row) => paddedText(bytes.subarray(row * width, (row + 1) * width), type[2] === 'U'));
}

function paddedText(bytes: Buffer, wide: boolean): string {
  if (!wide) return bytes.toString('utf8').replace(/\0+$/, '');
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) text += String.fromCodePoint(bytes.readUInt32LE(at));
  return text.replace(/\0+$/, '');
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function malformed(file: string, byte: number, reason: string): CutoverError {
  return new CutoverError('NPY_MALFORMED', { where: `${file}: byte ${byte}`, reason });
}

async function readBytes(file: string, handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw malformed(file, position + filled, `the file ends here, ${length - filled} bytes too early`);
    filled += bytesRead;
  }
  return bytes;
}

async function readHead(file: string, source: ByteSource): Promise<{ start: number; headerStart: number; text: string }> {
  const { size } = source;
  const head = Buffer.from(await source.read(0, Math.min(size, 12)));
  if (head.toString('latin1', 0, 6) !== '\x93NUMPY' || size < 12) throw malformed(file, 0, 'this is not a .npy file');
  const version = head[6] ?? 0;
  if (version < 1 || version > 3) throw malformed(file, 6, `.npy version ${version} is not known`);
  const headerStart = version === 1 ? 10 : 12;
  const length = version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
  const start = headerStart + length;
  if (start > size) throw malformed(file, size, 'the file ends inside its header');
  return { start, headerStart, text: Buffer.from(await source.read(headerStart, length)).toString('utf8') };
}

async function readHeader(file: string, source: ByteSource): Promise<Header> {
  const { size } = source;
  const { start, headerStart, text } = await readHead(file, source);
  const header = { ...parseHeader(file, headerStart, text), start };
  const expected = start + header.rows * header.columns * Number(header.type[1]);
  if (size !== expected)
    throw malformed(
      file,
      Math.min(size, expected),
      `${header.rows} rows of ${header.columns} end at byte ${expected}, the file at ${size}`,
    );
  return header;
}

function parseHeader(file: string, byte: number, text: string): Omit<Header, 'start'> {
  const type = /'descr'\s*:\s*'(?:<(f[248])|[|<]([iu]1))'/
    .exec(text)
    ?.slice(1)
    .find((found) => found !== undefined);
  if (type === undefined)
    throw malformed(file, byte, `its type is not little-endian float16, float32 or float64, int8 or uint8: ${text.trim()}`);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  if (order === undefined) throw malformed(file, byte, `it does not say in which order its values are: ${text.trim()}`);
  const shape = /'shape'\s*:\s*\(\s*(\d+)\s*,\s*(\d+)\s*,?\s*\)/.exec(text);
  if (shape === null) throw malformed(file, byte, `it does not have two dimensions: ${text.trim()}`);
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  if (columns === 0) throw malformed(file, byte, 'its rows have no values');
  return { rows, columns, type: type as Header['type'], byColumn: order === 'True' };
}

/** Columns one after the other → rows one after the other. */
function rowsFirst(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) turned[row * columns + column] = data[column * rows + row] ?? 0;
  return turned;
}

function toFloat32(bytes: Uint8Array, type: Header['type']): Float32Array {
  if (type === 'i1') return Float32Array.from(new Int8Array(bytes.buffer));
  if (type === 'u1') return Float32Array.from(bytes);
  if (type === 'f4') return new Float32Array(bytes.buffer);
  if (type === 'f8') return Float32Array.from(new Float64Array(bytes.buffer));
  return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat);
}

/** IEEE 754 binary16 → number. @example halfToFloat(0x3c00) // 1 */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
