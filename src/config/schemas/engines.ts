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

const links = () => z.int().min(2);

/** Parameters of an HNSW graph. */
export const graphSchema = mapping({
  m: links().default(16).describe('Links a node keeps on each layer.'),
  efConstruction: count().default(200).describe('Candidates looked at while building; more is slower and better linked.'),
  efSearch: count().default(128).describe('Candidates looked at while searching; more is slower and nearer to exact.'),
});

/** Those in which a graph differs; the others stay as they are. */
export const graphChangeSchema = mapping({
  m: links().exactOptional().describe('Links a node keeps on each layer.'),
  efConstruction: count().exactOptional().describe('Candidates looked at while building.'),
  efSearch: count().exactOptional().describe('Candidates looked at while searching.'),
});
