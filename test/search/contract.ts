import { describe, expect, test } from 'vitest';
import type { Rankings, SearchParams } from '../../src/model/search.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import type { ServingStore } from '../../src/search/databases/serving.ts';
import type { SearchEngine, SearchIndex, SearchOptions } from '../../src/search/engine.ts';
import { exact } from '../../src/search/engines/exact.ts';
import { bruteForce, found, OTHER_FINGERPRINT, params as plain, randomSet, vectorSet } from './vectors.ts';

const OPTIONS = { seed: 7 };

/** What an engine needs beside its documents, and what it does by itself otherwise than a graph of a library. */
export interface Needs {
  /** A database, opened by then. */
  readonly serving?: () => ServingStore;
  readonly search?: Partial<SearchParams>;
  /** Finds no more than efSearch. */
  readonly capped?: boolean;
}

export async function ask(
  engine: SearchEngine,
  documents: VectorSet<'old'>,
  queries: VectorSet<'old'>,
  search: SearchParams,
  folder: string | null = null,
  options: Partial<SearchOptions> = {},
): Promise<Rankings> {
  const index = await engine.open(documents, search, folder, { ...OPTIONS, ...options });
  try {
    return await index.search(queries, search.k);
  } finally {
    await index.close();
  }
}

interface Recalled {
  readonly documents: VectorSet<'old'>;
  readonly queries: VectorSet<'old'>;
  readonly k: number;
  readonly efSearch?: number | undefined;
  readonly allowed?: Uint8Array | undefined;
}

/** Share of the exact neighbours by cosine that an index finds. */
export async function recallOf(index: SearchIndex<'old'>, { documents, queries, k, efSearch, allowed }: Recalled): Promise<number> {
  const full = await exact.open(documents, plain(k), null, OPTIONS);
  const truth = await full.search(queries, k, undefined, allowed).finally(() => full.close());
  const { neighbours } = await index.search(queries, k, efSearch, allowed);
  const hits = queries.ids.map((_, q) => {
    const expected = new Set(truth.neighbours.subarray(q * k, q * k + k));
    return neighbours.subarray(q * k, q * k + k).filter((row) => row >= 0 && expected.has(row)).length;
  });
  return hits.reduce((sum, n) => sum + n, 0) / truth.neighbours.filter((row) => row >= 0).length;
}

