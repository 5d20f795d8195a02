import { connect } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import { BACK, besideContract, contents, NEW, OLD, THERE } from './contract.ts';
import { COLUMNS, lanceSpec, makeLance } from './lance-table.ts';

describe('a LanceDB table with a column beside', () => {
  besideContract(makeLance, '0,1');

  it('adds and exchanges its columns while programs write rows all the time', async () => {
    const { open, insert, folder, destroy } = await makeLance();
    await insert(['d1', 'd2'].map((id) => ({ id, body: `text of ${id}`, vector: [1, 0, 0] })));
    const store = await open();
    let writes = 0;
    let isOver = false;
    const writers = Array.from({ length: 4 }, async (_, i) => {
      const table = await (await connect(folder)).openTable('chunks');
      for (; !isOver; writes++) {
        await table.checkoutLatest();
        await table.update({ where: `id = 'd${(i % 2) + 1}'`, values: { body: `text ${writes}` } }).catch(() => undefined);
      }
    });
    await store.prepareTagging();
    await store.ledger.append('{"live":"a"}', 1, OLD);
    await store.addNext(BACK, 3, { line: '{"n":2}', seq: 2 });
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
    isOver = true;
    await Promise.all(writers);
    expect([await store.sides(), (await store.ledger.read()).length, writes > 3]).toEqual([BACK, 4, true]);
    await store.close();
    await destroy();
  });

  it('says which table or column is missing', async () => {
    const { folder, destroy } = await makeLance();
    await expect(openLiveStore(lanceSpec(folder, { table: 'nowhere' }), { env: {} })).rejects.toMatchObject({
      code: 'STORE_TABLE_MISSING',
    });
    const store = await openLiveStore(lanceSpec(folder, { columns: { ...COLUMNS, vector: 'nothing' } }), { env: {} });
    await expect(contents(store)).rejects.toMatchObject({ code: 'STORE_COLUMN_MISSING' });
    await store.close();
    await destroy();
  });

  it('goes on after a kill between the exchange and its entry, and after one that left columns behind', async () => {
    const { open, insert, table, destroy } = await makeLance();
    await insert([{ id: 'd1', body: 'text of d1', vector: [1, 0, 0] }]);
    const store = await open();
    await store.prepareTagging();
    await store.ledger.append('{"live":"a"}', 1, OLD);
    // Killed while columns were added: nobody registered them.
    await store.addNext({ current: OLD, next: NEW }, 5, { line: '{"n":3}', seq: 3 }).catch(() => undefined);
    expect(await store.sides()).toEqual({ current: OLD, next: null });
    await store.addNext({ current: OLD, next: NEW }, 3, { line: '{"n":2}', seq: 2 });
    // Killed right after the exchange: the table says that it counts.
    const { ledger } = store as unknown as { ledger: { announce(...args: unknown[]): Promise<void> } & ColumnStore['ledger'] };
    await ledger.announce({ line: '{"n":3}', seq: 3 }, { live: NEW, next: OLD, made: 'columns' }, true);
    expect([await store.sides(), await ledger.read()]).toEqual([{ current: OLD, next: NEW }, ['{"live":"a"}', '{"n":2}']]);
    await table.checkoutLatest();
    const pairs = ['vector', 'cutover_tag', 'cutover_text_hash'].flatMap((name) => [
      { path: name, rename: `${name}_next` },
      { path: `${name}_next`, rename: name },
    ]);
    await table.alterColumns(pairs);
    const again = await open();
    expect([await again.sides(), await again.ledger.read()]).toEqual([{ current: NEW, next: OLD }, ['{"live":"a"}', '{"n":2}', '{"n":3}']]);
    await again.ledger.append('{"n":4}', 4, null);
    expect([await store.sides(), await store.ledger.read()]).toEqual([
      { current: NEW, next: OLD },
      ['{"live":"a"}', '{"n":2}', '{"n":3}', '{"n":4}'],
    ]);
    await Promise.all([store.close(), again.close()]);
    await destroy();
  });

  it('names what another program did to the table under way', async () => {
    const { open, insert, table, destroy } = await makeLance();
    await insert([{ id: 'd1', body: 'text of d1', vector: [1, 0, 0] }]);
    const store = await open();
    await store.prepareTagging();
    await store.ledger.append('{"live":"a"}', 1, OLD);
    await store.addNext({ current: OLD, next: NEW }, 3, { line: '{"n":2}', seq: 2 });
    await table.checkoutLatest();
    await table.dropColumns(['cutover_tag_next']);
    const lost = { code: 'STORE_COLUMN_MISSING', message: expect.stringContaining('no column cutover_tag_next') };
    await expect(store.pending({ place: 'next', tag: NEW }, null, 10)).rejects.toMatchObject(lost);
    await expect(store.exchange({ current: NEW, next: OLD }, { line: '{"n":3}', seq: 3 })).rejects.toMatchObject(lost);
    expect([await contents(store), await store.sides()]).toEqual([['d1 - 1,0,0'], { current: OLD, next: NEW }]);
    await store.close();
    await destroy();
  });

  it('switches a table that another program has written to since it was read, and names one that was taken back', async () => {
    const { open, insert, extras, table, destroy } = await makeLance();
    await insert([{ id: 'd1', body: 'text of d1', vector: [1, 0, 0] }]);
    const store = await open();
    await store.prepareTagging();
    await store.ledger.append('{"live":"a"}', 1, OLD);
    const before = await (async () => {
      await table.checkoutLatest();
      return table.version();
    })();
    await store.addNext(BACK, 3, { line: '{"n":2}', seq: 2 });
    const [row] = await store.pending({ place: 'next', tag: NEW }, null, 10);
    const placed = { key: row?.key ?? [], textHash: row?.textHash ?? sha256(''), vector: Float32Array.of(0, 0, 1), isProof: false };
    await store.place('next', BACK, [placed]);
    // Its version moves between what the step has read and the switch.
    await insert([{ id: 'd2', body: 'text of d2', vector: [0, 1, 0] }]);
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    expect([await contents(store), await store.progress(THERE)]).toEqual([
      ['d1 b 0,0,1'],
      expect.objectContaining({ wanted: 2, lacking: { current: 1, next: 2 } }),
    ]);
    expect(await contents(store, { place: 'next' })).toEqual(['d1 - 1,0,0', 'd2 - 0,1,0']);
    await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
    await table.checkout(before);
    await table.restore();
    const lost = { code: 'STORE_COLUMN_MISSING', message: expect.stringContaining('no column vector_next') };
    await expect(store.exchange(THERE, { line: '{"n":5}', seq: 5 })).rejects.toMatchObject(lost);
    await expect(store.pending({ place: 'next', tag: NEW }, null, 10)).rejects.toMatchObject(lost);
    expect([await contents(store), await extras(), await store.sides()]).toEqual([['d1 - 1,0,0'], ['d1 extra of d1'], BACK]);
    await store.close();
    await destroy();
  });

  it('foresees indexes and refuses what it could not do', async () => {
    const { folder, open, insert, table, destroy } = await makeLance();
    await insert(Array.from({ length: 300 }, (_, i) => ({ id: `d${i}`, body: `text ${i}`, vector: [i, 1, i % 7] })));
    await table.createIndex('vector', {});
    const store = await open();
    await store.prepareTagging();
    const foresight = await store.foresee(NEW, 4);
    expect([foresight.refusals, foresight.rows]).toEqual([[], 300]);
    expect(foresight.statements).toEqual([
      expect.stringContaining('under the tag cutover-start'),
      'add the columns vector_next (4 × float32), cutover_tag_next and cutover_text_hash_next',
      'write vector, tag and hash of each row by merge; no other column is named',
      'build an index IvfPq over vector_next',
    ]);
    await store.rehearse(NEW, 4);
    await table.checkoutLatest();
    expect((await table.schema()).names).toEqual(['id', 'body', 'extra', 'vector', 'cutover_tag', 'cutover_text_hash']);
    const silent = await openLiveStore(lanceSpec(folder, { columns: { ...COLUMNS, text: null } }), { env: {} });
    expect((await silent.foresee(NEW, 4)).refusals).toMatchObject([{ reason: 'nothing says which text a row has' }]);
    await insert([{ id: 'd1', body: 'again', vector: [1, 1, 1] }]);
    expect((await store.planTagging()).refusals).toMatchObject([{ reason: 'more than one row has the id "d1"' }]);
    await table
      .mergeInsert(['body'])
      .whenMatchedUpdateAll()
      .execute([{ body: 'again', cutover_tag: NEW }]);
    expect((await store.planTagging()).refusals).toMatchObject([{ reason: expect.stringContaining('two rows a document') }]);
    await Promise.all([store.close(), silent.close()]);
    await destroy();
  });
});
