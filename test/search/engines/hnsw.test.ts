import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exact } from '../../../src/search/engines/exact.ts';
import { hnsw } from '../../../src/search/engines/hnsw.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ask, describeEngine } from '../contract.ts';
import { OTHER_FINGERPRINT, params, randomSet } from '../vectors.ts';

describeEngine(hnsw, 0.97);

const documents = randomSet('d', 1500, 16);
const queries = randomSet('q', 20, 16);
const root = temporaryFolder();

/** Opens the index and says which documents had to be inserted. */
async function progressOf(folder: string, seed = 7, search = params(10), set = documents): Promise<number[]> {
  const done: number[] = [];
  const index = await hnsw.open(set, search, folder, { seed, onProgress: (n) => done.push(n) });
  await index.close();
  return done;
}

const BUILT = [512, 1024, 1500];
const LOADED = [1500];

test('a saved index is loaded, and answers the same', async () => {
  const folder = join(root, 'saved');
  const built = await ask(hnsw, documents, queries, params(10), folder);
  expect(readdirSync(folder).sort()).toEqual(['index.hnsw', 'manifests']);
  expect(await progressOf(folder)).toEqual(LOADED);
  expect(await ask(hnsw, documents, queries, params(10), folder)).toEqual(built);
  expect(await ask(hnsw, documents, queries, params(10))).toEqual(built);
});

test('tells what each query takes, and whether it was loaded', async () => {
  const folder = join(root, 'timed');
  const open = () => hnsw.open(documents, params(10), folder, { seed: 7 });
  const built = await open();
  expect([built.loaded, built.file]).toEqual([false, join(folder, 'index.hnsw')]);
  const spent = (await built.latencies?.(queries, 10)) ?? new Float64Array(0);
  await built.close();
  expect(spent).toHaveLength(queries.ids.length);
  expect(spent.every((milliseconds) => milliseconds > 0)).toBe(true);
  const again = await open();
  expect(again.loaded).toBe(true);
  await again.close();
});

test('efSearch takes effect after a load', async () => {
  const folder = join(root, 'ef');
  const wide = randomSet('d', 3000, 48);
  const search = (efSearch: number) => ({ ...params(10), hnsw: { m: 4, efConstruction: 20, efSearch } });
  await progressOf(folder, 7, search(10), wide);
  const asked = randomSet('q', 50, 48);
  const truth = await ask(exact, wide, asked, params(10));
  const recall = async (efSearch: number): Promise<number> => {
    const { neighbours } = await ask(hnsw, wide, asked, search(efSearch), folder);
    const hits = asked.ids.map((_, q) => {
      const expected = new Set(truth.neighbours.subarray(q * 10, q * 10 + 10));
      return neighbours.subarray(q * 10, q * 10 + 10).filter((item) => expected.has(item)).length;
    });
    return hits.reduce((sum, n) => sum + n, 0) / 500;
  };
  const [low, high] = [await recall(10), await recall(1000)];
  expect(high).toBeGreaterThan(low + 0.1);
  expect(await progressOf(folder, 7, search(500), wide)).toEqual([3000]);
});

test('equal pairs have equal scores in every engine', async () => {
  const [served, truth] = [await ask(hnsw, documents, queries, params(10)), await ask(exact, documents, queries, params(200))];
  let common = 0;
  for (let q = 0; q < 20; q++) {
    const scores = new Map(Array.from(truth.neighbours.subarray(q * 200, q * 200 + 200), (item, i) => [item, truth.scores[q * 200 + i]]));
    for (let at = q * 10; at < q * 10 + 10; at++) {
      const score = scores.get(served.neighbours[at] ?? -1);
      if (score === undefined) continue;
      common++;
      expect(served.scores[at]).toBe(score);
    }
  }
  expect(common).toBeGreaterThan(190);
});

test.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['garbage', () => Buffer.from('not an index at all')],
  ['empty', () => Buffer.alloc(0)],
  ['of one flipped bit', (bytes: Buffer) => bytes.fill((bytes[5000] ?? 0) ^ 1, 5000, 5001)],
])('an index file that is %s is built again', async (name, damage) => {
  const folder = join(root, name);
  const before = await ask(hnsw, documents, queries, params(10), folder);
  const file = join(folder, 'index.hnsw');
  const whole = readFileSync(file);
  writeFileSync(file, damage(Buffer.from(whole)));
  expect(await progressOf(folder)).toEqual(BUILT);
  expect(await ask(hnsw, documents, queries, params(10), folder)).toEqual(before);
  expect(await progressOf(folder)).toEqual(LOADED);
});

