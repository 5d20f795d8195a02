import type { StoreBatch } from './live-store.ts';

/** The rows of a batch that `wanted` picks; the batch itself where it picks all. */
export function pickRows(batch: StoreBatch, wanted: (row: number) => boolean): StoreBatch {
  const rows = Array.from(batch.ids.keys()).filter(wanted);
  if (rows.length === batch.ids.length) return batch;
  const at = <T>(items: readonly T[]): T[] => rows.map((row) => items[row] as T);
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = (offsets[i] as number) + (batch.offsets[row + 1] as number) - (batch.offsets[row] as number);
  });
  const values = new Float32Array(offsets[rows.length] as number);
  rows.forEach((row, i) => {
    values.set(batch.values.subarray(batch.offsets[row], batch.offsets[row + 1]), offsets[i]);
  });
  return {
    ids: at(batch.ids),
    tags: at(batch.tags),
    textHashes: at(batch.textHashes),
    ...(batch.texts === undefined ? {} : { texts: at(batch.texts) }),
    strata: at(batch.strata),
    offsets,
    values,
  };
}
