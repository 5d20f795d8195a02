import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Index } from '@lancedb/lancedb';
import { expect, it } from 'vitest';
import { BACK, contents, OLD } from './contract.ts';
import { lanceSpec, makeLance } from './lance-table.ts';

const ROWS = Array.from({ length: 20 }, (_, i) => ({ id: `d${i}`, body: `text of d${i}`, vector: [i + 1, 1, i % 7] }));

it('builds an index of vectors again that a killed command lost between its last write and the build', async () => {
  const { folder, open, insert, table, destroy } = await makeLance();
  await insert(ROWS);
  await table.createIndex('vector', { config: Index.ivfFlat({ numPartitions: 1, distanceType: 'cosine' }), name: 'own' });
  const store = await open();
  await store.prepareTagging();
  const indexes = async () => {
    await table.checkoutLatest();
    return (await table.listIndices()).map(({ name, columns }) => `${name} ${columns.join()}`);
  };
  expect(await indexes()).toEqual(['own vector']);
  const program = join(import.meta.dirname, 'lance-killed.mjs');
  const { signal } = spawnSync(process.execPath, [program, JSON.stringify(lanceSpec(folder)), OLD]);
  expect([signal, await indexes(), (await contents(store, { tag: OLD })).length]).toEqual(['SIGKILL', [], 20]);
  // Whoever takes a step next, of whatever kind, has it again before that.
  expect(await store.ledger.exclusively(indexes)).toEqual(['own vector']);
  expect([(await table.indexStats('own'))?.distanceType, existsSync(join(folder, 'cutover_indexes_chunks.json'))]).toEqual([
    'cosine',
    false,
  ]);
  // One that its owner drops stays away.
  await table.dropIndex('own');
  await store.ledger.append('{"live":"a"}', 1, OLD);
  await store.addNext(BACK, 3, { line: '{"n":2}', seq: 2 });
  expect([await store.ledger.exclusively(indexes), (await store.pending({ place: 'next', tag: BACK.next }, null, 100)).length]).toEqual([
    [],
    20,
  ]);
  await store.close();
  await destroy();
});