test('an index made from anything else is built again', async () => {
  const folder = join(root, 'foreign');
  expect(await progressOf(folder)).toEqual(BUILT);
  expect(await progressOf(folder, 8)).toEqual(BUILT);
  expect(await progressOf(folder, 8, params(10, 'dot'))).toEqual(BUILT);
  expect(await progressOf(folder, 8, { ...params(10, 'dot'), hnsw: { m: 8, efConstruction: 100, efSearch: 9 } })).toEqual(BUILT);
  const other = { ...documents, data: documents.data.map((value, i) => (i === 0 ? value + 1 : value)) };
  expect(await progressOf(folder, 7, params(10), other)).toEqual(BUILT);
  expect(await progressOf(folder, 7, params(10), { ...other, fingerprint: OTHER_FINGERPRINT })).toEqual(BUILT);
  expect(await progressOf(folder, 7, params(10), { ...other, ids: other.ids.map((id) => `x${id}`) })).toEqual(BUILT);
  const manifest = join(folder, 'manifests', 'hnsw.json');
  writeFileSync(manifest, 'not a manifest');
  expect(await progressOf(folder)).toEqual(BUILT);
});

test('a folder that cannot be made is a clear error', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  await expect(progressOf(join(file, 'index'))).rejects.toMatchObject({
    code: 'SEARCH_INDEX_FAILED',
    next: expect.stringContaining('disk space'),
  });
});

test('a disk that fills up while saving is a clear error and leaves nothing', async () => {
  const folder = join(root, 'full');
  const script = `
    import { hnsw } from ${JSON.stringify(new URL('../../../dist/search/engines/hnsw.js', import.meta.url).href)};
    const ids = Array.from({ length: 500 }, (_, i) => 'd' + String(i).padStart(3, '0'));
    const documents = { side: 'old', fingerprint: 'a'.repeat(64), dimension: 32, ids, data: Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i * i)) };
    await hnsw.open(documents, { limit: 1, k: 1, similarity: 'cosine', hnsw: { m: 8, efConstruction: 50, efSearch: 50 } }, ${JSON.stringify(folder)}, { seed: 1 })
      .then(() => console.log('saved'), (error) => console.log(error.code));`;
  // A file size limit of 16 blocks of 1,024 bytes: what is beyond is lost, as on a full disk.
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    'ulimit -f 16; exec "$0" --input-type=module -e "$1"',
    process.execPath,
    script,
  ]);
  expect(stdout.trim()).toBe('SEARCH_INDEX_FAILED');
  expect(readdirSync(folder)).toEqual([]);
});

test('documents in another order make another graph over the same rows', async () => {
  const order = [...documents.ids.keys()].reverse();
  const sparse = { ...params(10), hnsw: { m: 2, efConstruction: 4, efSearch: 10 } };
  const inOrder = async (search: typeof sparse, given: readonly number[]) => {
    const folder = join(root, 'ordered');
    const index = await hnsw.open(documents, search, folder, { seed: 7, order: given });
    const found = await index.search(queries, 10).finally(() => index.close());
    expect(() => readdirSync(folder)).toThrow('ENOENT');
    return found;
  };
  const ascending = [...documents.ids.keys()];
  expect(await inOrder(sparse, ascending)).toEqual(await ask(hnsw, documents, queries, sparse));
  expect((await inOrder(sparse, order)).neighbours).not.toEqual((await inOrder(sparse, ascending)).neighbours);
  // A dense graph finds the same documents whatever the order: labels are rows, not places in it.
  const dense = { ...params(10), hnsw: { m: 32, efConstruction: 400, efSearch: 1500 } };
  expect(await inOrder(dense, order)).toEqual(await ask(exact, documents, queries, params(10)));
  for (const wrong of [order.slice(1), [...order.slice(1), order[1] ?? 0], [...order.slice(1), 1500]])
    await expect(hnsw.open(documents, sparse, null, { seed: 7, order: wrong })).rejects.toThrow(RangeError);
});
