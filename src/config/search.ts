import type { HnswParams, PgvectorParams, SearchParams, ServedParams } from '../contract/search.ts';
import type { ConfigInput } from './schemas/config.ts';
import { pgvectorSchema } from './schemas/pgvector.ts';

/** The engine that looks at every document. */
export const FULL_SCAN = 'exact';

/** The engine that serves where none is named; the default of the registry in `search/`. */
const DEFAULT_ENGINE = 'hnsw';

/** `search` as configured: each graph by the names and defaults of its engine, the parameters of the old version's index complete. */
export function searchOf({ old, hnsw, pgvector, ...search }: ConfigInput['search']): SearchParams {
  const own = pgvector ?? pgvectorSchema.parse({});
  const graphOf = (engine: string | undefined): HnswParams => (engine === 'pgvector' ? graphPart(own) : hnsw);
  const fresh = graphOf(search.engine);
  const params = { ...search, hnsw: fresh, ...(pgvector === undefined ? {} : { pgvector: restOf(pgvector) }) };
  return withGraphs(params, fresh, { ...graphOf(old?.engine ?? search.engine), ...old });
}

/** The same search with other graphs. Parameters of the old one are left out where they are the same: nothing differs then. */
export function withGraphs({ old: _, ...search }: SearchParams, hnsw: HnswParams, old: ServedParams): SearchParams {
  const { engine: served = DEFAULT_ENGINE } = search;
  const { engine = served, ...graph } = old;
  const same = engine === served && (['m', 'efConstruction', 'efSearch'] as const).every((key) => hnsw[key] === graph[key]);
  return {
    ...search,
    hnsw,
    ...(served === 'pgvector' || engine === 'pgvector' ? { pgvector: search.pgvector ?? restOf(pgvectorSchema.parse({})) } : {}),
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

function restOf({ m: _m, efConstruction: _c, efSearch: _s, ...rest }: HnswParams & PgvectorParams): PgvectorParams {
  return rest;
}
