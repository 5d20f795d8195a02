import { CutoverError, type ErrorValues } from '../core/errors.ts';
import type { VectorEncoding, VectorFile } from '../model/version.ts';
import { type Column, readArrow } from './arrow.ts';
import { endingOf } from './gzip.ts';
import { readJsonl, readLines } from './lines.ts';
import { type ByteSource, npyBlocks, npyTexts, readNpy, readNpz } from './npy.ts';
import { parquetNames, readParquetRows } from './parquet.ts';

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

/** One vector of a file of precomputed vectors. */
export interface FileVector {
  readonly id: string;
  /** The version tag written beside the vector; null where the file carries none. */
  readonly tag: string | null;
  /** SHA-256 of the text that was embedded (64 hex digits); null where the file carries none. */
  readonly textHash: string | null;
  /** Float32Array [d]; finite, not all zero, d the same throughout the file. */
  readonly vector: Float32Array;
}

/** A row as it is in the file. */
interface Located extends Omit<FileVector, 'vector'> {
  /** `file:line` or `file: row n`. */
  readonly where: string;
  readonly values: ArrayLike<number>;
  /** Whether the file keeps whole numbers, which an encoding has to explain. */
  readonly isWhole: boolean;
}

/**
 * Streams precomputed vectors, by extension; each may be gzipped, with `.gz` behind it:
 * - `.jsonl`: `{"id": "d1", "vector": [0.1, …], "tag": "…", "text_hash": "…"}`, the last two optional;
 * - `.npy`: [n × d], with `ids` naming a text file of n lines, one id each;
 * - `.npz`: NumPy's zip of two arrays, `ids` (texts) and `vectors` [n × d]; read whole;
 * - `.arrow`, `.parquet`: columns `id`, `vector`, and where there are any `tag` (or `version`) and `text_hash` (text, or 32 bytes).
 *
 * Whole numbers are read by the file's `encoding`, and refused without one.
 * @throws CutoverError VECTOR_FILE_FORMAT; VECTOR_FILE_MALFORMED, JSON_MALFORMED, NPY_MALFORMED, ARROW_MALFORMED, each naming
 * file and line, row or byte; FILE_MISSING, FILE_UNREADABLE
 * @example for await (const { id, vector } of readVectorFile({ path: 'docs.npy', ids: 'docs.ids.txt' })) …
 */
export async function* readVectorFile(file: VectorFile): AsyncGenerator<FileVector> {
  const seen = new Set<string>();
  let dimension = 0;
  for await (const { where, values, isWhole, ...row } of read(file)) {
    if (row.id === '') throw malformed(where, 'the id is empty');
    if (seen.has(row.id)) throw malformed(where, `the id ${JSON.stringify(row.id)} is here a second time`);
    seen.add(row.id);
    // Packed bits are also saved as floats, and JSON has no types.
    const vector = decoded(values, file.encoding, isWhole || looksQuantised(values));
    if (typeof vector === 'string') throw malformed(where, vector);
    if (dimension === 0) dimension = vector.length;
    checkVector(vector, dimension, where);
    yield { ...row, vector };
  }
}

function read(file: VectorFile): AsyncGenerator<Located> {
  switch (endingOf(file.path)) {
    case '.jsonl':
      return readJsonVectors(file.path);
    case '.npy':
      return readNpyVectors(file.path, file.ids);
    case '.npz':
      return readNpzVectors(file.path);
    case '.arrow':
      return readArrowVectors(file.path);
    case '.parquet':
      return readParquetVectors(file.path);
    default:
      throw new CutoverError('VECTOR_FILE_FORMAT', { file: file.path });
  }
}

function malformed(where: string, reason: string): CutoverError {
  return new CutoverError('VECTOR_FILE_MALFORMED', { where, reason } satisfies ErrorValues<'VECTOR_FILE_MALFORMED'>);
}

function checkVector(vector: Float32Array, dimension: number, where: string): void {
  if (vector.length === 0) throw malformed(where, 'the vector is empty');
  if (vector.length !== dimension) throw malformed(where, `the vector has ${vector.length} values, those before it ${dimension}`);
  let largest = 0;
  for (const value of vector) {
    if (!Number.isFinite(value)) throw malformed(where, 'the vector has a value that is not a finite float32');
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0) throw malformed(where, 'the vector is all zero');
}

async function* readJsonVectors(path: string): AsyncGenerator<Located> {
  for await (const { line, value } of readJsonl(path)) {
    const where = `${path}:${line}`;
    if (typeof value !== 'object' || value === null) throw malformed(where, 'the line is not an object');
    const { vector, tag = null, text_hash: textHash = null, ...rest } = value as Record<string, unknown>;
    const id = Number.isSafeInteger(rest.id) ? String(rest.id) : rest.id;
    if (typeof id !== 'string') throw malformed(where, '"id" is not a text');
    if (!Array.isArray(vector) || vector.some((item) => typeof item !== 'number'))
      throw malformed(where, '"vector" is not a list of numbers');
    if (tag !== null && typeof tag !== 'string') throw malformed(where, '"tag" is not a text');
    if (textHash !== null && typeof textHash !== 'string') throw malformed(where, '"text_hash" is not a text');
    yield { where, id, tag, textHash, values: vector as number[], isWhole: false };
  }
}

