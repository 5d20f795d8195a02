import { z } from 'zod';
import { count, mapping } from './mapping.ts';

/** What pgvector is searched with; ranges and defaults are its own. */
export const pgvectorSchema = mapping({
  index: z
    .enum(['hnsw', 'ivfflat', 'none'])
    .default('hnsw')
    .describe('The index: that of production. `none` scans every row, so that only rounding can differ from exact.'),
  type: z.enum(['vector', 'halfvec']).default('vector').describe('Type of the column: float32, or half precision.'),
  m: z.int().min(2).max(100).default(16).describe('`hnsw`: links a node keeps on each layer.'),
  efConstruction: z.int().min(4).max(1000).default(64).describe('`hnsw`: candidates looked at while building; at least 2 × m.'),
  efSearch: z
    .int()
    .min(1)
    .max(1000)
    .default(40)
    .describe('`hnsw.ef_search`: candidates looked at while searching. Without an iterative scan no query finds more than these.'),
  lists: z.int().min(1).max(32768).default(100).describe('`ivfflat`: lists that the rows are divided into.'),
  probes: z.int().min(1).max(32768).default(1).describe('`ivfflat.probes`: lists looked into.'),
  iterativeScan: z
    .enum(['off', 'strict_order', 'relaxed_order'])
    .default('off')
    .describe('Whether a search that a filter leaves short goes on. `ivfflat` knows `relaxed_order` only.'),
  maxScanTuples: count().default(20_000).describe('`hnsw.max_scan_tuples`: where an iterative scan ends.'),
});
