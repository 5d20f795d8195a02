import { expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/core/brand.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { liveTag, searchLive } from '../../../src/live/stores/guarded-search.ts';
import type { LiveStore, ReadOptions } from '../../../src/live/stores/live-store.ts';
import { snapshotOf } from '../../../src/live/stores/snapshot.ts';

export const OLD = 'a'.repeat(64) as Fingerprint;
export const NEW = 'b'.repeat(64) as Fingerprint;
export const THERE = { current: NEW, next: OLD };
export const BACK = { current: OLD, next: NEW };

/** A row of an application: columns `id`, `body` and a vector, and `extra`, of which the tool knows nothing. */
export interface AppRow {
  readonly id: string;
  readonly body: string;
  readonly vector: readonly number[] | null;
}

/** A store that exists and is empty; each test gets its own. */
export interface MadeStore {
  open(): Promise<ColumnStore>;
  /** Adds rows as a program does that knows nothing of tags. Whoever holds the store gets it again. */
  insert(rows: readonly AppRow[]): Promise<void>;
  /** Changes a row's text, or text and vector, and names no tag. */
  change(id: string, to: Partial<AppRow>): Promise<void>;
  remove(id: string): Promise<void>;
  /** `id extra` of every row that readers get, ascending: what the tool may not touch. */
  extras(): Promise<string[]>;
  destroy(): Promise<void>;
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

export const HASH = (id: string) => sha256(`text of ${id}`);

export function row(id: string, vector: readonly number[] | null): AppRow {
  return { id, body: `text of ${id}`, vector };
}

/** A test with a separate store, in which `d1` and `d2` are tagged unless it is to be empty. */
export function onStore<M extends MadeStore>(make: () => Promise<M>) {
  return (name: string, work: (store: ColumnStore, made: M) => Promise<void>, rows = [row('d1', [1, 0, 0]), row('d2', [0, 1, 0])]) =>
    it(name, async () => {
      const made = await make();
      const store = await made.open();
      try {
        if (rows.length > 0) {
          await made.insert(rows);
          await store.prepareTagging();
          await tag(
            store,
            rows.map(({ id }) => id),
          );
        }
        await work(store, made);
      } finally {
        await store.close();
        await made.destroy();
      }
    });
}

export function tag(store: ColumnStore, ids: readonly string[]): Promise<number> {
  return store.tagRows(
    ids.map((id) => ({ id, textHash: HASH(id) })),
    OLD,
  );
}

export async function begin(store: ColumnStore, dimension = 3) {
  await store.ledger.append('{"live":"a"}', 1, OLD);
  await store.addNext(BACK, dimension, { line: '{"n":2}', seq: 2 });
  return BACK;
}

/** One pass over a place, as the backfill does it. @returns ids of the rows that were written */
export async function fill(store: ColumnStore, vector: readonly number[], place: 'current' | 'next' = 'next'): Promise<string[]> {
  const sides = (await store.sides()) ?? BACK;
  const written: string[] = [];
  const own = place === 'current' ? sides.current : (sides.next ?? NEW);
  for (let after: readonly string[] | null = null; ; ) {
    const rows = await store.pending({ place, tag: own }, after, 1);
    if (rows.length === 0) return written.sort();
    after = rows[0]?.key ?? null;
    const placed = rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.from(vector), isProof: false }));
    const keys = (await store.place(place, sides, placed)) ?? [];
    written.push(...keys.flatMap((key) => rows.find((found) => found.key.join() === key.join())?.id ?? []));
  }
}

/** In what stores differ, where a program changes the text of a row and nothing else. */
export interface Habits {
  /** The tag of its vector then: `-` where something watches the row, and `a` where its hash alone says that it is of another text. */
  readonly afterChange: 'a' | '-';
  /** The vector beside of another row of the same file, of which one was made before and one after: a file is written as a whole. */
  readonly ofNeighbour: '0,1' | '1,1';
}

