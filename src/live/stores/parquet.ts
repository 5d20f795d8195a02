import { parquetNames, parquetRowBytes, readParquetRows } from '../../formats/parquet.ts';
import type { StoreAdapter } from './adapter.ts';
import { SegmentFolder } from './segments/store.ts';

/** A folder of Parquet files, or one such file. */
export const parquet: StoreAdapter = {
  id: 'parquet',
  title: 'Parquet files',
  needs: ['path'],
  open: async (spec) =>
    new SegmentFolder(spec, spec.path ?? '', {
      extension: '.parquet',
      title: 'Parquet files',
      names: parquetNames,
      read: readParquetRows,
      bytes: parquetRowBytes,
    }),
};
