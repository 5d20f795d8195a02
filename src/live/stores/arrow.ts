import { arrowNames, arrowRowBytes, readArrowRows, withTextColumns } from '../../formats/arrow-rows.ts';
import type { StoreAdapter } from './adapter.ts';
import { SegmentFolder } from './segments/store.ts';

/** A folder of Arrow IPC files, or one such file. */
export const arrow: StoreAdapter = {
  id: 'arrow',
  title: 'Arrow segments',
  needs: ['path'],
  open: async (spec) =>
    new SegmentFolder(spec, spec.path ?? '', {
      extension: '.arrow',
      title: 'Arrow segments',
      names: arrowNames,
      read: readArrowRows,
      bytes: arrowRowBytes,
      withTexts: withTextColumns,
    }),
};
