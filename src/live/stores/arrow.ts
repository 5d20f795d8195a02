import { arrowObstacle, rewriteArrow } from '../../formats/arrow-rewriting.ts';
import { arrowNames, readArrowRows } from '../../formats/arrow-rows.ts';
import type { StoreAdapter } from './adapter.ts';
import { FolderStore } from './folders/store.ts';

/** A folder of Arrow IPC files, or one such file. */
export const arrow: StoreAdapter = {
  id: 'arrow',
  title: 'Arrow segments',
  needs: ['path'],
  open: async (spec, { corpus }) => {
    const codec = {
      extension: '.arrow',
      title: 'Arrow segments',
      names: arrowNames,
      read: readArrowRows,
      rewrite: rewriteArrow,
      obstacle: arrowObstacle,
    };
    return new FolderStore(spec, codec, corpus);
  },
};
