import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exact } from '../../../src/search/engines/exact.ts';
import { usearch } from '../../../src/search/engines/usearch.ts';
import { withoutPackage } from '../../system/without-package.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ask, describeEngine } from '../contract.ts';
import { params, randomSet } from '../vectors.ts';

describeEngine(usearch, 0.97);

const documents = randomSet('d', 3000, 32);
const queries = randomSet('q', 50, 32);
const root = temporaryFolder();

test('is marked: no two builds need be alike', () => {
  expect(usearch.reproducible).toBe(false);
});

test('a saved index answers the same again; a damaged one is told by its hash and built again', async () => {
  const folder = join(root, 'saved');
  const built = await ask(usearch, documents, queries, params(10), folder);
  expect(readdirSync(folder).sort()).toEqual(['index.usearch', 'manifests']);
  expect(await ask(usearch, documents, queries, params(10), folder)).toEqual(built);
  const file = join(folder, 'index.usearch');
  const whole = readFileSync(file);
  for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.from(whole).fill(0xff, 5000, 9000)]) {
    writeFileSync(file, bytes);
    const index = await usearch.open(documents, params(10), folder, { seed: 7 });
    expect(index.loaded).toBe(false);
    await index.close();
  }
});

test('efSearch of one search takes effect, built or loaded', async () => {
  const folder = join(root, 'ef');
  const sparse = { ...params(10), hnsw: { m: 4, efConstruction: 20, efSearch: 10 } };
  const truth = await ask(exact, documents, queries, params(10));
  for (const loaded of [false, true]) {
    const index = await usearch.open(documents, sparse, folder, { seed: 7 });
    expect(index.loaded).toBe(loaded);
    const recall = async (efSearch?: number): Promise<number> => {
      const { neighbours } = await index.search(queries, 10, efSearch);
      const hits = queries.ids.map((_, q) => {
        const expected = new Set(truth.neighbours.subarray(q * 10, q * 10 + 10));
        return neighbours.subarray(q * 10, q * 10 + 10).filter((item) => expected.has(item)).length;
      });
      return hits.reduce((sum, n) => sum + n, 0) / 500;
    };
    const [low, high, again] = [await recall(), await recall(1000), await recall()];
    expect(high).toBeGreaterThan(low + 0.1);
    expect(again).toBe(low);
    await index.close();
  }
});

test('a query alone gets as many results as among others, and its time', async () => {
  const index = await usearch.open(documents, params(10), null, { seed: 7 });
  const one = { ...queries, ids: queries.ids.slice(0, 1), data: queries.data.slice(0, 32) };
  const [alone, among] = [await index.search(one, 10), await index.search(queries, 10)];
  expect(alone.neighbours).toEqual(among.neighbours.subarray(0, 10));
  expect([...((await index.latencies?.(one, 10)) ?? [])].every((milliseconds) => milliseconds > 0)).toBe(true);
  await index.close();
});

test('without the package, an error that says what to install', async () => {
  await withoutPackage('usearch', () =>
    expect(ask(usearch, documents, queries, params(1))).rejects.toMatchObject({
      code: 'SEARCH_PACKAGE_MISSING',
      next: expect.stringContaining('npm install usearch'),
    }),
  );
});
