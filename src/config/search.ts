import type { HnswParams, SearchParams, ServedParams } from '../contract/search.ts';
import type { ConfigInput } from './schemas/config.ts';

/** The engine that looks at every document. */
export const FULL_SCAN = 'exact';

/** The engine that serves where none is named; the default of the registry in `search/`. */
const DEFAULT_ENGINE = 'hnsw';

/** `search` as configured, the parameters of the old version's index complete. */
export function searchOf({ old, ...search }: ConfigInput['search']): SearchParams {
  return withGraphs(search, search.hnsw, { ...search.hnsw, ...old });
}

/** The same search with other graphs. Parameters of the old one are left out where they are the same: nothing differs then. */
export function withGraphs({ old: _, ...search }: SearchParams, hnsw: HnswParams, old: ServedParams): SearchParams {
  const { engine: served = DEFAULT_ENGINE } = search;
  const { engine = served, ...graph } = old;
  const same = engine === served && (['m', 'efConstruction', 'efSearch'] as const).every((key) => hnsw[key] === graph[key]);
  return { ...search, hnsw, ...(same ? {} : { old: { ...graph, ...(engine === served ? {} : { engine }) } }) };
}

/** What the old version is served with, its engine named. */
export function servedOld({ hnsw, old = hnsw, engine = DEFAULT_ENGINE }: SearchParams): ServedParams {
  return { engine, ...old };
}