/** What every search engine must do. @param recall least share of the true neighbours that it finds */
export function describeEngine(engine: SearchEngine, recall: number, { serving, search: more, capped = false }: Needs = {}): void {
  const needed = (): Partial<SearchOptions> => (serving === undefined ? {} : { serving: serving() });
  const params = (...asked: Parameters<typeof plain>): SearchParams => ({ ...plain(...asked), ...more });
  const asked = (of: SearchEngine, documents: VectorSet<'old'>, queries: VectorSet<'old'>, search: SearchParams): Promise<Rankings> =>
    ask(of, documents, queries, search, null, needed());

  describe(`the ${engine.id} engine`, () => {
    test.each(['cosine', 'dot'] as const)('finds the nearest by %s, in order, with their scores', async (similarity) => {
      const documents = randomSet('d', 600, 24);
      const queries = randomSet('q', 40, 24);
      const rankings = await asked(engine, documents, queries, params(10, similarity));
      const truth = bruteForce(queries, documents, 10, similarity);
      let hits = 0;
      for (const [row, { ids }] of truth.entries()) hits += found(rankings, row).filter((id) => ids.includes(id)).length;
      expect(hits / 400).toBeGreaterThanOrEqual(recall);
      expect(rankings.queryIds).toEqual(queries.ids);
      expect(rankings.scores[0]).toBeCloseTo(truth[0]?.scores[0] ?? Number.NaN, 6);
      checkOrder(rankings);
    });

    test.runIf(engine.reproducible)('the same input gives the same bytes', async () => {
      const [documents, queries] = [randomSet('d', 400, 8), randomSet('q', 10, 8)];
      const [first, second] = [await asked(engine, documents, queries, params(20)), await asked(engine, documents, queries, params(20))];
      expect(second).toEqual(first);
    });

    test('k above the corpus size gives every document once', async () => {
      const documents = randomSet('d', 7, 4);
      const rankings = await asked(engine, documents, randomSet('q', 2, 4), params(100));
      expect(rankings.k).toBe(7);
      expect(found(rankings, 1).sort()).toEqual(documents.ids);
    });

    test.skipIf(capped)('k above efSearch gives k results', async () => {
      const search = { ...params(50), hnsw: { m: 8, efConstruction: 50, efSearch: 5 } };
      const rankings = await asked(engine, randomSet('d', 200, 8), randomSet('q', 3, 8), search);
      expect([0, 1, 2].map((row) => found(rankings, row).length)).toEqual([50, 50, 50]);
    });

    test('one document, one query', async () => {
      const rankings = await asked(engine, vectorSet('d', [[3, 4]]), vectorSet('q', [[1, 0]]), params(1));
      expect([...rankings.neighbours]).toEqual([0]);
      expect([...rankings.scores]).toEqual([Math.fround(0.6)]);
    });

    test('ties go by document id, high to low, and have equal scores', async () => {
      const documents = vectorSet('d', [
        [1, 0],
        [0, 1],
        [1, 0],
        [2, 0],
        [0.5, 0],
      ]);
      const rankings = await asked(engine, documents, vectorSet('q', [[1, 0]]), params(5));
      expect(found(rankings, 0)).toEqual(['d00004', 'd00003', 'd00002', 'd00000', 'd00001']);
      expect(new Set(rankings.scores.subarray(0, 4)).size).toBe(1);
    });

    test('the longer of two parallel vectors is nearer by dot, equal by cosine', async () => {
      const [documents, queries] = [
        vectorSet('d', [
          [4, 0],
          [2, 0],
        ]),
        vectorSet('q', [[0.5, 0]]),
      ];
      expect([...(await asked(engine, documents, queries, params(2, 'dot'))).scores]).toEqual([2, 1]);
      expect([...(await asked(engine, documents, queries, params(2))).scores]).toEqual([1, 1]);
    });

    test('an empty corpus is an error', async () => {
      await expect(asked(engine, vectorSet('d', []), vectorSet('q', [[1]]), params(1))).rejects.toMatchObject({
        code: 'SEARCH_EMPTY_CORPUS',
      });
    });

    test('queries of another version or dimension are refused', async () => {
      const documents = vectorSet('d', [[1, 0]]);
      const foreign = vectorSet('q', [[1, 0]], OTHER_FINGERPRINT);
      await expect(asked(engine, documents, foreign, params(1))).rejects.toMatchObject({ code: 'SEARCH_MIXED_SPACES' });
      await expect(asked(engine, documents, vectorSet('q', [[1, 0, 0]]), params(1))).rejects.toMatchObject({
        code: 'SEARCH_DIMENSION_MISMATCH',
      });
    });

    test.each([
      [
        'a zero document',
        [
          [1, 0],
          [0, 0],
        ],
        [[1, 0]],
        'd00001',
      ],
      [
        'a NaN document',
        [
          [1, Number.NaN],
          [0, 1],
        ],
        [[1, 0]],
        'd00000',
      ],
      [
        'a zero query',
        [[1, 0]],
        [
          [1, 0],
          [0, 0],
        ],
        'q00001',
      ],
      ['an infinite query', [[1, 0]], [[Infinity, 0]], 'q00000'],
    ])('%s is refused, naming the id', async (_, documents, queries, id) => {
      const attempt = asked(engine, vectorSet('d', documents), vectorSet('q', queries), params(1));
      await expect(attempt).rejects.toMatchObject({ code: 'VECTOR_UNUSABLE', message: expect.stringContaining(`"${id}"`) });
    });

    test('ids that descend or are there twice, and data of another size, are programming errors', async () => {
      const documents = vectorSet('d', [[1], [2]]);
      const queries = vectorSet('q', [[1]]);
      await expect(asked(engine, { ...documents, ids: ['b', 'a'] }, queries, params(1))).rejects.toThrow(RangeError);
      await expect(asked(engine, { ...documents, ids: ['a', 'a'] }, queries, params(1))).rejects.toThrow(RangeError);
      await expect(asked(engine, { ...documents, ids: ['a'] }, queries, params(1))).rejects.toThrow(RangeError);
      await expect(asked(engine, documents, queries, params(0))).rejects.toThrow(RangeError);
    });

    test('an abort ends the work', async () => {
      const aborted = { seed: 1, signal: AbortSignal.abort(), ...needed() };
      const work = async (): Promise<Rankings> => {
        const index = await engine.open(randomSet('d', 50, 4), params(3), null, aborted);
        return index.search(randomSet('q', 5, 4), 3).finally(() => index.close());
      };
      await expect(work()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    });
  });
}

function checkOrder({ k, scores, neighbours, queryIds }: Rankings): void {
  for (let row = 0; row < queryIds.length; row++) {
    for (let at = row * k + 1; at < (row + 1) * k; at++) {
      const [before, here] = [scores[at - 1] ?? Number.NaN, scores[at] ?? Number.NaN];
      expect(before > here || (before === here && (neighbours[at - 1] ?? -1) > (neighbours[at] ?? -1))).toBe(true);
    }
    expect(new Set(neighbours.subarray(row * k, (row + 1) * k)).size).toBe(k);
  }
}
