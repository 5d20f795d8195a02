import type { RowBatch, RowColumns } from '../../../formats/row-batch.ts';

/** One file format of a store that is a folder of immutable files. */
export interface SegmentCodec {
  readonly extension: string;
  /** For people: `Arrow segments`. */
  readonly title: string;
  names(file: string): Promise<readonly string[]>;
  read(file: string, columns: RowColumns): AsyncIterable<RowBatch>;
  bytes(texts: Readonly<Record<string, readonly (string | null)[]>>, vector: string, rows: readonly (Float32Array | null)[]): Uint8Array;
  /** The bytes of a file with text columns added or replaced and all else kept; missing where the format can't keep all else. */
  withTexts?(file: string, texts: Readonly<Record<string, readonly (string | null)[]>>): Promise<Uint8Array>;
}
