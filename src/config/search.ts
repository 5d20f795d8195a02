import type { HnswParams, SearchParams } from '../contract/search.ts';
import type { ConfigInput } from './schemas/config.ts';

/** `search` as configured, the parameters of the old version's graph complete. */
export function searchOf({ old, ...search }: ConfigInput['search']): SearchParams {
  return withGraphs(search, search.hnsw, { ...search.hnsw, ...old });
}

/** The same search with other graphs. Parameters of the old one are left out where they are the same: nothing differs then. */
export function withGraphs({ old: _, ...search }: SearchParams, hnsw: HnswParams, old: HnswParams): SearchParams {
  const same = (['m', 'efConstruction', 'efSearch'] as const).every((key) => hnsw[key] === old[key]);
  return { ...search, hnsw, ...(same ? {} : { old }) };
}
