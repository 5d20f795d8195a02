import { z } from 'zod';
import { count, mapping } from './mapping.ts';

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
