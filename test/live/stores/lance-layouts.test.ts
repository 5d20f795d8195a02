import { rmSync } from 'node:fs';
import { connect, Index } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Int64, List, Schema, Struct, Utf8 } from 'apache-arrow';
import { expect, it } from 'vitest';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { BACK, begin, contents, THERE, tag } from './contract.ts';
import { lanceSpec } from './lance-table.ts';

const ROWS = 300;
const vectorOf = (row: number) => [row + 1, row % 7, 1];
const PAGE = new Struct([new Field('title', new Utf8(), true), new Field('page', new Int64(), true)]);
/** As Python's programs lay it out: the vector first, the id behind nested columns and lists. */
const SCHEMA = new Schema([
  new Field('vector', new FixedSizeList(3, new Field('item', new Float32(), true)), true),
  new Field('metadata', PAGE, true),
  new Field('labels', new List(new Field('item', new Utf8(), true)), true),
  new Field('id', new Utf8(), false),
  new Field('body', new Utf8(), true),
]);

it('keeps nested columns, lists and indexes of a table that another program laid out, there and back', async () => {
  const folder = temporaryFolder();
  const connection = await connect(folder);
  const table = await connection.createEmptyTable('chunks', SCHEMA as never);
  await table.add(
    Array.from({ length: ROWS }, (_, row) => ({
      vector: row === 5 ? null : vectorOf(row),
      metadata: { title: `title ${row}`, page: BigInt(row) },
      labels: [`label ${row % 3}`],
      id: `d${row}`,
      body: `text of d${row}`,
    })),
  );
  const config = { id: Index.btree(), labels: Index.labelList(), body: Index.fts(), vector: Index.ivfFlat({ numPartitions: 1 }) };
  for (const [column, own] of Object.entries(config)) await table.createIndex(column, { config: own });
  const others = async () => {
    await table.checkoutLatest();
    const rows = await table.query().select(['id', 'body', 'metadata', 'labels']).toArray();
    return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value))).sort();
  };
  const indexed = async () => {
    await table.checkoutLatest();
    return (await table.listIndices()).map(({ columns, indexType }) => `${indexType} ${columns.join()}`).sort();
  };
  const before = await others();
  const store = (await openLiveStore(lanceSpec(folder), { env: {} })) as ColumnStore;
  await store.prepareTagging();
  const ids = Array.from({ length: ROWS }, (_, row) => `d${row}`);
  expect(await tag(store, ids)).toBe(ROWS - 1);
  const all = ['BTree id', 'FTS body', 'IvfFlat vector', 'LabelList labels'];
  expect(await indexed()).toEqual(all);
  await begin(store);
  const rows = await store.pending({ place: 'next', tag: BACK.next }, null, ROWS);
  const placed = rows.map(({ key, textHash }, row) => ({ key, textHash, vector: Float32Array.from([0, row, 1]), isProof: false }));
  await store.place('next', BACK, placed);
  expect([rows.length, await indexed()]).toEqual([ROWS - 1, all]);
  await store.buildIndexes(3, () => undefined);
  const both = [...all, 'IvfFlat vector_next'].sort();
  expect(await indexed()).toEqual(both);
  await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
  expect(await indexed()).toEqual(both);
  expect(await contents(store, { ids: ['d7'] })).toEqual(['d7 b 0,6,1']);
  expect(await others()).toEqual(before);
  await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
  await store.dropNext(BACK.current, { line: '{"n":5}', seq: 5 });
  expect(await indexed()).toEqual(all);
  expect(await others()).toEqual(before);
  expect(await contents(store, { ids: ['d7'] })).toEqual(['d7 a 8,0,1']);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
