import { CutoverError } from '../../core/errors.ts';
import { loadLancedb } from '../../databases/lancedb.ts';
import type { StoreAdapter } from './adapter.ts';
import { LanceStore } from './lance/store.ts';
import { LanceTable } from './lance/table.ts';

/** A table of LanceDB, in a folder. */
export const lancedb: StoreAdapter = {
  id: 'lancedb',
  title: 'LanceDB',
  needs: ['path', 'table'],
  open: async (spec, { corpus }) => {
    const name = spec.table ?? '';
    const title = `LanceDB table ${name} in ${spec.path ?? ''}`;
    const { connect } = await loadLancedb();
    const connection = await connect(spec.path ?? '');
    if (!(await connection.tableNames()).includes(name)) throw new CutoverError('STORE_TABLE_MISSING', { store: title });
    return new LanceStore(spec, new LanceTable(title, name, connection, await connection.openTable(name)), corpus);
  },
};
