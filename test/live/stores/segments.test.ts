import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { writeSegment } from '../../../src/embed/cache/segment.ts';
import { arrowRowBytes } from '../../../src/formats/arrow-rows.ts';
import { parquetRowBytes } from '../../../src/formats/parquet.ts';
import type { RowStore } from '../../../src/live/stores/live-store.ts';
import type { StoreColumns } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { contents, OLD, openRows, row } from './contract.ts';

const root = temporaryFolder();

const COLUMNS: StoreColumns = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'text_hash', text: null, stratum: null };
const BYTES = { arrow: arrowRowBytes, parquet: parquetRowBytes };

function open(kind: string, path: string): Promise<RowStore> {
  return openRows({ name: 'x', kind, path, urlFrom: null, table: null, columns: COLUMNS, corpus: null });
}

describe.each(['arrow', 'parquet'] as const)('segments of %s', (kind) => {
  const folder = () => mkdtempSync(join(root, `${kind}-`));
  const bytes = (ids: string[], value: number) =>
    BYTES[kind](
      { id: ids, tag: ids.map(() => OLD), text_hash: ids.map(() => null) },
      'vector',
      ids.map(() => Float32Array.of(value)),
    );

  it('keep the last of two rows with one key in a call', async () => {
    const store = await open(kind, folder());
    await store.write([row('a', OLD, [1]), row('a', OLD, [2])]);
    expect(await contents(store)).toEqual(['a a 2']);
  });

  it('lose every duplicate of a row that is replaced, in whatever file', async () => {
    const path = folder();
    writeFileSync(join(path, `1.${kind}`), bytes(['a', 'b'], 1));
    writeFileSync(join(path, `2.${kind}`), bytes(['a', 'a'], 2));
    const store = await open(kind, path);
    await store.write([row('a', OLD, [9])]);
    expect(await contents(store)).toEqual(['a a 9', 'b a 1']);
    await store.write([row('b', OLD, [8]), row('c', OLD, [7])]);
    await store.write([row('c', OLD, [6])]);
    expect(await contents(await open(kind, path))).toEqual(['a a 9', 'b a 8', 'c a 6']);
  });

  it('may be one file, which keeps its name', async () => {
    const path = join(folder(), `one.${kind}`);
    writeFileSync(path, bytes(['a'], 1));
    const store = await open(kind, path);
    await store.write([row('b', OLD, [2])]);
    await store.write([row('a', OLD, [3])]);
    expect(await contents(store)).toEqual(['a a 3', 'b a 2']);
    expect(readdirSync(join(path, '..'))).toEqual([`one.${kind}`]);
    expect(await store.remove(OLD)).toBe(2);
    expect(existsSync(path)).toBe(false);
  });

  it('count when another program adds one later', async () => {
    const path = folder();
    const store = await open(kind, path);
    await store.write([row('a', OLD, [1])]);
    writeFileSync(join(path, `later.${kind}`), BYTES[kind]({ id: ['z'] }, 'vector', [Float32Array.of(7)]));
    expect(await contents(store)).toEqual(['a a 1', 'z - 7']);
    writeFileSync(join(path, `copy.${kind}`), bytes(['q'], 4));
    await store.write([row('q', OLD, [5])]);
    expect(await contents(store, { tag: OLD })).toEqual(['a a 1', 'q a 5']);
  });

  it('are all written when one store writes twice at once, and other processes are kept out', async () => {
    const path = folder();
    const store = await open(kind, path);
    await Promise.all([store.write([row('a', OLD, [1])]), store.write([row('b', OLD, [2])]), store.write([row('a', OLD, [3])])]);
    expect(await contents(store)).toEqual(['a a 3', 'b a 2']);
    writeFileSync(join(path, 'cutover_write.lock'), JSON.stringify({ pid: 7, host: 'elsewhere', since: 'then' }));
    await expect(store.write([row('c', OLD, [1])])).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    expect(await contents(store)).toEqual(['a a 3', 'b a 2']);
  });

  it('are as they were when a writer is killed before the journal, and new after it', async () => {
    const path = folder();
    const store = await open(kind, path);
    writeFileSync(join(path, `old.${kind}`), bytes(['a', 'b'], 1));
    writeFileSync(join(path, `.cutover-new.rows-1.${kind}`), bytes(['b'], 1));
    writeFileSync(join(path, `.cutover-new.rows-2.${kind}`), bytes(['a'], 2));
    expect(await contents(store)).toEqual(['a a 1', 'b a 1']);
    const add = [`rows-1.${kind}`, `rows-2.${kind}`];
    const journal = { kind: 'cutover.exchange', schemaVersion: 1, add, remove: [`old.${kind}`] };
    writeFileSync(join(path, 'cutover_exchange.json'), JSON.stringify(journal));
    expect(await contents(store)).toEqual(['a a 2', 'b a 1']);
    renameSync(join(path, `.cutover-new.rows-1.${kind}`), join(path, `rows-1.${kind}`));
    expect(await contents(store)).toEqual(['a a 2', 'b a 1']);
    await store.write([row('c', OLD, [3])]);
    expect(await contents(await open(kind, path))).toEqual(['a a 2', 'b a 1', 'c a 3']);
    expect(readdirSync(path).filter((name) => name.startsWith('.') || name.startsWith('old') || name.endsWith('.json'))).toEqual([]);
  });

  it('throw away what a killed writer left', async () => {
    const path = folder();
    writeFileSync(join(path, `.cutover-new.rows-9.${kind}`), bytes(['x'], 1));
    const store = await open(kind, path);
    await store.write([row('a', OLD, [1])]);
    expect(await contents(store)).toEqual(['a a 1']);
    expect(readdirSync(path)).toHaveLength(1);
  });

  it('refuse a journal that leads out of the folder', async () => {
    const path = folder();
    const journal = { kind: 'cutover.exchange', schemaVersion: 1, add: [], remove: ['../../precious'] };
    writeFileSync(join(path, 'cutover_exchange.json'), JSON.stringify(journal));
    await expect(contents(await open(kind, path))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('that vanish while others are read are noticed', async () => {
    const path = folder();
    writeFileSync(join(path, `1.${kind}`), bytes(['a'], 1));
    writeFileSync(join(path, `2.${kind}`), bytes(['b'], 1));
    const store = await open(kind, path);
    const read = async () => {
      for await (const _ of store.read()) rmSync(join(path, `2.${kind}`), { force: true });
    };
    await expect(read()).rejects.toMatchObject({ code: 'STORE_CHANGED' });
  });

  it('need an id in every row', async () => {
    const path = folder();
    writeFileSync(join(path, `1.${kind}`), BYTES[kind]({ id: ['a', null] }, 'vector', [Float32Array.of(1), Float32Array.of(1)]));
    await expect(contents(await open(kind, path))).rejects.toThrow(/row 2 has no id/);
  });

  it('are not made of a mistyped path by asking for tags', async () => {
    const path = join(folder(), 'nowhere');
    await expect((await open(kind, path)).prepareTagging()).rejects.toMatchObject({ code: 'FILE_MISSING' });
    expect(existsSync(path)).toBe(false);
  });

  it('keep the snapshot of rows that are only moved', async () => {
    const store = await open(kind, folder());
    await store.write([row('a', OLD, [Number.NaN]), row('b', OLD, [])]);
    expect(await contents(store)).toEqual(['a a NaN', 'b a ']);
    expect(await contents(store, { ids: [] })).toEqual([]);
  });
});

it('reads segments of the embedding cache without their queries', async () => {
  const path = mkdtempSync(join(root, 'cache-'));
  const rest = { tag: OLD, tokenCount: 3, truncated: false };
  const rows = [
    { ...rest, role: 'document' as const, id: 'd', textHash: sha256('one'), vector: Float32Array.of(1, 0) },
    { ...rest, role: 'query' as const, id: 'q', textHash: sha256('two'), vector: Float32Array.of(0, 1) },
  ];
  await writeSegment(path, rows, { tag: OLD, dimension: 2 });
  const store = await open('arrow', path);
  expect(await contents(store)).toEqual(['d a 1,0']);
  expect([...(await store.counts())]).toEqual([[OLD, 1]]);
  for await (const { textHashes } of store.read()) expect(textHashes).toEqual([sha256('one')]);
});
