import { expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { liveTag, searchLive } from '../../../src/live/stores/guarded-search.ts';
import type { LiveStore, NewRow, ReadOptions, RowStore } from '../../../src/live/stores/live-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import { snapshotOf } from '../../../src/live/stores/snapshot.ts';
import type { StoreSpec } from '../../../src/model/store.ts';

export const OLD = 'a'.repeat(64) as Fingerprint;
export const NEW = 'b'.repeat(64) as Fingerprint;
export const DIMENSION = 3;

/** A store that exists and is empty; each test gets one of its own. */
export interface Made {
  open(): Promise<RowStore>;
  /** Rows as a program that knows nothing of tags would write them. */
  insertUntagged(rows: readonly { readonly id: string; readonly vector: readonly number[] }[]): Promise<void>;
  destroy(): Promise<void>;
}

export function row(id: string, tag: Fingerprint, vector: readonly number[], text = `text of ${id}`): NewRow {
  return { id, tag, textHash: sha256(text), text, vector: Float32Array.from(vector) };
}

/** `id tag-initial v1,v2,…` of every row, ascending. */
export async function contents(store: LiveStore, options?: ReadOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const { ids, tags, offsets, values } of store.read(options))
    ids.forEach((id, i) => {
      found.push(
        `${id} ${tags[i]?.[0] ?? '-'} ${[...values.subarray(offsets[i], offsets[i + 1])].map((v) => Math.round(v * 1e4) / 1e4).join(',')}`,
      );
    });
  return found.sort();
}

/** Opens a store in which a document has a row of each version. */
export async function openRows(spec: StoreSpec): Promise<RowStore> {
  const store = await openLiveStore(spec, { env: {} });
  if (store.layout !== 'rows') throw new TypeError('This store has a column beside.');
  return store;
}

