import { rmSync } from 'node:fs';
import { connect } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import type { StoreSpec } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { contents, DIMENSION, type Made, openRows, storeContract } from './contract.ts';

const COLUMNS = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: null, stratum: null };

function specOf(folder: string, more: Partial<StoreSpec> = {}): StoreSpec {
  return { name: 'lance', kind: 'lancedb', path: folder, urlFrom: null, table: 'chunks', columns: COLUMNS, corpus: null, ...more };
}

async function make(): Promise<Made & { readonly folder: string }> {
  const folder = temporaryFolder();
  const connection = await connect(folder);
  const schema = new Schema([
    new Field('id', new Utf8(), false),
    new Field('vector', new FixedSizeList(DIMENSION, new Field('item', new Float32(), true)), true),
  ]);
  const table = await connection.createEmptyTable('chunks', schema as never);
  return {
    folder,
    open: () => openRows(specOf(folder)),
    insertUntagged: async (rows) => {
      await table.add(rows.map(({ id, vector }) => ({ id, vector: [...vector] })));
    },
    destroy: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

describe('a LanceDB table', () => {
  storeContract(make);

  it('says which table or column is missing', async () => {
    const { folder, destroy } = await make();
    await expect(openLiveStore(specOf(folder, { table: 'nowhere' }), { env: {} })).rejects.toMatchObject({ code: 'STORE_TABLE_MISSING' });
    const store = await openLiveStore(specOf(folder, { columns: { ...COLUMNS, vector: 'nothing' } }), { env: {} });
    await expect(contents(store)).rejects.toMatchObject({ code: 'STORE_COLUMN_MISSING' });
    await store.close();
    await destroy();
  });
});
