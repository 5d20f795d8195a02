import type { HnswParams, SearchParams, ServedParams } from '../model/search.ts';
import { type ConfigInput, DEFAULT_LIMIT } from './schemas/config.ts';
import { lancedbSchema, pgvectorSchema } from './schemas/engines.ts';

/** The engine that looks at every document. */
export const FULL_SCAN = 'exact';

/** The engine that serves where none is named; the default of the registry in `search/`. */
const DEFAULT_ENGINE = 'hnsw';

/** `search` as configured: each graph by the names and defaults of its engine, the parameters of the old version's index complete. */
export function searchOf({ old, hnsw, pgvector, lancedb, ...search }: ConfigInput['search']): SearchParams {
  const own = { pgvector: pgvector ?? pgvectorSchema.parse({}), lancedb: lancedb ?? lancedbSchema.parse({}) };
  const graphOf = (engine: string | undefined): HnswParams =>
    engine === 'pgvector' || engine === 'lancedb' ? graphPart(own[engine]) : hnsw;
  const fresh = graphOf(search.engine);
  const params = {
    ...search,
    limit: search.limit ?? Math.min(DEFAULT_LIMIT, search.k),
    hnsw: fresh,
    ...(pgvector === undefined ? {} : { pgvector: restOf(pgvector) }),
    ...(lancedb === undefined ? {} : { lancedb: restOf(lancedb) }),
  };
  return withGraphs(params, fresh, { ...graphOf(old?.engine ?? search.engine), ...old });
}

/** The same search with other graphs. Parameters of the old one are left out where they are the same: nothing differs then. */
export function withGraphs({ old: _, ...search }: SearchParams, hnsw: HnswParams, old: ServedParams): SearchParams {
  const { engine: served = DEFAULT_ENGINE } = search;
  const { engine = served, ...graph } = old;
  const same = engine === served && (['m', 'efConstruction', 'efSearch'] as const).every((key) => hnsw[key] === graph[key]);
  const serves = (id: string) => served === id || engine === id;
  return {
    ...search,
    hnsw,
    ...(serves('pgvector') ? { pgvector: search.pgvector ?? restOf(pgvectorSchema.parse({})) } : {}),
    ...(serves('lancedb') ? { lancedb: search.lancedb ?? restOf(lancedbSchema.parse({})) } : {}),
    ...(same ? {} : { old: { ...graph, ...(engine === served ? {} : { engine }) } }),
  };
}

/** What the old version is served with, its engine named. */
export function servedOld({ hnsw, old = hnsw, engine = DEFAULT_ENGINE }: SearchParams): ServedParams {
  return { engine, ...old };
}

function graphPart({ m, efConstruction, efSearch }: HnswParams): HnswParams {
  return { m, efConstruction, efSearch };
}

/** What an engine is asked for beside its graph. */
function restOf<T extends HnswParams>({ m: _m, efConstruction: _c, efSearch: _s, ...rest }: T): Omit<T, keyof HnswParams> {
  return rest;
}
