import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { openVectorStore } from '../../../src/embed/cache/vector-store.ts';
import type { Rankings } from '../../../src/model/search.ts';
import type { VectorSet } from '../../../src/model/vectors.ts';
import { exact } from '../../../src/search/engines/exact.ts';
import { exactOverBlocks } from '../../../src/search/exact/streamed.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ask } from '../contract.ts';
import { FINGERPRINT, found, OTHER_FINGERPRINT, params, randomSet, vectorSet } from '../vectors.ts';

/** Each row goes to one of the blocks; rows of a block stay in order. */
async function* scattered(set: VectorSet<'old'>, blocks: number, seed: number): AsyncGenerator<VectorSet<'old'>> {
  const random = seededRandom(seed, 'blocks');
  const block = set.ids.map(() => random.below(blocks));
  for (let b = 0; b < blocks; b++) {
    const rows = [...set.ids.keys()].filter((row) => block[row] === b);
    if (rows.length > 0) yield pick(set, rows);
  }
}

function pick(set: VectorSet<'old'>, rows: readonly number[]): VectorSet<'old'> {
  const { dimension } = set;
  const data = Float32Array.from(rows.flatMap((row) => [...set.data.subarray(row * dimension, (row + 1) * dimension)]));
  return { ...set, ids: rows.map((row) => set.ids[row] ?? ''), data };
}

/** Ids and scores, as one looks at them from outside: the ids that both list are not the same. */
function lists(rankings: Rankings): unknown {
  return rankings.queryIds.map((id, row) => [
    id,
    found(rankings, row),
    [...rankings.scores.subarray(row * rankings.k, (row + 1) * rankings.k)],
  ]);
}

test('block by block is what the whole gives, ties and all', async () => {
  const row = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
  const rows = (most: number) => fc.array(row, { minLength: 1, maxLength: most });
  await fc.assert(
    fc.asyncProperty(
      rows(60),
      rows(4),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      async (d, q, k, blocks, seed) => {
        const [documents, queries] = [vectorSet('d', d), vectorSet('q', q)];
        const streamed = await exactOverBlocks(queries, scattered(documents, blocks, seed), { k, similarity: 'dot' });
        expect(lists(streamed)).toEqual(lists(await ask(exact, documents, queries, params(k, 'dot'))));
      },
    ),
    { numRuns: 40 },
  );
});

test('segments of a store, one at a time, give the same bits as all of them in memory', async () => {
  const documents = randomSet('d', 300, 16);
  const queries = randomSet('q', 7, 16);
  const store = await openVectorStore(join(temporaryFolder(), 'vectors'), FINGERPRINT, { segmentRows: 64 });
  // Segments fill in another order than that of ids.
  const entries = documents.ids.map((id) => ({ id, textHash: sha256(id) }));
  for (const [i, { id, textHash }] of [...entries.entries()].reverse())
    await store.append({
      id,
      role: 'document',
      textHash,
      tag: FINGERPRINT,
      tokenCount: 1,
      truncated: false,
      vector: documents.data.slice(i * 16, i * 16 + 16),
    });
  const sizes: number[] = [];
  async function* counted() {
    for await (const block of store.blocks('old', 'document', entries)) {
      sizes.push(block.ids.length);
      yield block;
    }
  }
  const streamed = await exactOverBlocks(queries, counted(), { k: 20, similarity: 'cosine' });
  expect(sizes.sort()).toEqual([44, 64, 64, 64, 64]);
  expect(lists(streamed)).toEqual(lists(await ask(exact, documents, queries, params(20))));
});

test('what is wrong with a block is an error', async () => {
  const queries = vectorSet('q', [[1, 0]]);
  const over = (...blocks: VectorSet<'old'>[]) =>
    exactOverBlocks(
      queries,
      (async function* () {
        yield* blocks;
      })(),
      { k: 2, similarity: 'cosine' },
    );
  await expect(over()).rejects.toMatchObject({ code: 'SEARCH_EMPTY_CORPUS' });
  await expect(over(vectorSet('d', [[1, 0]]), vectorSet('d', [[1, 0]], OTHER_FINGERPRINT))).rejects.toMatchObject({
    code: 'SEARCH_MIXED_SPACES',
  });
  await expect(over(vectorSet('d', [[1, 0]]), vectorSet('d', [[1, 0]]))).rejects.toThrow('"d00000" is in two blocks');
});
