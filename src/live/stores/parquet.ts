import { parquetNames, readParquetRows } from '../../formats/parquet.ts';
import { isFullParquet, parquetObstacle, rewriteParquet } from '../../formats/parquet-rewriting.ts';
import type { StoreAdapter } from './adapter.ts';
import { FolderStore } from './folders/store.ts';

/** A folder of Parquet files, or one such file. */
export const parquet: StoreAdapter = {
  id: 'parquet',
  title: 'Parquet files',
  needs: ['path'],
  open: async (spec, { corpus }) => {
    const codec = {
      extension: '.parquet',
      title: 'Parquet files',
      names: parquetNames,
      read: readParquetRows,
      isFull: isFullParquet,
      rewrite: rewriteParquet,
      obstacle: parquetObstacle,
    };
    return new FolderStore(spec, codec, corpus);
  },
};
