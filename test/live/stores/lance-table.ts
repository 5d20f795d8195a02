import { rmSync } from 'node:fs';
import { connect } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import type { StoreSpec } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import type { AppRow, MadeStore } from './contract.ts';

export const COLUMNS = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: 'body', stratum: null };

export function lanceSpec(folder: string, more: Partial<StoreSpec> = {}): StoreSpec {
  return { name: 'lance', kind: 'lancedb', path: folder, urlFrom: null, table: 'chunks', columns: COLUMNS, corpus: null, ...more };
}

type Table = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['openTable']>>;

/** A table of an application, which holds it too. */
export async function makeLance(): Promise<MadeStore & { readonly folder: string; readonly table: Table }> {
  const folder = temporaryFolder();
  const connection = await connect(folder);
  const schema = new Schema([
    new Field('id', new Utf8(), false),
    new Field('body', new Utf8(), true),
    new Field('extra', new Utf8(), true),
    new Field('vector', new FixedSizeList(3, new Field('item', new Float32(), true)), true),
  ]);
  const table = await connection.createEmptyTable('chunks', schema as never);
  const set = (id: string, values: Record<string, unknown>) =>
    table
      .mergeInsert(['id'])
      .whenMatchedUpdateAll()
      .execute([{ id, ...values }]);
  return {
    folder,
    table,
    open: async () => (await openLiveStore(lanceSpec(folder), { env: {} })) as ColumnStore,
    insert: async (rows: readonly AppRow[]) => {
      await table.checkoutLatest();
      await table.add(
        rows.map(({ id, body, vector }) => ({ id, body, extra: `extra of ${id}`, vector: vector === null ? null : [...vector] })),
      );
    },
    change: async (id, to) => {
      await table.checkoutLatest();
      await set(id, { ...to, ...(to.vector == null ? {} : { vector: [...to.vector] }) });
    },
    remove: async (id) => {
      await table.checkoutLatest();
      await table.delete(`id = '${id}'`);
    },
    extras: async () => {
      await table.checkoutLatest();
      return (await table.query().select(['id', 'extra']).toArray()).map(({ id, extra }) => `${id} ${extra}`).sort();
    },
    destroy: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