async function* readNpyVectors(path: string, idFile: string | undefined): AsyncGenerator<Located> {
  if (idFile === undefined) throw malformed(path, 'a .npy file holds no ids; name a text file of one id a line under `ids`');
  const ids: { text: string; number: number }[] = [];
  for await (const line of readLines(idFile)) ids.push(line);
  const onShape = (rows: number): void => {
    if (rows !== ids.length) throw malformed(idFile, `${ids.length} ids for the ${rows} rows of ${path}`);
  };
  for await (const { firstRow, columns, data, isWhole } of readNpy(path, onShape)) {
    for (let row = 0; row < data.length / columns; row++) {
      const line = ids[firstRow + row];
      if (line === undefined) throw malformed(idFile, `no id for row ${firstRow + row} of ${path}`);
      const where = `${path}: row ${firstRow + row} (${idFile}:${line.number})`;
      const values = data.slice(row * columns, (row + 1) * columns);
      yield { where, id: line.text.trim(), tag: null, textHash: null, values, isWhole };
    }
  }
}

async function* readNpzVectors(path: string): AsyncGenerator<Located> {
  const arrays = await readNpz(path);
  const [idArray, vectorArray] = ['ids', 'vectors'].map((name) => {
    const found = arrays.get(name);
    if (found === undefined) throw malformed(path, `there is no array "${name}"; it has ${[...arrays.keys()].join(', ') || 'none'}`);
    return found;
  }) as [ByteSource, ByteSource];
  const ids = await npyTexts(`${path}: ids.npy`, idArray);
  const onShape = (rows: number): void => {
    if (rows !== ids.length) throw malformed(path, `${ids.length} ids for ${rows} vectors`);
  };
  for await (const { firstRow, columns, data, isWhole } of npyBlocks(`${path}: vectors.npy`, vectorArray, onShape))
    for (let row = 0; row < data.length / columns; row++) {
      const values = data.slice(row * columns, (row + 1) * columns);
      yield { where: `${path}: row ${firstRow + row}`, id: ids[firstRow + row] ?? '', tag: null, textHash: null, values, isWhole };
    }
}

async function* readParquetVectors(path: string): AsyncGenerator<Located> {
  const names = await parquetNames(path);
  for (const name of ['id', 'vector']) if (!names.includes(name)) throw malformed(path, `there is no column "${name}"`);
  let firstRow = 0;
  for await (const { texts, vectors, rows, isWhole = false } of readParquetRows(path, {
    texts: ['id', 'tag', 'version', 'text_hash'],
    vector: 'vector',
  })) {
    for (let row = 0; row < rows; row++)
      yield {
        where: `${path}: row ${firstRow + row}`,
        id: texts.id?.[row] ?? '',
        tag: texts.tag?.[row] ?? texts.version?.[row] ?? null,
        textHash: texts.text_hash?.[row] ?? null,
        values: (vectors?.values ?? new Float32Array()).slice(vectors?.offsets[row], vectors?.offsets[row + 1]),
        isWhole,
      };
    firstRow += rows;
  }
}

async function* readArrowVectors(path: string): AsyncGenerator<Located> {
  for await (const { columns, firstRow, rows } of readArrow(path)) {
    const { id, vector, text_hash: textHash } = columns;
    const tag = columns.tag ?? columns.version;
    if (id?.type !== 'text' && id?.type !== 'label') throw malformed(path, 'there is no text column "id"');
    if (vector?.type !== 'vector' && vector?.type !== 'bytes') throw malformed(path, 'there is no column "vector" of lists of floats');
    const isWhole = vector.type === 'bytes' || vector.isWhole === true;
    for (let row = 0; row < rows; row++) {
      yield {
        where: `${path}: row ${firstRow + row}`,
        id: textAt(id, row) ?? '',
        tag: textAt(tag, row),
        textHash: textAt(textHash, row),
        values: vector.data.slice(row * vector.width, (row + 1) * vector.width),
        isWhole,
      };
    }
  }
}

function textAt(column: Column | undefined, row: number): string | null {
  if (column?.type === 'text') return column.values[row] ?? null;
  if (column?.type === 'label') return column.dictionary[column.indices[row] ?? -1] ?? null;
  if (column?.type === 'bytes') return Buffer.from(column.data.subarray(row * column.width, (row + 1) * column.width)).toString('hex');
  return null;
}