/** What every store has to do in which a document has a row of each version. */
export function storeContract(make: () => Promise<Made>): void {
  const using = (name: string, work: (store: RowStore, made: Made) => Promise<void>, tagged = true) =>
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

  using('writes rows and reads them back, two versions side by side', async (store) => {
    await store.write([row('d1', OLD, [1, 0, 0]), row('d2', OLD, [0, 0.5, -0.25])]);
    await store.write([row('d1', NEW, [0, 0, 1])]);
    expect(await contents(store)).toEqual(['d1 a 1,0,0', 'd1 b 0,0,1', 'd2 a 0,0.5,-0.25']);
    expect(await contents(store, { tag: NEW })).toEqual(['d1 b 0,0,1']);
    expect(await contents(store, { ids: ['d2'] })).toEqual(['d2 a 0,0.5,-0.25']);
    expect(await contents(store, { vectors: false })).toEqual(['d1 a ', 'd1 b ', 'd2 a ']);
    expect(new Map(await store.counts())).toEqual(
      new Map([
        [OLD, 2],
        [NEW, 1],
      ]),
    );
  });

  using('replaces a row of the same id and tag', async (store) => {
    await store.write([row('d1', OLD, [1, 0, 0]), row('d2', OLD, [1, 1, 0])]);
    await store.write([row('d1', OLD, [0, 1, 0], 'changed'), row('d3', OLD, [0, 1, 1])]);
    expect(await contents(store)).toEqual(['d1 a 0,1,0', 'd2 a 1,1,0', 'd3 a 0,1,1']);
    for await (const { ids, textHashes } of store.read({ ids: ['d1'] })) expect([ids, textHashes]).toEqual([['d1'], [sha256('changed')]]);
  });

  using('keeps ids and texts whatever is in them', async (store) => {
    const ids = [`it's`, 'with "quotes"', 'a\\b', 'ünïcödé 👍', 'a,b', '{x}', '`tick`', 'two\nlines'];
    await store.write(ids.map((id, i) => row(id, OLD, [i + 1, 0, 0])));
    const found: string[] = [];
    for await (const batch of store.read()) found.push(...batch.ids);
    expect(found.sort()).toEqual([...ids].sort());
    for (const id of ids) expect(await contents(store, { ids: [id] })).toHaveLength(1);
  });

  using('removes one tag and leaves the other', async (store) => {
    await store.write([row('d1', OLD, [1, 0, 0]), row('d2', OLD, [0, 1, 0]), row('d1', NEW, [0, 0, 1])]);
    expect(await store.remove(OLD)).toBe(2);
    expect(await store.remove(OLD)).toBe(0);
    expect(await contents(store)).toEqual(['d1 b 0,0,1']);
  });

  using(
    'gets tags, says before what it will do, and can be asked again',
    async (store, made) => {
      await made.insertUntagged([
        { id: 'd1', vector: [1, 0, 0] },
        { id: 'd2', vector: [0, 1, 0] },
      ]);
      expect(await contents(store)).toEqual(['d1 - 1,0,0', 'd2 - 0,1,0']);
      const plan = await store.planTagging();
      expect(plan.ready).toBe(false);
      expect(plan.statements.length).toBeGreaterThan(0);
      await store.prepareTagging();
      await store.prepareTagging();
      expect(await store.planTagging()).toEqual({ statements: [], ready: true });
      expect(await contents(store)).toEqual(['d1 - 1,0,0', 'd2 - 0,1,0']);
      expect(await store.tagRows([{ id: 'd1', textHash: sha256('one') }], OLD)).toBe(1);
      expect(await store.tagRows([{ id: 'd1', textHash: sha256('other') }], NEW)).toBe(0);
      expect(await contents(store)).toEqual(['d1 a 1,0,0', 'd2 - 0,1,0']);
      for await (const { textHashes } of store.read({ tag: OLD })) expect(textHashes).toEqual([sha256('one')]);
      expect(await contents(store, { tag: null })).toEqual(['d2 - 0,1,0']);
    },
    false,
  );

  using('has the same content hash in whatever order rows came', async (store, made) => {
    const rows = Array.from({ length: 40 }, (_, i) => row(`d${i}`, OLD, [i + 1, 0.5, -i]));
    await store.write(rows);
    const once = await snapshotOf(store);
    expect(once.tags[OLD]?.rows).toBe(40);
    await store.remove(OLD);
    await store.write([...rows].reverse().slice(0, 15));
    await store.write([...rows].reverse().slice(15));
    expect(await snapshotOf(store)).toEqual(once);
    await store.write([row('d7', OLD, [8, 0.5, -7.001])]);
    expect((await snapshotOf(store)).tags[OLD]?.hash).not.toBe(once.tags[OLD]?.hash);
    expect(made).toBeDefined();
  });

  using('finds the nearest of one version, and guards which one', async (store) => {
    await store.write([row('d1', OLD, [1, 0, 0]), row('d2', OLD, [0.9, 0.1, 0]), row('d3', OLD, [0, 1, 0]), row('d4', NEW, [1, 0, 0])]);
    const query = { tag: OLD, vector: Float32Array.of(1, 0, 0) };
    const { hits } = await store.nearest(query, 2);
    expect(hits.map(({ id, tag }) => [id, tag])).toEqual([
      ['d1', OLD],
      ['d2', OLD],
    ]);
    expect(hits[0]?.score).toBeCloseTo(1, 5);
    expect(await liveTag(store)).toBeNull();
    await expect(searchLive(store, query, 2)).rejects.toMatchObject({ code: 'STORE_NOT_LIVE' });
    await store.ledger.append(JSON.stringify({ live: OLD }), 1, OLD);
    expect((await searchLive(store, query, 2)).map(({ id }) => id)).toEqual(['d1', 'd2']);
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

  using('writes nothing at all of a call that fails', async (store) => {
    await store.write([row('d1', OLD, [1, 0, 0])]);
    const broken = { ...row('d3', OLD, [1, 0, 0]), id: null as unknown as string };
    await expect(store.write([row('d2', OLD, [0, 1, 0]), broken])).rejects.toThrow();
    expect(await contents(store)).toEqual(['d1 a 1,0,0']);
  });
}
