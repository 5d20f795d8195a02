import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import { type Blocks, corpusPairScores, inBlocks, inMemory } from '../../src/search/corpus.ts';
import { nearestOthers } from '../../src/search/nearest.ts';
import { pairScores, sampleOtherPairs, samplePairs } from '../../src/search/pairs.ts';
import { pickRows } from '../../src/search/prepared.ts';
import { FINGERPRINT, OTHER_FINGERPRINT, randomSet, vectorSet } from './vectors.ts';

const pick = (set: VectorSet<'old'>, rows: readonly number[]): VectorSet<'old'> => ({
  ...set,
  ids: rows.map((row) => set.ids[row] ?? ''),
  data: pickRows(set.data, rows, set.dimension),
});

/** Each row in one of the blocks, at random; how many rows were picked is counted. */
function scattered(set: VectorSet<'old'>, blocks: number, seed: number): Blocks<'old'> & { picked: number } {
  const random = seededRandom(seed, 'blocks');
  const block = set.ids.map(() => random.below(blocks));
  const corpus: Blocks<'old'> & { picked: number } = {
    ...set,
    picked: 0,
    pick: async (rows) => {
      corpus.picked += rows.length;
      return pick(set, rows);
    },
    async *read() {
      for (let b = 0; b < blocks; b++) {
        const rows = [...set.ids.keys()].filter((row) => block[row] === b);
        if (rows.length > 0) yield pick(set, rows);
      }
    },
  };
  return corpus;
}

test('block by block, whatever their number, a search gives every value that one in memory gives, under filters too', async () => {
  const row = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
  const rows = (most: number) => fc.array(row, { minLength: 1, maxLength: most });
  const number = (most: number) => fc.integer({ min: 1, max: most });
  await fc.assert(
    fc.asyncProperty(rows(60), rows(4), number(70), number(6), number(30), fc.nat(), async (d, q, k, blocks, least, seed) => {
      const [documents, queries] = [vectorSet('d', d), vectorSet('q', q)];
      const random = seededRandom(seed, 'mask');
      const share = random.next();
      const mask = Uint8Array.from(d, () => (random.next() < share ? 1 : 0));
      const whole = await inMemory(documents).openExact('dot');
      const streamed = await inBlocks(scattered(documents, blocks, seed), least).openExact('dot');
      for (const allowed of [undefined, mask, new Uint8Array(d.length)])
        expect(await streamed.search(queries, k, undefined, allowed)).toEqual(await whole.search(queries, k, undefined, allowed));
      await Promise.all([whole.close(), streamed.close()]);
    }),
    { numRuns: 40 },
  );
});

test('nearest others are those in memory', async () => {
  const items = randomSet('i', 300, 6);
  const options = { k: 5, similarity: 'cosine', sample: { size: 40, seed: 3 } } as const;
  expect(await nearestOthers(inBlocks(scattered(items, 7, 1), 64), options)).toEqual(await nearestOthers(inMemory(items), options));
});

test('scores of pairs are those of the whole sets, and no vector is picked that is in none', async () => {
  const [documents, queries] = [randomSet('d', 500, 6), randomSet('q', 20, 6, 2)];
  const corpus = scattered(documents, 3, 1);
  const pairs = samplePairs(20, 500, 60, 7);
  const scores = await corpusPairScores(inMemory(queries), inBlocks(corpus), pairs, 'cosine');
  expect(scores).toEqual(pairScores(queries, documents, pairs, 'cosine'));
  expect(corpus.picked).toBe(new Set(pairs.columns).size);
  const others = sampleOtherPairs(500, 80, 7);
  const own = inBlocks(corpus);
  expect(await corpusPairScores(own, own, others, 'dot')).toEqual(pairScores(documents, documents, others, 'dot'));
});

test('queries of another version, and masks of another corpus, are refused', async () => {
  const index = await inBlocks(scattered(vectorSet('d', [[1, 0]]), 1, 1)).openExact('cosine');
  const queries = (fingerprint: typeof FINGERPRINT) => vectorSet('q', [[1, 0]], fingerprint);
  await expect(index.search(queries(OTHER_FINGERPRINT), 1)).rejects.toMatchObject({ code: 'SEARCH_MIXED_SPACES' });
  await expect(index.search(queries(FINGERPRINT), 1, undefined, new Uint8Array(3))).rejects.toThrow(RangeError);
});
