import { describe, expect, it } from 'vitest';
import type { EfSearchSweep } from '../../src/model/studies.ts';
import { efSearchSweep } from '../../src/studies/ef-search-sweep.ts';
import { contextOf } from './context.ts';

describe('recall against efSearch', () => {
  it('rises to that of a full scan', async () => {
    const context = await contextOf({ documents: 2000, dimension: 24, hnsw: { m: 4, efConstruction: 20, efSearch: 30 } });
    const { points, configured } = (await efSearchSweep.run(context)) as EfSearchSweep;
    expect(points.map(({ efSearch }) => efSearch)).toEqual([10, 20, 30, 40, 80, 160, 320, 640]);
    expect(configured).toBe(30);
    for (const side of ['old', 'new'] as const) {
      expect(points[0]?.[side]).toBeLessThan(0.9);
      expect(points.at(-1)?.[side]).toBeGreaterThan(points[0]?.[side] ?? 1);
      expect(points.at(-1)?.[side]).toBeLessThanOrEqual(1);
    }
  });

  it('stops at the first value that looks at every document, but reaches the configured one', async () => {
    const small = await contextOf({ documents: 50, hnsw: { m: 8, efConstruction: 100, efSearch: 20 } });
    const { points } = (await efSearchSweep.run(small)) as EfSearchSweep;
    expect(points.map(({ efSearch }) => efSearch)).toEqual([10, 20, 40, 80]);
    expect(points.at(-1)).toEqual({ efSearch: 80, old: 1, new: 1 });
  });

  it('needs more documents than neighbours', async () => {
    const tiny = await contextOf({ documents: 5, k: 5 });
    expect(efSearchSweep.applies(tiny)).toHaveProperty('notApplicable');
  });

  it('needs an index that has one: a graph', async () => {
    const context = await contextOf({ documents: 50 });
    const served = (search: object) =>
      efSearchSweep.applies({ ...context, config: { ...context.config, search: { ...context.config.search, ...search } } });
    const rest = { type: 'vector', lists: 5, probes: 1, iterativeScan: 'off', maxScanTuples: 20_000 } as const;
    expect(served({ engine: 'pgvector', pgvector: { ...rest, index: 'hnsw' } })).toBeNull();
    for (const search of [{ engine: 'exact' }, { engine: 'pgvector', pgvector: { ...rest, index: 'ivfflat' } }])
      expect(served(search)).toEqual({ notApplicable: 'an index that serves has no efSearch' });
  });
});
