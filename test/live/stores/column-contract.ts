import { expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { liveTag, searchLive } from '../../../src/live/stores/guarded-search.ts';
import { snapshotOf } from '../../../src/live/stores/snapshot.ts';
import { contents, NEW, OLD } from './contract.ts';

/** A table that exists and is empty: columns `id` text, key; `body` text; `embedding` vector(3). Each test gets its own. */
export interface MadeTable {
  open(): Promise<ColumnStore>;
  /** Statements by a program that knows nothing of tags. Whoever holds the store gets it again. */
  write(sql: string): Promise<void>;
  /** Table and columns as its statements call them. */
  readonly table: string;
  readonly id: string;
  readonly vector: string;
  destroy(): Promise<void>;
}

const HASH = (id: string) => sha256(`text of ${id}`);

/** What every table with a column beside has to do. */
export function columnContract(make: () => Promise<MadeTable>): void {
  const using = (name: string, work: (store: ColumnStore, made: MadeTable) => Promise<void>, tagged = true) =>
    it(name, async () => {
      const made = await make();
      const store = await made.open();
      try {
        if (tagged) await store.prepareTagging();
        await work(store, made);
      } finally {
        await store.close();
        await made.destroy();
      }
    });
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const insert = (made: MadeTable, rows: readonly (readonly [id: string, vector: readonly number[]])[]) =>
    made.write(
      rows
        .map(
          ([id, vector]) =>
            `INSERT INTO ${made.table} (${made.id}, body, ${made.vector}) VALUES (${quote(id)}, ${quote(`text of ${id}`)}, '[${vector.join(',')}]');`,
        )
        .join('\n'),
    );
  const tag = (store: ColumnStore, ids: readonly string[]) =>
    store.tagRows(
      ids.map((id) => ({ id, textHash: HASH(id) })),
      OLD,
    );
  const begin = async (store: ColumnStore) => {
    await store.ledger.append('{"live":"a"}', 1, OLD);
    await store.addNext({ current: OLD, next: NEW }, 3, { line: '{}', seq: 2 });
    return { current: OLD, next: NEW };
  };
  const fill = async (store: ColumnStore, vector: readonly number[]) => {
    const sides = await store.sides();
    const rows = await store.pending({ place: 'next', tag: sides?.next as Fingerprint }, null, 100);
    return store.place(
      'next',
      sides ?? { current: OLD, next: NEW },
      rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.from(vector), isProof: false })),
    );
  };

  using(
    'gets tags, says before what it will do, and can be asked again',
    async (store, made) => {
      await insert(made, [
        ['d1', [1, 0, 0]],
        ['d2', [0, 1, 0]],
      ]);
      expect(await contents(store)).toEqual(['d1 - 1,0,0', 'd2 - 0,1,0']);
      const plan = await store.planTagging();
      expect([plan.ready, plan.refusals]).toEqual([false, []]);
      await store.prepareTagging();
      await store.prepareTagging();
      expect(await store.planTagging()).toMatchObject({ statements: [], ready: true });
      expect(await tag(store, ['d1'])).toBe(1);
      expect(await store.tagRows([{ id: 'd1', textHash: HASH('d1') }], NEW)).toBe(0);
      expect(await store.tagRows([{ id: 'd2', textHash: sha256('another text') }], OLD)).toBe(0);
      expect(await store.tagRows([{ id: 'd2', textHash: HASH('d2'), vector: Float32Array.of(9, 9, 9) }], OLD)).toBe(0);
      expect(await contents(store)).toEqual(['d1 a 1,0,0', 'd2 - 0,1,0']);
      for await (const { textHashes } of store.read({ tag: OLD })) expect(textHashes).toEqual([HASH('d1')]);
    },
    false,
  );

  using('keeps ids and texts whatever is in them', async (store, made) => {
    const ids = [`it's`, 'with "quotes"', 'a\\b', 'ünïcödé 👍', 'a,b', '{x}', '`tick`', 'two\nlines', 'a/b'];
    await insert(
      made,
      ids.map((id, i) => [id, [i + 1, 0, 0]] as const),
    );
    expect(await tag(store, ids)).toBe(ids.length);
    const found: string[] = [];
    for await (const batch of store.read({ tag: OLD })) found.push(...batch.ids);
    expect(found.sort()).toEqual([...ids].sort());
    for (const id of ids) expect(await contents(store, { ids: [id] })).toHaveLength(1);
  });

  using('has one content hash, whatever the order of the rows', async (store, made) => {
    await insert(made, [
      ['d1', [1, 0, 0]],
      ['d2', [0, 1, 0]],
      ['d3', [0, 0, 1]],
    ]);
    await tag(store, ['d1', 'd2', 'd3']);
    const once = await snapshotOf(store);
    expect(once.tags[OLD]?.rows).toBe(3);
    await made.write(`DELETE FROM ${made.table} WHERE ${made.id} = 'd1'`);
    expect((await snapshotOf(store)).tags[OLD]?.hash).not.toBe(once.tags[OLD]?.hash);
    await insert(made, [['d1', [1, 0, 0]]]);
    await tag(store, ['d1']);
    expect(await snapshotOf(store)).toEqual(once);
  });

  using('clears the tag of what a statement does not prove, and keeps the rest', async (store, made) => {
    await insert(made, [
      ['d1', [1, 0, 0]],
      ['d2', [0, 1, 0]],
      ['d3', [0, 0, 1]],
      ['d4', [1, 1, 0]],
      ['d5', [1, 1, 1]],
    ]);
    await tag(store, ['d1', 'd2', 'd3', 'd4', 'd5']);
    const set = (id: string, sql: string) => made.write(`UPDATE ${made.table} SET ${sql} WHERE ${made.id} = '${id}'`);
    await set('d1', `body = 'new'`);
    await set('d2', `body = 'new', ${made.vector} = '[0,1,1]', cutover_tag = '${OLD}'`);
    await set('d3', `body = 'new', cutover_tag = '${OLD}'`);
    await set('d4', `body = body, ${made.vector} = ${made.vector}, cutover_tag = cutover_tag, cutover_text_hash = 'mine'`);
    await set('d5', `${made.vector} = '[0,1,1]', cutover_tag = 'not a tag'`);
    expect(await contents(store)).toEqual(['d1 - 1,0,0', 'd2 a 0,1,1', 'd3 - 0,0,1', 'd4 a 1,1,0', 'd5 - 0,1,1']);
    const hashes: (string | null)[] = [];
    for await (const { ids, textHashes } of store.read()) for (const [i, id] of ids.entries()) hashes.push(`${id} ${textHashes[i]}`);
    expect(hashes.sort()).toEqual(['d1 null', `d2 ${sha256('new')}`, 'd3 null', `d4 ${HASH('d4')}`, 'd5 null']);
  });

  using('writes a column beside, only where the text is still the one that was embedded', async (store, made) => {
    await insert(made, [
      ['d1', [1, 0, 0]],
      ['d2', [0, 1, 0]],
    ]);
    await tag(store, ['d1', 'd2']);
    const sides = await begin(store);
    expect(await store.sides()).toEqual(sides);
    const rows = await store.pending({ place: 'next', tag: NEW }, null, 100);
    expect(rows.map(({ id, text }) => [id, text])).toEqual([
      ['d1', 'text of d1'],
      ['d2', 'text of d2'],
    ]);
    await made.write(`UPDATE ${made.table} SET body = 'changed' WHERE ${made.id} = 'd2'`);
    const made2 = rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.of(0, 0, 1), isProof: false }));
    expect(await store.place('next', sides, made2)).toEqual([['d1']]);
    expect(await store.place('next', { current: NEW, next: OLD }, made2)).toBeNull();
    expect(await contents(store, { place: 'next' })).toEqual(['d1 b 0,0,1']);
    expect(await store.progress(sides)).toMatchObject({ wanted: 2, lacking: { current: 1, next: 1 }, examples: ['d2'], withoutText: 0 });
  });

  using('exchanges the columns and back with the entry, and drops what is not live', async (store, made) => {
    await insert(made, [
      ['d1', [1, 0, 0]],
      ['d2', [0, 1, 0]],
    ]);
    await tag(store, ['d1', 'd2']);
    await begin(store);
    await fill(store, [0, 0, 1]);
    await store.buildIndexes(3, () => undefined);
    const back = { current: OLD, next: NEW };
    const there = { current: NEW, next: OLD };
    await store.exchange(there, null);
    expect(await store.sides()).toEqual(back);
    await store.exchange(there, { line: '{"n":3}', seq: 3 });
    expect([await store.sides(), await contents(store), await contents(store, { place: 'next' })]).toEqual([
      there,
      ['d1 b 0,0,1', 'd2 b 0,0,1'],
      ['d1 a 1,0,0', 'd2 a 0,1,0'],
    ]);
    await expect(store.exchange(back, { line: '{"n":3}', seq: 3 })).rejects.toMatchObject({ code: 'LEDGER_MOVED' });
    expect(await store.sides()).toEqual(there);
    await made.write(`UPDATE ${made.table} SET body = 'changed' WHERE ${made.id} = 'd2'`);
    await store.exchange(back, { line: '{"n":4}', seq: 4 });
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([
      ['d1 a 1,0,0', 'd2 - 0,1,0'],
      ['d1 b 0,0,1', 'd2 - 0,0,1'],
    ]);
    await store.dropNext(OLD, { line: '{"n":5}', seq: 5 });
    expect(await store.sides()).toEqual({ current: OLD, next: null });
    expect([await contents(store), await contents(store, { place: 'next' }).catch(() => 'gone')]).toEqual([
      ['d1 a 1,0,0', 'd2 - 0,1,0'],
      expect.anything(),
    ]);
    expect(await store.ledger.read()).toHaveLength(5);
  });

  using('takes a vector away for both versions, and knows one that is only beside', async (store, made) => {
    await insert(made, [
      ['d1', [1, 0, 0]],
      ['d2', [0, 1, 0]],
    ]);
    await tag(store, ['d1', 'd2']);
    const sides = await begin(store);
    await fill(store, [0, 0, 1]);
    await made.write(`UPDATE ${made.table} SET ${made.vector} = NULL WHERE ${made.id} = 'd1'`);
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([['d2 a 0,1,0'], ['d2 b 0,0,1']]);
    expect(await store.progress(sides)).toMatchObject({ wanted: 1, empty: 1, nextOnly: 0, lacking: { current: 0, next: 0 } });
    // A writer that knows of both versions may write the next one first.
    const nextVector = made.vector.replace(/"?$/, (end) => `_next${end}`);
    await made.write(`UPDATE ${made.table} SET ${nextVector} = '[1,1,1]', cutover_tag_next = '${NEW}' WHERE ${made.id} = 'd1'`);
    expect(await contents(store, { place: 'next' })).toEqual(['d1 b 1,1,1', 'd2 b 0,0,1']);
    expect(await store.progress(sides)).toMatchObject({ wanted: 2, empty: 0, nextOnly: 1, lacking: { current: 1, next: 0 } });
  });

  using('finds the nearest of the live version, and guards which one', async (store, made) => {
    await insert(made, [
      ['d1', [1, 0, 0]],
      ['d2', [0.9, 0.1, 0]],
      ['d3', [0, 1, 0]],
      ['d4', [1, 0, 0]],
    ]);
    await tag(store, ['d1', 'd2', 'd3']);
    const query = { tag: OLD, vector: Float32Array.of(1, 0, 0) };
    const { hits } = await store.nearest(query, 2);
    expect(hits.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(hits[0]?.score).toBeCloseTo(1, 5);
    expect(await liveTag(store)).toBeNull();
    await expect(searchLive(store, query, 2)).rejects.toMatchObject({ code: 'STORE_NOT_LIVE' });
    await store.ledger.append(JSON.stringify({ live: OLD }), 1, OLD);
    const notes: string[] = [];
    expect((await searchLive(store, query, 9, { onNote: (note) => notes.push(note) })).map(({ id }) => id)).toEqual(['d1', 'd2', 'd3']);
    expect(notes).toEqual([expect.stringContaining('3 rows')]);
    await expect(searchLive(store, { ...query, tag: NEW }, 2)).rejects.toMatchObject({ code: 'STORE_VERSION_MISMATCH' });
  });

  using('keeps a ledger of lines in order, one writer at a time', async (store) => {
    const { ledger } = store;
    expect(await ledger.read()).toEqual([]);
    await ledger.append('{"n":1}', 1, null);
    await ledger.append('{"n":2}', 2, null);
    expect(await ledger.read()).toEqual(['{"n":1}', '{"n":2}']);
    await expect(ledger.append('{"n":2}', 2, null)).rejects.toMatchObject({ code: 'LEDGER_MOVED' });
    await expect(ledger.append('{"n":9}', 9, null)).rejects.toMatchObject({ code: 'LEDGER_MOVED' });
    expect(await ledger.read()).toHaveLength(2);
  });
}
