import type { SearchParams } from '../model/search.ts';
import type { Side } from '../model/version.ts';
import type { SearchEngine } from './engine.ts';
import { exact } from './engines/exact.ts';
import { hnsw } from './engines/hnsw.ts';
import { lancedb } from './engines/lancedb.ts';
import { pgvector } from './engines/pgvector.ts';
import { usearch } from './engines/usearch.ts';

/** Every search engine, by id. */
export const SEARCH_ENGINES = { exact, hnsw, usearch, pgvector, lancedb } satisfies Readonly<Record<string, SearchEngine>>;

/** The engine that serves: the one asked for, else hnswlib, whose results are the same bytes each time. @throws RangeError for an id that isn't known */
export function servingEngine({ engine = hnsw.id }: Pick<SearchParams, 'engine'>): SearchEngine {
  const found = Object.values(SEARCH_ENGINES).find(({ id }) => id === engine);
  if (found === undefined) throw new RangeError(`There is no search engine "${engine}".`);
  return found;
}

/** Whether a graph serves, so that efSearch means something. */
export function isGraph({ engine, pgvector, lancedb }: SearchParams): boolean {
  if (engine === 'lancedb') return lancedb?.index.startsWith('ivf_hnsw') === true;
  return engine === 'pgvector' ? pgvector?.index === 'hnsw' : engine !== exact.id;
}

/** The parameters that a version is served with. */
export function paramsOf({ old, ...search }: SearchParams, side: Side): SearchParams {
  if (side === 'new' || old === undefined) return search;
  const { engine, ...hnsw } = old;
  return { ...search, hnsw, ...(engine === undefined ? {} : { engine }) };
}
