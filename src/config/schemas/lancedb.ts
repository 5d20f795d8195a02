import { z } from 'zod';
import { count, mapping } from './mapping.ts';

/** What LanceDB is searched with; defaults are its own. */
export const lancedbSchema = mapping({
  index: z
    .enum(['ivf_pq', 'ivf_flat', 'ivf_hnsw_sq', 'ivf_hnsw_pq', 'none'])
    .default('ivf_pq')
    .describe('The index: that of production. `none` scans every row, so that only rounding can differ from exact.'),
  partitions: count()
    .exactOptional()
    .describe('Partitions of the index. Default: what LanceDB chooses, about the square root of the rows.'),
  subVectors: count().exactOptional().describe('`…_pq`: parts of a vector that are quantised. Default: what LanceDB chooses.'),
  nprobes: count().default(20).describe('Partitions looked into.'),
  refineFactor: count()
    .exactOptional()
    .describe('How many times the results asked for are compared again by their whole vectors. Default: none are.'),
  m: z.int().min(2).default(20).describe('`ivf_hnsw_…`: links a node keeps on each layer.'),
  efConstruction: count().default(300).describe('`ivf_hnsw_…`: candidates looked at while building.'),
  efSearch: count()
    .default(150)
    .describe('`ivf_hnsw_…`, LanceDB calls it `ef`: candidates looked at while searching; no fewer than results.'),
});