/** What every store has to do that keeps one row a document and the next version beside. */
export function storeContract(make: () => Promise<MadeStore>, { afterChange, ofNeighbour }: Habits): void {
  const using = onStore(make);

  using(
    'gets tags, says before what it will do, and can be asked again',
    async (store, made) => {
      await made.insert([row('d1', [1, 0, 0]), row('d2', [0, 1, 0]), row('d3', null)]);
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
      expect(await made.extras()).toEqual(['d1 extra of d1', 'd2 extra of d2', 'd3 extra of d3']);
    },
    [],
  );

  using(
    'keeps ids and texts whatever is in them',
    async (store, made) => {
      const ids = [`it's`, 'with "quotes"', 'a\\b', 'ünïcödé 👍', 'a,b', '{x}', '`tick`', 'two\nlines', 'a/b'];
      await made.insert(ids.map((id, i) => row(id, [i + 1, 0, 0])));
      await store.prepareTagging();
      expect(await tag(store, ids)).toBe(ids.length);
      const found: string[] = [];
      for await (const batch of store.read({ tag: OLD })) found.push(...batch.ids);
      expect(found.sort()).toEqual([...ids].sort());
      for (const id of ids) expect(await contents(store, { ids: [id] })).toHaveLength(1);
      await begin(store);
      expect(await fill(store, [0, 0, 1])).toEqual([...ids].sort());
    },
    [],
  );

  using('has one content hash that follows vectors and tags, whatever the order of the rows', async (store, made) => {
    const once = await snapshotOf(store);
    expect(once.tags[OLD]?.rows).toBe(2);
    await made.change('d1', { vector: [1, 0, 0.5] });
    expect((await snapshotOf(store)).tags[OLD]?.hash).not.toBe(once.tags[OLD]?.hash);
    await made.remove('d1');
    await made.insert([row('d1', [1, 0, 0])]);
    await tag(store, ['d1']);
    expect(await snapshotOf(store)).toEqual(once);
  });

  using('finds rows whose text is not the one of the hash, and no others', async (store, made) => {
    await made.change('d1', { body: 'changed' });
    await made.insert([row('d3', [0, 0, 1])]);
    const reach = { place: 'current', tag: OLD } as const;
    expect(await store.pendingCount(reach)).toEqual({ rows: 2, withoutText: 0 });
    const rows = await store.pending(reach, null, 10);
    expect(rows.map(({ id, text, textHash, vector }) => [id, text, textHash, [...(vector ?? [])]]).sort()).toEqual([
      ['d1', 'changed', sha256('changed'), [1, 0, 0]],
      ['d3', 'text of d3', HASH('d3'), [0, 0, 1]],
    ]);
  });

  using('writes a place beside, only where the text is still the one that was embedded', async (store, made) => {
    const sides = await begin(store, 2);
    expect(await store.sides()).toEqual(sides);
    const rows = await store.pending({ place: 'next', tag: NEW }, null, 100);
    expect(rows.map(({ id, text }) => [id, text])).toEqual([
      ['d1', 'text of d1'],
      ['d2', 'text of d2'],
    ]);
    await made.change('d2', { body: 'changed' });
    const placed = rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.of(0, 1), isProof: false }));
    expect(await store.place('next', THERE, placed)).toBeNull();
    await store.place('next', sides, placed);
    expect((await contents(store, { place: 'next' })).filter((own) => own.startsWith('d2'))).toEqual([]);
    await fill(store, [1, 1]);
    expect(await contents(store, { place: 'next' })).toEqual([`d1 b ${ofNeighbour}`, 'd2 b 1,1']);
    // The old text's vector is still there.
    expect(await contents(store)).toEqual(['d1 a 1,0,0', `d2 ${afterChange} 0,1,0`]);
    expect(await store.progress(sides)).toMatchObject({
      wanted: 2,
      lacking: { current: 1, next: 0 },
      examples: [],
      withoutText: 0,
      empty: 0,
    });
    expect(await made.extras()).toEqual(['d1 extra of d1', 'd2 extra of d2']);
  });

  using('exchanges the places and back with the entry, and drops what is not live', async (store, made) => {
    await begin(store);
    expect(await fill(store, [0, 0, 1])).toEqual(['d1', 'd2']);
    await store.buildIndexes(3, () => undefined);
    await store.exchange(THERE, null);
    expect(await store.sides()).toEqual(BACK);
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    expect([await store.sides(), await contents(store), await contents(store, { place: 'next' })]).toEqual([
      THERE,
      ['d1 b 0,0,1', 'd2 b 0,0,1'],
      ['d1 a 1,0,0', 'd2 a 0,1,0'],
    ]);
    await expect(store.exchange(BACK, { line: '{"n":3}', seq: 3 })).rejects.toMatchObject({ code: 'LEDGER_MOVED' });
    expect(await store.sides()).toEqual(THERE);
    expect(await made.extras()).toEqual(['d1 extra of d1', 'd2 extra of d2']);
    await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([
      ['d1 a 1,0,0', 'd2 a 0,1,0'],
      ['d1 b 0,0,1', 'd2 b 0,0,1'],
    ]);
    await store.dropNext(OLD, { line: '{"n":5}', seq: 5 });
    expect(await store.sides()).toEqual({ current: OLD, next: null });
    expect([await contents(store), await contents(store, { place: 'next' }).catch(() => [])]).toEqual([['d1 a 1,0,0', 'd2 a 0,1,0'], []]);
    expect(await made.extras()).toEqual(['d1 extra of d1', 'd2 extra of d2']);
    expect(await store.ledger.read()).toEqual(['{"live":"a"}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']);
    // And once more, in the places as they are now.
    await store.addNext(BACK, 3, { line: '{"n":6}', seq: 6 });
    expect(await fill(store, [0, 1, 1])).toEqual(['d1', 'd2']);
    await store.exchange(THERE, { line: '{"n":7}', seq: 7 });
    expect(await contents(store)).toEqual(['d1 b 0,1,1', 'd2 b 0,1,1']);
  });

  using('brings up to date on both sides what is written after the switch', async (store, made) => {
    await begin(store);
    await fill(store, [0, 0, 1]);
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    await made.insert([row('d3', [5, 0, 0])]);
    await made.change('d1', { body: 'changed' });
    await made.remove('d2');
    expect(await store.progress(THERE)).toMatchObject({ wanted: 2, lacking: { current: 2 } });
    expect(await fill(store, [0, 2, 2], 'current')).toEqual(['d1', 'd3']);
    await fill(store, [2, 0, 0]);
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([
      ['d1 b 0,2,2', 'd3 b 0,2,2'],
      ['d1 a 2,0,0', 'd3 a 2,0,0'],
    ]);
    expect(await store.progress(THERE)).toMatchObject({ wanted: 2, lacking: { current: 0, next: 0 } });
    await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
    expect([await contents(store), await made.extras()]).toEqual([
      ['d1 a 2,0,0', 'd3 a 2,0,0'],
      ['d1 extra of d1', 'd3 extra of d3'],
    ]);
  });

  using('finds the nearest of the live version, and guards which one', async (store, made) => {
    await made.insert([row('d3', [0.9, 0.1, 0]), row('d4', [1, 0, 0])]);
    await tag(store, ['d3']);
    const query = { tag: OLD, vector: Float32Array.of(1, 0, 0) };
    const { hits } = await store.nearest(query, 2);
    expect(hits.map(({ id }) => id)).toEqual(['d1', 'd3']);
    expect(hits[0]?.score).toBeCloseTo(1, 5);
    expect(await liveTag(store)).toBeNull();
    await expect(searchLive(store, query, 2)).rejects.toMatchObject({ code: 'STORE_NOT_LIVE' });
    await store.ledger.append(JSON.stringify({ live: OLD }), 1, OLD);
    const notes: string[] = [];
    expect((await searchLive(store, query, 9, { onNote: (note) => notes.push(note) })).map(({ id }) => id)).toEqual(['d1', 'd3', 'd2']);
    expect(notes).toEqual([expect.stringContaining('3 rows')]);
    await expect(searchLive(store, { ...query, tag: NEW }, 2)).rejects.toMatchObject({ code: 'STORE_VERSION_MISMATCH' });
  });

  using('keeps a ledger of lines in order', async (store) => {
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

/** What a store without triggers has to do, too. */
export function besideContract(make: () => Promise<MadeStore>, ofNeighbour: Habits['ofNeighbour']): void {
  storeContract(make, { afterChange: 'a', ofNeighbour });

  onStore(make)('has one operator at a time', async (store, made) => {
    const other = await made.open();
    await store.ledger.exclusively(async () => {
      await expect(other.ledger.exclusively(async () => 1)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    });
    expect(await other.ledger.exclusively(async () => 2)).toBe(2);
    await other.close();
  });
}
