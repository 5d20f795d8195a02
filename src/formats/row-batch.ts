/** Rows of a file that somebody else may have written: any cell but an id may be empty, vectors may be of any length. */
export interface RowBatch {
  readonly rows: number;
  /** Columns asked for that are there: text, or what stands for it. */
  readonly texts: Readonly<Record<string, readonly (string | null)[]>>;
  /** Vector i is `values.subarray(offsets[i], offsets[i + 1])`; empty where there is none. Null where none were asked for. */
  readonly vectors: { readonly offsets: Int32Array; readonly values: Float32Array } | null;
  /** Whether the file keeps whole numbers, which may be quantised or packed; missing where it keeps floats. */
  readonly isWhole?: boolean;
}

export interface RowColumns {
  readonly texts: readonly string[];
  /** Null reads no vectors. */
  readonly vector: string | null;
}

/** Vectors of any length as one array and where each begins. */
export function packed(rows: readonly (ArrayLike<number> | null)[]): { offsets: Int32Array; values: Float32Array } {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = (offsets[i] as number) + (row?.length ?? 0);
  });
  const values = new Float32Array(offsets[rows.length] as number);
  rows.forEach((row, i) => {
    if (row !== null) values.set(row, offsets[i]);
  });
  return { offsets, values };
}

/** The offsets of rows of one length. */
export function evenOffsets(rows: number, width: number): Int32Array {
  return Int32Array.from({ length: rows + 1 }, (_, i) => i * width);
}
