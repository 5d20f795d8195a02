import type { SearchEngine } from '../contract/search.ts';
import { exact } from './engines/exact.ts';
import { hnsw } from './engines/hnsw.ts';

/** Every search engine, by id. */
export const SEARCH_ENGINES: Readonly<Record<'exact' | 'hnsw', SearchEngine>> = { exact, hnsw };
