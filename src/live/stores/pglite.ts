import { openPglite } from '../../databases/pglite.ts';
import type { StoreAdapter } from './adapter.ts';
import { SqlStore } from './sql/store.ts';

/** A table of an embedded PostgreSQL, in a folder. One process at a time. */
export const pglite: StoreAdapter = {
  id: 'pglite',
  title: 'PGlite, embedded PostgreSQL with pgvector',
  needs: ['path', 'table'],
  open: async (spec) => {
    const title = `PGlite table ${spec.table ?? ''} in ${spec.path ?? ''}`;
    return new SqlStore(spec, title, await openPglite(spec.path ?? '', title), null);
  },
};
