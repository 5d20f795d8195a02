import { expect } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { BACK, begin, contents, fill, HASH, type MadeStore, NEW, OLD, onStore, row, storeContract, THERE, tag } from './contract.ts';

/** A table that exists and is empty: columns `id` text, key; `body` and `extra` text; a vector(3). Each test gets its own. */
export interface MadeTable extends MadeStore {
  /** A statement by a program that knows nothing of tags. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Table and columns as its statements call them. */
  readonly table: string;
  readonly id: string;
  readonly vector: string;
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** A table, and how a program writes its rows. */
export function tableOf(made: Omit<MadeTable, 'insert' | 'change' | 'remove' | 'extras'>): MadeTable {
  const { query, table, id, vector } = made;
  const literal = (values: readonly number[] | null) => (values === null ? 'NULL' : `'[${values.join(',')}]'`);
  return {
    ...made,
    insert: async (rows) => {
      const values = rows.map((own) => `(${[own.id, own.body, `extra of ${own.id}`].map(quote).join(', ')}, ${literal(own.vector)})`);
      await query(`INSERT INTO ${table} (${id}, body, extra, ${vector}) VALUES ${values.join(', ')}`);
    },
    change: async (own, to) => {
      const body = to.body === undefined ? [] : [`body = ${quote(to.body)}`];
      const other = to.vector === undefined ? [] : [`${vector} = ${literal(to.vector)}`];
      await query(`UPDATE ${table} SET ${[...body, ...other].join(', ')} WHERE ${id} = ${quote(own)}`);
    },
    remove: async (own) => {
      await query(`DELETE FROM ${table} WHERE ${id} = ${quote(own)}`);
    },
    extras: async () => (await query(`SELECT ${id} AS id, extra FROM ${table}`)).map((own) => `${own.id} ${own.extra}`).sort(),
  };
}

/** What every table has to do whose rows are watched by a trigger, too. */
export function columnContract(make: () => Promise<MadeTable>): void {
  storeContract(make, { afterChange: '-', ofNeighbour: '0,1' });
  const using = onStore(make);

  using('clears the tag of what a statement does not prove, and keeps the rest', async (store, made) => {
    await made.insert([row('d3', [0, 0, 1]), row('d4', [1, 1, 0]), row('d5', [1, 1, 1])]);
    await tag(store, ['d3', 'd4', 'd5']);
    const set = (id: string, sql: string) => made.query(`UPDATE ${made.table} SET ${sql} WHERE ${made.id} = '${id}'`);
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

  using('says which rows it wrote, and which still lack a vector', async (store, made) => {
    const sides = await begin(store);
    const rows = await store.pending({ place: 'next', tag: NEW }, null, 100);
    await made.change('d2', { body: 'changed' });
    const placed = rows.map(({ key, textHash }) => ({ key, textHash, vector: Float32Array.of(0, 0, 1), isProof: false }));
    expect(await store.place('next', sides, placed)).toEqual([['d1']]);
    expect(await contents(store, { place: 'next' })).toEqual(['d1 b 0,0,1']);
    expect(await store.progress(sides)).toMatchObject({ wanted: 2, lacking: { current: 1, next: 1 }, examples: ['d2'], withoutText: 0 });
  });

  using('clears the tags of both versions after the switch', async (store, made) => {
    await begin(store);
    await fill(store, [0, 0, 1]);
    await store.exchange(THERE, { line: '{"n":3}', seq: 3 });
    await made.change('d2', { body: 'changed' });
    await store.exchange(BACK, { line: '{"n":4}', seq: 4 });
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([
      ['d1 a 1,0,0', 'd2 - 0,1,0'],
      ['d1 b 0,0,1', 'd2 - 0,0,1'],
    ]);
  });

  using('takes a vector away for both versions, and knows one that is only beside', async (store, made) => {
    const sides = await begin(store);
    await fill(store, [0, 0, 1]);
    await made.query(`UPDATE ${made.table} SET ${made.vector} = NULL WHERE ${made.id} = 'd1'`);
    expect([await contents(store), await contents(store, { place: 'next' })]).toEqual([['d2 a 0,1,0'], ['d2 b 0,0,1']]);
    expect(await store.progress(sides)).toMatchObject({ wanted: 1, empty: 1, nextOnly: 0, lacking: { current: 0, next: 0 } });
    // A writer that knows of both versions may write the next one first.
    const nextVector = made.vector.replace(/"?$/, (end) => `_next${end}`);
    await made.query(`UPDATE ${made.table} SET ${nextVector} = '[1,1,1]', cutover_tag_next = '${NEW}' WHERE ${made.id} = 'd1'`);
    expect(await contents(store, { place: 'next' })).toEqual(['d1 b 1,1,1', 'd2 b 0,0,1']);
    expect(await store.progress(sides)).toMatchObject({ wanted: 2, empty: 0, nextOnly: 1, lacking: { current: 1, next: 0 } });
  });
}
