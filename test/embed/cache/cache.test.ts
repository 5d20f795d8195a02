import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listCache, pruneCache, vectorFolder, versionFolder } from '../../../src/embed/cache/cache.ts';
import { openVectorStore } from '../../../src/embed/cache/vector-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { rowOf, TAG, upTo } from './rows.ts';

const root = temporaryFolder();
let caches = 0;

async function cacheOf(keys: readonly string[]): Promise<string> {
  const cache = join(root, `cache${++caches}`);
  for (const [n, key] of keys.entries()) {
    const store = await openVectorStore(vectorFolder(cache, key), TAG, { segmentRows: 4 });
    for (const i of upTo(5 * (n + 1))) await store.append(rowOf(i));
    await store.flush();
  }
  return cache;
}

test('lists each version with rows, bytes of all its files, and when it was last opened', async () => {
  const cache = await cacheOf(['k2', 'k1']);
  mkdirSync(join(versionFolder(cache, 'k1'), 'hnsw'));
  writeFileSync(join(versionFolder(cache, 'k1'), 'hnsw', 'index'), Buffer.alloc(1_000_000));
  mkdirSync(join(cache, 'something else'));
  utimesSync(versionFolder(cache, 'k2'), 1000, 1000);
  const [first, second, ...rest] = await listCache(cache);
  expect(rest).toEqual([]);
  expect(first).toMatchObject({ key: 'k1', rows: 10, folder: join(cache, 'k1') });
  expect(second).toMatchObject({ key: 'k2', rows: 5, lastUsed: '1970-01-01T00:16:40.000Z' });
  expect(first?.bytes).toBeGreaterThan(1_000_000);
  expect(second?.bytes).toBeGreaterThan(0);
  expect(second?.bytes).toBeLessThan(100_000);
});

test('opening a version marks it as used', async () => {
  const cache = await cacheOf(['k']);
  utimesSync(versionFolder(cache, 'k'), 1000, 1000);
  await openVectorStore(vectorFolder(cache, 'k'), TAG);
  expect((await listCache(cache))[0]?.lastUsed.startsWith('1970')).toBe(false);
});

test('prunes what is picked and nothing else', async () => {
  const cache = await cacheOf(['a', 'b', 'c']);
  mkdirSync(join(cache, 'not a version'));
  const gone = await pruneCache(cache, ({ key }) => key !== 'b');
  expect(gone.map(({ key }) => key)).toEqual(['a', 'c']);
  expect(readdirSync(cache).sort()).toEqual(['b', 'not a version']);
  expect((await openVectorStore(vectorFolder(cache, 'b'), TAG)).rows).toBe(10);
});

test('a damaged segment is listed without its rows, and can be pruned', async () => {
  const cache = await cacheOf(['a']);
  const folder = vectorFolder(cache, 'a');
  writeFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'damaged');
  expect((await listCache(cache))[0]?.rows).toBeLessThan(5);
  await pruneCache(cache, () => true);
  expect(existsSync(versionFolder(cache, 'a'))).toBe(false);
});

test('a cache that is not there is empty; one that is a file is an error', async () => {
  expect(await listCache(join(root, 'nowhere'))).toEqual([]);
  writeFileSync(join(root, 'file'), '');
  await expect(listCache(join(root, 'file'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});
