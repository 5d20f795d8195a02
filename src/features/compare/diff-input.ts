import { extname } from 'node:path';
import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { byCodeUnits } from '../../core/order.ts';
import { readNpy } from '../../formats/npy.ts';
import { readVectorFile } from '../../formats/vector-file.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Side } from '../../model/version.ts';

/** Endings of files that hold vectors; any other file is read as a TREC run. */
const VECTORS: ReadonlySet<string> = new Set(['.npy', '.npz', '.arrow', '.parquet', '.jsonl']);

export function holdsVectors(file: string): boolean {
  return VECTORS.has(extname(file).toLowerCase());
}

/** Vectors of a file by id, in the file's order. */
export type VectorsById = ReadonlyMap<string, Float32Array>;

/**
 * Reads a file of vectors. An `.npy` without ids gets its row numbers, from 0.
 * @param ids text file of one id a line, for `.npy`; null where there is none
 * @throws CutoverError of {@link readVectorFile}; DIFF_EMPTY for a file without rows
 */
export async function readVectors(file: string, ids: string | null): Promise<VectorsById> {
  const vectors = extname(file).toLowerCase() === '.npy' && ids === null ? await numbered(file) : await named(file, ids);
  if (vectors.size === 0) throw new CutoverError('DIFF_EMPTY', { file });
  return vectors;
}

async function named(file: string, ids: string | null): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for await (const { id, vector } of readVectorFile({ path: file, ...(ids === null ? {} : { ids }) })) vectors.set(id, vector);
  return vectors;
}

async function numbered(file: string): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for await (const { firstRow, columns, data } of readNpy(file))
    for (let row = 0; row * columns < data.length; row++) {
      const vector = data.subarray(row * columns, (row + 1) * columns);
      if (!vector.every(Number.isFinite) || vector.every((value) => value === 0))
        throw new CutoverError('VECTOR_FILE_MALFORMED', {
          where: `${file}: row ${firstRow + row}`,
          reason: 'the vector is all zero or has a value that is not a finite float32',
        });
      vectors.set(String(firstRow + row), vector);
    }
  return vectors;
}

/** What two files share: rows of the same ids, ascending. */
export interface SharedVectors {
  readonly old: VectorSet<'old'>;
  readonly new: VectorSet<'new'>;
  /** Ids in one file only. */
  readonly onlyOld: number;
  readonly onlyNew: number;
  /** Ids whose vector is the same in both, bit for bit. */
  readonly same: number;
}

/** @param files their names, for errors @throws CutoverError DIFF_APART where no id is in both */
export function shared(before: VectorsById, after: VectorsById, files: { readonly [S in Side]: string }): SharedVectors {
  const ids = [...before.keys()].filter((id) => after.has(id)).sort(byCodeUnits);
  if (ids.length === 0) throw new CutoverError('DIFF_APART', { old: files.old, new: files.new });
  return {
    old: vectorSet('old', ids, before),
    new: vectorSet('new', ids, after),
    onlyOld: before.size - ids.length,
    onlyNew: after.size - ids.length,
    same: ids.filter((id) => equal(before.get(id), after.get(id))).length,
  };
}

/** Vectors of a side have no tag here: the side is what keeps the two spaces apart. */
function vectorSet<S extends Side>(side: S, ids: readonly string[], rows: VectorsById): VectorSet<S> {
  const dimension = rows.get(ids[0] ?? '')?.length ?? 0;
  const data = new Float32Array(ids.length * dimension);
  for (const [row, id] of ids.entries()) data.set(rows.get(id) ?? [], row * dimension);
  return { side, fingerprint: sha256(side) as string as Fingerprint, dimension, ids, data };
}

function equal(a: Float32Array | undefined, b: Float32Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Some rows of a set, in the order given. */
export function rowsOf<S extends Side>(set: VectorSet<S>, rows: readonly number[]): VectorSet<S> {
  const data = new Float32Array(rows.length * set.dimension);
  for (const [i, row] of rows.entries()) data.set(set.data.subarray(row * set.dimension, (row + 1) * set.dimension), i * set.dimension);
  return { ...set, ids: rows.map((row) => set.ids[row] ?? ''), data };
}
