import { tableEngine } from '../databases/table-engine.ts';

/**
 * LanceDB in a folder of the team's own: the vectors go into a table beside the live ones, and its own index serves. Its graphs
 * can't keep fewer candidates than results: ef is max(efSearch, k).
 * Source: https://lancedb.github.io/lancedb/
 */
export const lancedb = tableEngine({
  id: 'lancedb',
  title: 'LanceDB, in the folder that serves',
  stores: ['lancedb'],
  builtBy: ({ hnsw: { m, efConstruction }, lancedb: params }) => {
    const { index = 'none', partitions = null, subVectors = null } = params ?? {};
    if (index === 'none') return { index };
    const quantised = index.endsWith('_pq') ? { subVectors } : {};
    return { index, partitions, ...quantised, ...(index.startsWith('ivf_hnsw') ? { m, efConstruction } : {}) };
  },
});
