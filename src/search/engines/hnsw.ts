import { createRequire } from 'node:module';
import { workerUrl } from '../../system/workers/worker-url.ts';
import { graphEngine } from '../graphs/graph-engine.ts';

/**
 * HNSW by hnswlib, one worker thread an index. Documents go in one by one, by ascending id, and levels come from the seed,
 * so the same input gives the same graph. hnswlib can't keep fewer candidates than results: ef is max(efSearch, k).
 * Source: Malkov & Yashunin 2018, doi:10.1109/TPAMI.2018.2889473
 */
export const hnsw = graphEngine({
  id: 'hnsw',
  title: 'HNSW graph (hnswlib)',
  reproducible: true,
  worker: () => workerUrl(import.meta.url, '../graphs/hnswlib-worker.ts'),
  block: 512,
  filters: true,
  library: () => `hnswlib-node ${(createRequire(import.meta.url)('hnswlib-node/package.json') as { version: string }).version}`,
});
